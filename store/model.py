"""What lasts, as plain records: submissions, problems, API keys and hosts.

Records are what repositories return and take; rows never leave the repositories. All times are
aware and in UTC. Knows nothing of the queue, HTTP or the kernel side.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from judging.model import JudgeLimits, JudgeState

if TYPE_CHECKING:
    from judging.model import Checker, CompileResult, Explanation, TestResult, Verdict

FINAL_STATES = frozenset({JudgeState.DONE, JudgeState.CANCELLED})


def utc_now() -> datetime:
    """Return the time of this host, aware and in UTC."""
    return datetime.now(UTC)


class Priority(IntEnum):
    """Which queued submission goes first; the smaller number does."""

    INTERACTIVE = 0
    CONTEST = 10
    NORMAL = 20
    REJUDGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRef:
    """Bytes that stand in the blob store: their SHA-256 in hex, and how many they are."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """One source file of a submission."""

    name: str
    blob: BlobRef


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineCase:
    """One test case that came with the submission; without `answer` any clean exit is AC.

    A submission of source and stdin alone is one inline case named `1`.
    """

    name: str
    input: BlobRef
    answer: BlobRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubmission:
    """What is asked for: against a stored problem, or against inline cases (exactly one of them).

    `limits` and `checker` belong to inline cases; with a problem, its own apply and these are
    None. `owner_id` is the id of the API key. `title` is a caller's own word, for lists.
    """

    owner_id: str
    language: str
    files: tuple[FileRef, ...]
    entry_point: str | None = None
    problem_id: str | None = None
    cases: tuple[InlineCase, ...] = ()
    limits: JudgeLimits | None = None
    checker: Checker | None = None
    run_all: bool = False
    priority: Priority = Priority.NORMAL
    idempotency_key: str | None = None
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRecord:
    """A submission as stored, without the results of its test cases.

    `version` starts at 1 and grows with every change (ETag, SSE id). `case_total` is None until
    the judge said how many test cases there are; `case_judged` counts those that have a result.
    `score` and what follows are set when the state is DONE.
    """

    id: str
    owner_id: str
    language: str
    files: tuple[FileRef, ...]
    entry_point: str | None
    problem_id: str | None
    problem_revision: int | None
    cases: tuple[InlineCase, ...]
    limits: JudgeLimits | None
    checker: Checker | None
    run_all: bool
    priority: Priority
    title: str
    state: JudgeState
    version: int
    cancel_requested: bool
    deliveries: int
    case_total: int | None
    case_judged: int
    compile: CompileResult | None
    verdict: Verdict | None
    explanation: Explanation | None
    score: float | None
    cpu_ms: float | None
    wall_ms: float | None
    memory_bytes: int | None
    created_at: datetime
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_final(self) -> bool:
        """Say whether nothing will change any more."""
        return self.state in FINAL_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """The result of test case number `index` (from 1), and the version that brought it."""

    index: int
    version: int
    result: TestResult


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission with the results that have arrived, read in one transaction."""

    record: SubmissionRecord
    results: tuple[CaseResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """The outcome of a create; `is_new` is False when the idempotency key was known."""

    record: SubmissionRecord
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionFilter:
    """Which submissions a list shows; None means any."""

    owner_id: str | None = None
    problem_id: str | None = None
    state: JudgeState | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """Newest first. `next_cursor` is given to the next call, or None at the end."""

    records: tuple[SubmissionRecord, ...]
    next_cursor: str | None


class CancelOutcome(Enum):
    """What a request to cancel did."""

    CANCELLED = "cancelled"  # it was queued and will never run
    REQUESTED = "requested"  # it runs; the worker was told
    TOO_LATE = "too_late"  # it is final


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right of one worker to judge one submission until `lease_until`.

    `token` is the fencing token: writes with an older one are refused with StaleToken.
    """

    token: int
    lease_until: datetime
    record: SubmissionRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseProgress:
    """A result as the judge reported it: number `index` (from 1) of `total`."""

    index: int
    total: int
    result: TestResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A submission and the version it has reached."""

    submission_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaped:
    """What the reaper did with claims whose lease had run out."""

    requeued: tuple[Change, ...] = ()
    failed: tuple[Change, ...] = ()  # the delivery cap was reached: JE
    cancelled: tuple[Change, ...] = ()  # a cancel had been asked for

    @property
    def changes(self) -> tuple[Change, ...]:
        """List everything that changed."""
        return self.requeued + self.failed + self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNumbers:
    """The queue at one moment, for /metrics; `finished` maps verdicts to counts."""

    queued: int
    running: int
    cancelled: int
    finished: tuple[tuple[Verdict, int], ...]
    oldest_queued_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCase:
    """A sample for the problem's page; input and answer may be cut by whoever imported it."""

    name: str
    input: bytes
    answer: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProblem:
    """An imported package: `id` is the short name in URLs, `archive` the package as a zip blob."""

    id: str
    title: str
    limits: JudgeLimits
    samples: tuple[SampleCase, ...]
    case_total: int
    archive: BlobRef
    owner_id: str
    code_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemRecord:
    """One revision of a problem, the newest unless another was asked for."""

    id: str
    revision: int
    title: str
    limits: JudgeLimits
    samples: tuple[SampleCase, ...]
    case_total: int
    archive: BlobRef
    owner_id: str
    code_bytes: int | None
    created_at: datetime


class Scope(Enum):
    """What an API key may do; ADMIN includes the others."""

    SUBMIT = "submit"
    READ = "read"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """An API key without its secret."""

    id: str
    label: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def allows(self, scope: Scope) -> bool:
        """Say whether the key has this scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def is_valid(self, now: datetime) -> bool:
        """Say whether the key is neither expired nor revoked."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A new key with its text, `brig_<id>_<secret>`: shown once and stored nowhere."""

    record: KeyRecord
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLanguage:
    """A language that a host can judge, with the version it found."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRecord:
    """A worker process that judges: how many slots, which languages, when it was last seen."""

    id: str
    hostname: str
    slots: int
    languages: tuple[HostLanguage, ...]
    brig_version: str
    started_at: datetime
    seen_at: datetime
