"""Submissions: created, claimed, judged, published. SQL is the truth about each of them.

The state machine is queued → compiling → running → done | cancelled. A claim is a lease with a
fencing token; whoever holds an older token is refused. Knows nothing of messages: a message only
says that there is work.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from judging.model import CompileResult, JudgeState, Judgement
from store.blobs import BlobStore
from store.database import Database
from store.model import (
    CancelOutcome,
    CaseProgress,
    CaseResult,
    Change,
    Claim,
    Created,
    NewSubmission,
    QueueNumbers,
    Reaped,
    SubmissionFilter,
    SubmissionPage,
    SubmissionRecord,
    SubmissionView,
    utc_now,
)

DELIVERY_CAP = 3


class Submissions:
    """The repository of submissions; `clock` tells leases and times, aware and in UTC."""

    def __init__(
        self, database: Database, blobs: BlobStore, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    # For whoever asks

    def create(self, new: NewSubmission) -> Created:
        """Store a submission; when this returns it is committed and will be judged.

        Raises UnknownProblem, IdempotencyConflict, and ValueError for neither or both of problem
        and inline cases.
        """
        raise NotImplementedError

    def create_batch(self, news: Sequence[NewSubmission]) -> tuple[Created, ...]:
        """Store several submissions, all or none."""
        raise NotImplementedError

    def get(self, submission_id: str) -> SubmissionRecord | None:
        """Return a submission, or None."""
        raise NotImplementedError

    def view(self, submission_id: str, *, after_version: int = 0) -> SubmissionView | None:
        """Return a submission and its results that came after a version, in one transaction.

        When a worker died and the judging began anew, `record.case_judged` falls: a reader who
        kept results by index forgets those above it.
        """
        raise NotImplementedError

    def list(
        self, wanted: SubmissionFilter, *, limit: int = 50, cursor: str | None = None
    ) -> SubmissionPage:
        """List newest first. Raises ValueError for a cursor that was not given out here."""
        raise NotImplementedError

    def judgement(self, view: SubmissionView) -> Judgement | None:
        """Return the whole judgement of a submission that is DONE, else None."""
        raise NotImplementedError

    def request_cancel(self, submission_id: str) -> CancelOutcome | None:
        """Cancel what is queued, ask the worker to stop what runs; None for an unknown id."""
        raise NotImplementedError

    def queue_position(self, submission_id: str) -> int | None:
        """Say how many queued submissions go first (0: next), or None when it is not queued."""
        raise NotImplementedError

    def numbers(self) -> QueueNumbers:
        """Count what /metrics shows."""
        raise NotImplementedError

    # For whoever judges

    def claim(
        self, worker: str, languages: Collection[str], lease: timedelta
    ) -> Claim | None:
        """Take the oldest queued submission of the smallest priority, or None.

        Its state becomes COMPILING; results of an earlier delivery are forgotten.
        """
        raise NotImplementedError

    def renew(self, claim: Claim, lease: timedelta) -> bool:
        """Prolong a claim and say whether a cancel was asked for. Raises StaleToken."""
        raise NotImplementedError

    def record_state(self, claim: Claim, state: JudgeState) -> Change:
        """Note that the submission entered COMPILING or RUNNING. Raises StaleToken."""
        raise NotImplementedError

    def record_compile(self, claim: Claim, result: CompileResult) -> Change:
        """Note the compile step. Raises StaleToken."""
        raise NotImplementedError

    def record_tests(self, claim: Claim, progress: Sequence[CaseProgress]) -> Change:
        """Note results as they arrive. Raises StaleToken."""
        raise NotImplementedError

    def publish(self, claim: Claim, judgement: Judgement) -> Change:
        """Store the final judgement, exactly once. Raises StaleToken."""
        raise NotImplementedError

    def publish_cancelled(self, claim: Claim) -> Change:
        """Note that judging stopped because a cancel was asked for. Raises StaleToken."""
        raise NotImplementedError

    def give_back(self, claim: Claim, reason: str) -> Change:
        """Re-queue a claim that failed by a fault of the host; JE at the delivery cap.

        Raises StaleToken.
        """
        raise NotImplementedError

    def reap(self) -> Reaped:
        """Re-queue claims whose lease ran out, cancel or fail those that may not run again."""
        raise NotImplementedError
