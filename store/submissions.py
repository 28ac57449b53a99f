"""Submissions as those see them who ask: created, read, listed, cancelled, counted.

What a judge does with them is in `store.claims`. Knows nothing of messages: a message only says
that there is work.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from judging.model import Judgement, JudgeState, Verdict
from store.encoding import case_result, compile_from_json, request_to_json, submission_record
from store.errors import IdempotencyConflict, UnknownProblem
from store.model import (
    CancelOutcome,
    Created,
    NewSubmission,
    QueueNumbers,
    SubmissionFilter,
    SubmissionPage,
    SubmissionRecord,
    SubmissionView,
    utc_now,
)
from store.problems import newest_row
from store.tables import submissions, test_results

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from store.blobs import BlobStore
    from store.database import Database

CLAIMED_STATES = (JudgeState.COMPILING.value, JudgeState.RUNNING.value)
_ID_BYTES = 16
_QUEUED = JudgeState.QUEUED.value


class Submissions:
    """The repository of submissions; `clock` gives aware times in UTC."""

    def __init__(
        self, database: Database, blobs: BlobStore, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def create(self, new: NewSubmission) -> Created:
        """Store a submission; when this returns it is committed and will be judged.

        Raises UnknownProblem, IdempotencyConflict, and ValueError for neither or both of problem
        and inline cases.
        """
        return self.create_batch([new])[0]

    def create_batch(self, news: Sequence[NewSubmission]) -> tuple[Created, ...]:
        """Store several submissions, all or none."""
        with self._database.write() as connection:
            return tuple(self._create(connection, new) for new in news)

    def get(self, submission_id: str) -> SubmissionRecord | None:
        """Return a submission, or None."""
        with self._database.read() as connection:
            row = _row(connection, submission_id)
        return None if row is None else self._record(row)

    def view(self, submission_id: str, *, after_version: int = 0) -> SubmissionView | None:
        """Return a submission and its results that came after a version, in one transaction.

        When a worker died and the judging began anew, `record.case_judged` falls: a reader who
        kept results forgets them. Raises BlobMissing.
        """
        with self._database.read() as connection:
            row = _row(connection, submission_id)
            if row is None:
                return None
            rows = connection.execute(
                select(test_results)
                .where(test_results.c.serial == row.serial, test_results.c.version > after_version)
                .order_by(test_results.c.number)
            ).all()
        return SubmissionView(
            record=self._record(row),
            results=tuple(case_result(result, self._blobs) for result in rows),
        )

    def list(
        self, wanted: SubmissionFilter, *, limit: int = 50, cursor: str | None = None
    ) -> SubmissionPage:
        """List newest first, without `compile`. Raises ValueError for an unknown cursor."""
        query = select(submissions).where(*_conditions(wanted))
        query = query.order_by(submissions.c.serial.desc()).limit(limit + 1)
        with self._database.read() as connection:
            if cursor is not None:
                last = _row(connection, cursor)
                if last is None:
                    raise ValueError("the cursor was not given out by this list")
                query = query.where(submissions.c.serial < last.serial)
            rows = connection.execute(query).all()
        shown = rows[:limit]
        return SubmissionPage(
            records=tuple(submission_record(row) for row in shown),
            next_cursor=shown[-1].id if shown and len(rows) > limit else None,
        )

    def request_cancel(self, submission_id: str) -> CancelOutcome | None:
        """Cancel what is queued, ask the worker to stop what runs; None for an unknown id."""
        c = submissions.c
        wanted = c.id == submission_id
        values: dict[str, Any] = {"cancel_requested": True, "version": c.version + 1}
        outcome = CancelOutcome.REQUESTED
        with self._database.write() as connection:
            # Locked, so that no worker and no reaper moves it on between the look and the change.
            row = connection.execute(
                select(c.state, c.cancel_requested).where(wanted).with_for_update()
            ).first()
            if row is None:
                return None
            if row.state == _QUEUED:
                outcome = CancelOutcome.CANCELLED
                values |= {"state": JudgeState.CANCELLED.value, "finished_at": self._clock()}
            elif row.state not in CLAIMED_STATES:
                return CancelOutcome.TOO_LATE
            elif row.cancel_requested:
                return outcome
            connection.execute(update(submissions).where(wanted).values(values))
        return outcome

    def queue_position(self, submission_id: str) -> int | None:
        """Say how many queued submissions go first (0: next), or None when it is not queued."""
        with self._database.read() as connection:
            row = _row(connection, submission_id)
            if row is None or row.state != _QUEUED:
                return None
            c = submissions.c
            goes_first = (c.priority < row.priority) | (
                (c.priority == row.priority) & (c.serial < row.serial)
            )
            return connection.execute(
                select(func.count()).where(c.state == _QUEUED, goes_first)
            ).scalar_one()

    def numbers(self) -> QueueNumbers:
        """Count what /metrics shows."""
        c = submissions.c
        with self._database.read() as connection:
            counts = connection.execute(
                select(c.state, c.verdict, func.count().label("n")).group_by(c.state, c.verdict)
            ).all()
            oldest = connection.execute(
                select(func.min(c.queued_at)).where(c.state == _QUEUED)
            ).scalar()
        finished = {row.verdict: row.n for row in counts if row.state == JudgeState.DONE.value}
        waited = (self._clock() - oldest).total_seconds() if oldest is not None else 0.0
        return QueueNumbers(
            queued=sum(row.n for row in counts if row.state == _QUEUED),
            running=sum(row.n for row in counts if row.state in CLAIMED_STATES),
            cancelled=sum(row.n for row in counts if row.state == JudgeState.CANCELLED.value),
            finished=tuple((verdict, finished.get(verdict.value, 0)) for verdict in Verdict),
            oldest_queued_s=max(0.0, waited),
        )

    def _create(self, connection: Connection, new: NewSubmission) -> Created:
        if (new.problem_id is None) == (not new.cases):
            raise ValueError("a submission needs a problem or inline test cases, not both")
        values = self._values(new)
        if new.idempotency_key is not None:
            earlier = self._earlier(connection, new, values["request_sha256"])
            if earlier is not None:
                return earlier
        values["problem_revision"] = _revision(connection, new.problem_id)
        try:
            with connection.begin_nested():
                row = connection.execute(
                    insert(submissions).values(values).returning(submissions)
                ).one()
        except IntegrityError:
            # On PostgreSQL another request with this key may have come in between.
            earlier = self._earlier(connection, new, values["request_sha256"])
            if earlier is None:
                raise
            return earlier
        return Created(record=submission_record(row), is_new=True)

    def _earlier(
        self, connection: Connection, new: NewSubmission, request_sha256: str
    ) -> Created | None:
        row = connection.execute(
            select(submissions).where(
                submissions.c.owner_id == new.owner_id,
                submissions.c.idempotency_key == new.idempotency_key,
            )
        ).first()
        if row is None:
            return None
        if row.request_sha256 != request_sha256:
            raise IdempotencyConflict(str(new.idempotency_key))
        return Created(record=self._record(row), is_new=False)

    def _values(self, new: NewSubmission) -> dict[str, Any]:
        now = self._clock()
        asked = {
            "owner_id": new.owner_id,
            "title": new.title,
            "language": new.language,
            "entry_point": new.entry_point,
            "problem_id": new.problem_id,
            "request": request_to_json(new),
            "run_all": new.run_all,
            "priority": int(new.priority),
        }
        canonical = json.dumps(asked, sort_keys=True).encode()
        return {
            **asked,
            "id": secrets.token_urlsafe(_ID_BYTES),
            "idempotency_key": new.idempotency_key,
            "request_sha256": hashlib.sha256(canonical).hexdigest(),
            "state": _QUEUED,
            "version": 1,
            "cancel_requested": False,
            "deliveries": 0,
            "token": 0,
            "case_judged": 0,
            "created_at": now,
            "queued_at": now,
        }

    def _record(self, row: Row[Any]) -> SubmissionRecord:
        return submission_record(row, compile_from_json(row.compile, self._blobs))


def judgement(view: SubmissionView) -> Judgement | None:
    """Return the whole judgement of a submission that is DONE (from a full view), else None."""
    record = view.record
    if record.verdict is None:
        return None
    return Judgement(
        verdict=record.verdict,
        explanation=record.explanation,
        compile=record.compile,
        test_results=tuple(case.result for case in view.results),
        score=record.score or 0.0,
        cpu_ms=record.cpu_ms or 0.0,
        wall_ms=record.wall_ms or 0.0,
        memory_bytes=record.memory_bytes or 0,
    )


def _row(connection: Connection, submission_id: str) -> Row[Any] | None:
    return connection.execute(select(submissions).where(submissions.c.id == submission_id)).first()


def _revision(connection: Connection, problem_id: str | None) -> int | None:
    if problem_id is None:
        return None
    row = newest_row(connection, problem_id)
    if row is None:
        raise UnknownProblem(problem_id)
    revision: int = row.revision
    return revision


def _conditions(wanted: SubmissionFilter) -> list[Any]:
    c = submissions.c
    state = None if wanted.state is None else wanted.state.value
    verdict = None if wanted.verdict is None else wanted.verdict.value
    pairs = (
        (c.owner_id, wanted.owner_id),
        (c.problem_id, wanted.problem_id),
        (c.state, state),
        (c.verdict, verdict),
    )
    return [column == value for column, value in pairs if value is not None]
