"""What the templates draw: a submission's records turned into words, signs and numbers.

Bytes are decoded here for reading, with replacement characters; the API never does that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from judging.model import JudgeLimits, JudgeState, Verdict
from web.presenting import explanation_text, has_hidden_outcome, is_hidden
from web.wording import STATES, VERDICTS, Wording, byte_size, milliseconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from judging.model import CompileResult, TestResult
    from store.blobs import BlobStore
    from store.model import (
        BlobRef,
        CaseResult,
        ProblemRecord,
        SubmissionRecord,
        SubmissionView,
    )

_Number = TypeVar("_Number", int, float)
_FORM_MAX_BYTES = 1 << 20
_MODES = {
    ".c": "cpp", ".cc": "cpp", ".cpp": "cpp", ".cxx": "cpp", ".cs": "csharp", ".go": "go",
    ".hs": "haskell", ".java": "java", ".js": "javascript", ".mjs": "javascript",
    ".kt": "kotlin", ".lua": "lua", ".pas": "pascal", ".php": "php", ".pl": "perl",
    ".py": "python", ".rb": "ruby", ".rs": "rust",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Output for reading, with a note on how much there was."""

    text: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a submission's way: `past`, `now` or `later`."""

    title: str
    when: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCompile:
    """The compile step; its log is shown when there is something to read."""

    failed: bool
    log: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCase:
    """One row of the table of test cases."""

    index: int
    name: str
    code: str
    wording: Wording
    explanation: str
    team_message: str
    ending: str
    is_sample: bool
    is_hidden: bool
    is_open: bool
    is_skipped: bool
    cpu_ms: float | None
    wall_ms: float | None
    memory_bytes: int | None
    stdout: Shown
    stderr: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Everything that `_result.html` draws."""

    id: str
    version: int
    delivery: int
    state: str
    is_final: bool
    headline: str
    code: str
    wording: Wording
    explanation: str
    steps: tuple[Step, ...]
    cpu_ms: float | None
    wall_ms: float | None
    memory_bytes: int | None
    limits: JudgeLimits
    compile: DrawnCompile | None
    cases: tuple[DrawnCase, ...]
    total: int | None
    is_single: bool
    progress: str
    language: str
    problem: str
    created_at: datetime

    @property
    def waiting(self) -> int:
        """Count the test cases that may still come."""
        return 0 if self.is_final else max(0, (self.total or 0) - len(self.cases))


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a drawing needs besides the submission itself."""

    language: str
    problem: ProblemRecord | None
    queue_position: int | None
    sees_secrets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnProblem:
    """One choice of the list of problems."""

    id: str
    title: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRecent:
    """One line of the list of recent submissions."""

    id: str
    language: str
    problem: str
    wording: Wording
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What the form holds when the page is drawn; at first what fits every language's template.

    `notes` say what of a submission it does not hold.
    """

    language: str = "python3"
    problem: str = ""
    source: str = ""
    stdin: str = "20 22\n"
    expected_output: str = "42\n"
    run_all: bool = False
    notes: tuple[str, ...] = ()


def draw_result(view: SubmissionView, context: Context) -> Result:
    """Draw a submission with the results that have arrived."""
    record = view.record
    total = _total(record, context.problem)
    cases = tuple(_case(record, case, context) for case in view.results)
    wording = STATES[record.state] if record.verdict is None else VERDICTS[record.verdict]
    return Result(
        id=record.id,
        version=record.version,
        delivery=record.deliveries,
        state=record.state.value,
        is_final=record.is_final,
        headline=_headline(record, wording, total),
        code="" if record.verdict is None else record.verdict.value,
        wording=wording,
        explanation=_explanation(view, context),
        steps=_steps(record, context.queue_position, total),
        cpu_ms=_largest(record.cpu_ms, [c.result.cpu_ms for c in view.results]),
        wall_ms=_largest(record.wall_ms, [c.result.wall_ms for c in view.results]),
        memory_bytes=_largest(record.memory_bytes, [c.result.memory_bytes for c in view.results]),
        limits=_limits(record, context.problem),
        compile=None if record.compile is None else _compile(record.compile),
        cases=cases,
        total=total,
        is_single=record.problem_id is None and total == 1,
        progress=_progress(record.case_judged, total),
        language=context.language,
        problem="" if context.problem is None else context.problem.title,
        created_at=record.created_at,
    )


def draw_problem(record: ProblemRecord) -> DrawnProblem:
    """Draw a problem for the list to choose from."""
    limits = record.limits
    cases = "1 test case" if record.case_total == 1 else f"{record.case_total} test cases"
    note = (
        f"{record.title}: {cases}, {milliseconds(limits.cpu_ms)} of CPU time, "
        f"{byte_size(limits.memory_bytes)} of memory."
    )
    return DrawnProblem(id=record.id, title=record.title, note=note)


def draw_recent(record: SubmissionRecord, titles: Mapping[str, str]) -> DrawnRecent:
    """Draw a submission for the list of recent ones."""
    wording = STATES[record.state] if record.verdict is None else VERDICTS[record.verdict]
    return DrawnRecent(
        id=record.id,
        language=titles.get(record.language, record.language),
        problem=record.problem_id or "",
        wording=wording,
        created_at=record.created_at,
    )


def draw_chosen(record: SubmissionRecord, blobs: BlobStore) -> Chosen:
    """Fill the form with what was sent in. Raises BlobMissing, BlobDamaged."""
    case = record.cases[0] if len(record.cases) == 1 else None
    source = _form_text(record.files[0].blob, blobs)
    stdin = _form_text(None if case is None else case.input, blobs)
    expected_output = _form_text(None if case is None else case.answer, blobs)
    fields = {"source": source, "input": stdin, "expected output": expected_output}
    return Chosen(
        language=record.language,
        problem=record.problem_id or "",
        source=source or "",
        stdin=stdin or "",
        expected_output=expected_output or "",
        run_all=record.run_all,
        notes=_form_notes(record, [name for name, text in fields.items() if text is None]),
    )


def editor_mode(extensions: list[str]) -> str:
    """Name the editor's mode for a language, or `` where it has none."""
    known = (_MODES.get("." + extension.lstrip(".").lower()) for extension in extensions)
    return next((mode for mode in known if mode), "")


