"""Submissions as those see them who judge: claimed, renewed, recorded, published, reaped.

The state machine is queued → compiling → running → done | cancelled. A claim is a lease with a
fencing token: each claim of a submission has a larger one, and whoever holds an older one, or
comes after the end, is refused. So a judgement is published exactly once, whoever died or slept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select, update

from judging.model import Explanation, JudgeState, Verdict
from judging.wire import to_wire
from store.encoding import compile_to_json, result_to_json, submission_record
from store.errors import StaleToken
from store.model import Change, Claim, Reaped, utc_now
from store.submissions import CLAIMED_STATES
from store.tables import submissions, test_results

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Connection, Row

    from judging.model import CompileResult, Judgement
    from store.blobs import BlobStore
    from store.database import Database
    from store.model import CaseProgress

DELIVERY_CAP = 3
_REAPED_AT_ONCE = 200
_QUEUED = JudgeState.QUEUED.value
_NO_LEASE = {"lease_until": None}


class Claims:
    """The repository of claims; `clock` tells leases and times, aware and in UTC."""

    def __init__(
        self, database: Database, blobs: BlobStore, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def claim(self, worker: str, languages: Collection[str], lease: timedelta) -> Claim | None:
        """Take the oldest queued submission of the most urgent priority, or None.

        Its state becomes COMPILING; results of an earlier delivery are forgotten.
        """
        c = submissions.c
        now = self._clock()
        with self._database.write() as connection:
            row = connection.execute(
                select(c.serial, c.token)
                .where(c.state == _QUEUED, c.language.in_(languages))
                .order_by(c.priority, c.serial)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).first()
            if row is None:
                return None
            connection.execute(delete(test_results).where(test_results.c.serial == row.serial))
            taken = connection.execute(
                update(submissions)
                .where(c.serial == row.serial)
                .values(
                    state=JudgeState.COMPILING.value,
                    version=c.version + 1,
                    token=row.token + 1,
                    deliveries=c.deliveries + 1,
                    worker=worker,
                    lease_until=now + lease,
                    started_at=now,
                    case_total=None,
                    case_judged=0,
                    compile=None,
                )
                .returning(submissions)
            ).one()
        return Claim(
            token=taken.token, lease_until=taken.lease_until, record=submission_record(taken)
        )

    def queued_count(self) -> int:
        """Count what waits for a claim."""
        query = select(func.count()).where(submissions.c.state == _QUEUED)
        with self._database.read() as connection:
            return connection.execute(query).scalar_one()

    def renew(self, claim: Claim, lease: timedelta) -> bool:
        """Prolong a claim and say whether a cancel was asked for. Raises StaleToken."""
        with self._database.write() as connection:
            row = connection.execute(
                update(submissions)
                .where(*_is_held(claim))
                .values(lease_until=self._clock() + lease)
                .returning(submissions.c.cancel_requested)
            ).first()
        return _cancel_requested(row, claim)

    def is_cancel_requested(self, claim: Claim) -> bool:
        """Say whether a cancel was asked for. Raises StaleToken."""
        with self._database.read() as connection:
            row = connection.execute(
                select(submissions.c.cancel_requested).where(*_is_held(claim))
            ).first()
        return _cancel_requested(row, claim)

    def record_state(self, claim: Claim, state: JudgeState) -> Change | None:
        """Note that the submission entered COMPILING or RUNNING; None when it was there already.

        Raises StaleToken.
        """
        with self._database.write() as connection:
            current = connection.execute(
                select(submissions.c.state).where(*_is_held(claim))
            ).scalar()
            if current == state.value:
                return None
            return _change(connection, claim, state=state.value)

    def record_compile(self, claim: Claim, result: CompileResult) -> Change:
        """Note the compile step. Raises StaleToken."""
        data = compile_to_json(result, self._blobs)
        with self._database.write() as connection:
            return _change(connection, claim, compile=data)

    def record_tests(self, claim: Claim, progress: Sequence[CaseProgress]) -> Change:
        """Note results as they arrive. Raises StaleToken."""
        rows = [_result_values(p.index, p.result, self._blobs) for p in progress]
        with self._database.write() as connection:
            change = _change(
                connection,
                claim,
                case_total=progress[-1].total,
                case_judged=submissions.c.case_judged + len(progress),
            )
            _insert_missing(connection, change, rows)
        return change

    def publish(self, claim: Claim, judgement: Judgement) -> Change:
        """Store the final judgement, exactly once. Raises StaleToken."""
        compiled = judgement.compile
        rows = [
            _result_values(index, result, self._blobs)
            for index, result in enumerate(judgement.test_results, start=1)
        ]
        judged = sum(result.verdict is not Verdict.SK for result in judgement.test_results)
        values = {
            "compile": None if compiled is None else compile_to_json(compiled, self._blobs),
            "case_total": len(rows),
            "case_judged": judged,
            "cpu_ms": judgement.cpu_ms,
            "wall_ms": judgement.wall_ms,
            "memory_bytes": judgement.memory_bytes,
            **_final(judgement.verdict, judgement.explanation, judgement.score),
        }
        with self._database.write() as connection:
            change = _change(connection, claim, finished_at=self._clock(), **values)
            _insert_missing(connection, change, rows)
        return change

    def publish_cancelled(self, claim: Claim) -> Change:
        """Note that judging stopped because a cancel was asked for. Raises StaleToken."""
        state = JudgeState.CANCELLED.value
        with self._database.write() as connection:
            return _change(connection, claim, state=state, finished_at=self._clock(), **_NO_LEASE)

    def give_back(self, claim: Claim, *, counts: bool = True) -> Change:
        """Re-queue a claim that met a fault of the host; JE at the delivery cap.

        With `counts` False the delivery is forgotten: the worker was told to stop. Raises
        StaleToken.
        """
        with self._database.write() as connection:
            row = connection.execute(
                select(submissions).where(*_is_held(claim)).with_for_update()
            ).first()
            if row is None:
                raise StaleToken(claim.record.id, claim.token)
            return self._release(connection, row, row.deliveries - (not counts))[1]

    def reap(self) -> Reaped:
        """Re-queue claims whose lease ran out; cancel or fail those that may not run again."""
        with self._database.write() as connection:
            rows = connection.execute(
                select(submissions)
                .where(
                    submissions.c.state.in_(CLAIMED_STATES),
                    submissions.c.lease_until < self._clock(),
                )
                .order_by(submissions.c.serial)
                .limit(_REAPED_AT_ONCE)
                .with_for_update(skip_locked=True)
            ).all()
            released = [self._release(connection, row, row.deliveries) for row in rows]
        return Reaped(
            requeued=_in_state(released, JudgeState.QUEUED),
            failed=_in_state(released, JudgeState.DONE),
            cancelled=_in_state(released, JudgeState.CANCELLED),
        )

    def _release(
        self, connection: Connection, row: Row[Any], deliveries: int
    ) -> tuple[JudgeState, Change]:
        """Decide what becomes of a claim without a judgement; the row is locked."""
        now = self._clock()
        if row.cancel_requested:
            values = {"state": JudgeState.CANCELLED.value, "finished_at": now}
        elif deliveries >= DELIVERY_CAP:
            values = {"finished_at": now, **_final(Verdict.JE, _given_up(deliveries), 0.0)}
        else:
            values = {"state": _QUEUED, "queued_at": now, "deliveries": deliveries}
        version: int = connection.execute(
            update(submissions)
            .where(submissions.c.serial == row.serial)
            .values(version=submissions.c.version + 1, **{**_NO_LEASE, **values})
            .returning(submissions.c.version)
        ).scalar_one()
        return JudgeState(values["state"]), Change(submission_id=row.id, version=version)


def _is_held(claim: Claim) -> tuple[Any, ...]:
    c = submissions.c
    return (c.id == claim.record.id, c.token == claim.token, c.state.in_(CLAIMED_STATES))


def _cancel_requested(row: Row[Any] | None, claim: Claim) -> bool:
    if row is None:
        raise StaleToken(claim.record.id, claim.token)
    is_requested: bool = row.cancel_requested
    return is_requested


def _change(connection: Connection, claim: Claim, **values: Any) -> Change:
    version = connection.execute(
        update(submissions)
        .where(*_is_held(claim))
        .values(version=submissions.c.version + 1, **values)
        .returning(submissions.c.version)
    ).scalar()
    if version is None:
        raise StaleToken(claim.record.id, claim.token)
    return Change(submission_id=claim.record.id, version=version)


def _insert_missing(connection: Connection, change: Change, rows: Sequence[dict[str, Any]]) -> None:
    """Add the results that are not there yet, as brought by this change."""
    serial = connection.execute(
        select(submissions.c.serial).where(submissions.c.id == change.submission_id)
    ).scalar_one()
    known = set(
        connection.execute(
            select(test_results.c.number).where(test_results.c.serial == serial)
        ).scalars()
    )
    missing = [
        {**row, "serial": serial, "version": change.version}
        for row in rows
        if row["number"] not in known
    ]
    if missing:
        connection.execute(insert(test_results), missing)


def _result_values(index: int, result: Any, blobs: BlobStore) -> dict[str, Any]:
    return {
        "number": index,
        "verdict": result.verdict.value,
        "result": result_to_json(result, blobs),
    }


def _final(verdict: Verdict, explanation: Explanation | None, score: float) -> dict[str, Any]:
    return {
        "state": JudgeState.DONE.value,
        "verdict": verdict.value,
        "explanation": None if explanation is None else to_wire(explanation),
        "score": score,
        **_NO_LEASE,
    }


def _given_up(deliveries: int) -> Explanation:
    text = (
        f"The judging host failed or vanished {deliveries} times while it judged this submission. "
        "This is not the program's fault; the operator finds the cause in the workers' logs."
    )
    return Explanation(reason="host", text=text, value=deliveries)


def _in_state(
    released: Sequence[tuple[JudgeState, Change]], state: JudgeState
) -> tuple[Change, ...]:
    return tuple(change for reached, change in released if reached is state)
