"""What callers get, as pydantic models: the serialisers, and the source of `/openapi.json`.

Bytes that are UTF-8 are text; others are base64, and the field's `..._encoding` says so. Times
are UTC. A submission's `version` grows with every change and is its ETag.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Encoding = Literal["utf-8", "base64"]


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class MistakeOut(_Out):
    """One mistake in an uploaded package: where, and what to do."""

    path: str
    line: int | None
    message: str


class ErrorDetail(_Out):
    """What went wrong: `code` for machines, `message` for people."""

    code: str
    field: str | None = Field(description="The field, header or parameter to change.")
    message: str
    mistakes: list[MistakeOut] | None = Field(
        default=None, description="Every mistake of a package that was refused."
    )


class ErrorOut(_Out):
    """The one shape of every error."""

    error: ErrorDetail


class ExplanationOut(_Out):
    """Why a verdict: `limit` and `value` share `unit` where a limit decided."""

    reason: str
    text: str
    limit: float | None
    value: float | None
    unit: str | None


class CompileOut(_Out):
    """The compile step."""

    verdict: str
    explanation: ExplanationOut | None
    log: str
    log_encoding: Encoding
    cpu_ms: float
    wall_ms: float
    memory_bytes: int
    from_cache: bool


class TestResultOut(_Out):
    """One test case, judged. Of each stream at most 64 kB are kept, less where there are many.

    `output_bytes` counts both streams as they were written.
    """

    __test__ = False  # not a pytest class

    index: int = Field(description="From 1, in the order of judging.")
    name: str
    verdict: str
    verdict_title: str
    explanation: ExplanationOut | None
    is_sample: bool
    cpu_ms: float
    wall_ms: float
    memory_bytes: int
    exit_code: int | None
    signal: str | None
    stdout: str
    stdout_encoding: Encoding
    stderr: str
    stderr_encoding: Encoding
    output_bytes: int | None = Field(description="Null where the output is hidden.")
    is_hidden: bool = Field(
        description="A secret test case of a problem: only an admin key sees output and details."
    )
    team_message: str


class LimitsOut(_Out):
    """Limits of one test case; `wall_ms` null follows the CPU time limit."""

    cpu_ms: int
    wall_ms: int | None
    memory_bytes: int
    processes: int
    output_bytes: int
    file_bytes: int
    stack_bytes: int
    open_files: int


class SourceFileOut(_Out):
    """A source file as it was sent in."""

    name: str
    content: str
    content_encoding: Encoding


class SubmissionBrief(_Out):
    """A submission in a list."""

    id: str
    title: str
    language: str
    problem: str | None
    state: Literal["queued", "compiling", "running", "done", "cancelled"]
    version: int
    verdict: str | None = Field(description="Null until the state is done.")
    verdict_title: str | None
    score: float | None
    cpu_ms: float | None
    wall_ms: float | None
    memory_bytes: int | None
    created_at: datetime
    finished_at: datetime | None


class SubmissionOut(SubmissionBrief):
    """A submission with all that is known of it now."""

    explanation: ExplanationOut | None
    compile: CompileOut | None
    test_results: list[TestResultOut]
    tests_total: int | None = Field(description="Null until the judge has counted them.")
    tests_judged: int
    queue_position: int | None = Field(
        default=None, description="How many go first; null unless queued."
    )
    run_all: bool
    limits: LimitsOut | None = Field(description="Null for a problem, whose own apply.")
    started_at: datetime | None
    files: list[SourceFileOut] | None = Field(
        default=None, description="Only with `?include=source`."
    )


class StateEvent(_Out):
    """The data of a `state` event of the stream."""

    id: str
    state: Literal["queued", "compiling", "running", "done", "cancelled"]
    version: int
    tests_judged: int
    tests_total: int | None


class TestEvent(_Out):
    """The data of a `test` event of the stream."""

    __test__ = False  # not a pytest class

    id: str
    version: int
    tests_total: int | None
    result: TestResultOut


class CancelOut(_Out):
    """What a request to cancel did: it `cancelled`, was `requested`, or came `too_late`."""

    id: str
    outcome: Literal["cancelled", "requested", "too_late"]


class SubmissionList(_Out):
    """A part of a list, newest first; `next_cursor` null ends it."""

    submissions: list[SubmissionBrief]
    next_cursor: str | None


class BatchOut(_Out):
    """The submissions that were accepted, in the order sent."""

    submissions: list[SubmissionOut]


class LanguageOut(_Out):
    """A language; `versions` holds what the running workers declared."""

    name: str
    title: str
    versions: list[str]
    is_installed: bool
    extensions: list[str]
    template: str


class LanguageList(_Out):
    """All languages that Brig knows."""

    languages: list[LanguageOut]


class SampleOut(_Out):
    """A sample test case."""

    name: str
    input: str
    input_encoding: Encoding
    answer: str | None
    answer_encoding: Encoding | None


class ProblemBrief(_Out):
    """A problem in a list."""

    id: str
    revision: int
    title: str
    limits: LimitsOut
    test_case_count: int
    created_at: datetime


class ProblemOut(ProblemBrief):
    """A problem with what a contestant may know of it."""

    code_bytes: int | None = Field(description="Largest source; null: the server's cap alone.")
    samples: list[SampleOut]


class ProblemList(_Out):
    """A part of the list of problems, by id; `next_cursor` null ends it."""

    problems: list[ProblemBrief]
    next_cursor: str | None


class HealthOut(_Out):
    """`ok` means that this process answers."""

    status: Literal["ok"]


class CheckOut(_Out):
    """One thing that readiness needs."""

    name: str
    ok: bool
    detail: str


class ReadyOut(_Out):
    """Whether a submission sent now would be judged."""

    status: Literal["ready", "not ready"]
    checks: list[CheckOut]


def encode(content: bytes) -> tuple[str, Encoding]:
    """Return bytes as text and its encoding: UTF-8 where they are, else base64."""
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return base64.b64encode(content).decode("ascii"), "base64"