def shown(content: bytes, total_bytes: int | None = None) -> Shown:
    """Decode output for reading."""
    text = content.decode("utf-8", "replace")
    notes = [byte_size(len(content))] if content else []
    if total_bytes is not None and total_bytes > len(content):
        notes = [f"first {byte_size(len(content))}"]
    if "\ufffd" in text and not _is_utf8(content):
        notes.append("not UTF-8")
    if content and not content.endswith(b"\n"):
        notes.append("no newline at the end")
    return Shown(text=text, note=", ".join(notes))


def _case(record: SubmissionRecord, case: CaseResult, context: Context) -> DrawnCase:
    result = case.result
    is_only = record.case_total == 1
    hidden = is_hidden(record, case, sees_secrets=context.sees_secrets)
    explanation = result.explanation
    is_skipped = result.verdict is Verdict.SK
    return DrawnCase(
        index=case.index,
        name=result.name,
        code=result.verdict.value,
        wording=VERDICTS[result.verdict],
        explanation="" if explanation is None else explanation_text(explanation, hidden=hidden),
        team_message=result.team_message,
        ending=_ending(result),
        is_sample=result.is_sample,
        is_hidden=hidden,
        is_open=is_only or result.verdict not in {Verdict.AC, Verdict.SK},
        is_skipped=is_skipped,
        cpu_ms=None if is_skipped else result.cpu_ms,
        wall_ms=None if is_skipped else result.wall_ms,
        memory_bytes=None if is_skipped else result.memory_bytes,
        stdout=shown(b"" if hidden else result.stdout, _cut_total(result)),
        stderr=shown(b"" if hidden else result.stderr),
    )


def _cut_total(result: TestResult) -> int | None:
    """Return how much stdout there was, where it can be known: stdout and stderr count together."""
    return None if result.stderr else result.output_bytes


def _ending(result: TestResult) -> str:
    if result.signal is not None:
        return f"ended by {result.signal}"
    return "" if result.exit_code is None else f"exit code {result.exit_code}"


def _total(record: SubmissionRecord, problem: ProblemRecord | None) -> int | None:
    """Return how many test cases there are, also before the judge has said it."""
    if record.case_total is not None:
        return record.case_total
    return problem.case_total if problem is not None else len(record.cases) or None


def _headline(record: SubmissionRecord, wording: Wording, total: int | None) -> str:
    if record.cancel_requested and not record.is_final:
        return "Cancelling"
    if record.state is JudgeState.RUNNING and total is not None and total > 1:
        return f"Running test case {min(record.case_judged + 1, total)} of {total}"
    if record.verdict is Verdict.AC and _only_ran(record):
        return "Ran to its end"
    return wording.title


def _only_ran(record: SubmissionRecord) -> bool:
    """Say whether nothing was compared, so that `accepted` would claim too much."""
    return record.problem_id is None and all(case.answer is None for case in record.cases)


def _explanation(view: SubmissionView, context: Context) -> str:
    explanation = view.record.explanation
    if explanation is None:
        return ""
    hidden = has_hidden_outcome(view, sees_secrets=context.sees_secrets)
    return explanation_text(explanation, hidden=hidden)


def _steps(
    record: SubmissionRecord, queue_position: int | None, total: int | None
) -> tuple[Step, ...]:
    order = (JudgeState.QUEUED, JudgeState.COMPILING, JudgeState.RUNNING, JudgeState.DONE)
    last = "Cancelled" if record.state is JudgeState.CANCELLED else "Judged"
    titles = ("Queued", "Compile", "Run", last)
    reached = 3 if record.is_final else order.index(record.state)
    notes = {0: _position(queue_position), 2: _progress(record.case_judged, total)}
    return tuple(
        Step(
            title=title,
            when="past" if at < reached or record.is_final else "now" if at == reached else "later",
            note=notes.get(at, "") if at == reached and not record.is_final else "",
        )
        for at, title in enumerate(titles)
    )


def _position(queue_position: int | None) -> str:
    if queue_position is None:
        return ""
    return "next" if queue_position == 0 else f"{queue_position} before it"


def _progress(judged: int, total: int | None) -> str:
    return "" if total is None or total == 1 else f"{judged} of {total}"


def _limits(record: SubmissionRecord, problem: ProblemRecord | None) -> JudgeLimits:
    if record.limits is not None:
        return record.limits
    return JudgeLimits() if problem is None else problem.limits


def _compile(result: CompileResult) -> DrawnCompile:
    return DrawnCompile(failed=result.verdict is not Verdict.AC, log=shown(result.log))


def _largest(whole: _Number | None, parts: list[_Number]) -> _Number | None:
    """Prefer the judgement's number; while it runs, the largest so far."""
    return whole if whole is not None else max(parts, default=None)


def _form_text(blob: BlobRef | None, blobs: BlobStore) -> str | None:
    """Return what a form can send again unchanged, or None where it cannot."""
    if blob is None:
        return ""
    content = blobs.get(blob.sha256) if blob.size_bytes <= _FORM_MAX_BYTES else None
    return content.decode() if content is not None and _is_utf8(content) else None


def _form_notes(record: SubmissionRecord, left_out: list[str]) -> tuple[str, ...]:
    notes = [f"The {name} is too large for this form, or not UTF-8." for name in left_out]
    if len(record.files) > 1:
        notes.append(f"Of {len(record.files)} files the editor holds {record.files[0].name}.")
    if len(record.cases) > 1:
        notes.append(f"The {len(record.cases)} test cases that came with it are not in this form.")
    return tuple(notes)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
