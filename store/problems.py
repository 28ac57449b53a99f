"""Problems: imported packages, each replaced by a new revision and never changed.

A submission is judged against the revision that was newest when it was created. Parsing packages
is not done here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, insert, select, update

from judging.wire import to_wire
from store.encoding import problem_record, samples_to_json
from store.model import NewProblem, ProblemRecord, utc_now
from store.tables import problems

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from store.database import Database


class Problems:
    """The repository of problems."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def put(self, new: NewProblem) -> ProblemRecord:
        """Store a problem, as a new revision where the id exists.

        The same archive with the same words again returns the revision that is there.
        """
        with self._database.write() as connection:
            row = newest_row(connection, new.id, lock=True)
            values = _values(new)
            if row is not None and all(getattr(row, name) == values[name] for name in values):
                return problem_record(row)
            connection.execute(
                update(problems).where(problems.c.id == new.id).values(is_newest=False)
            )
            connection.execute(
                insert(problems).values(
                    id=new.id,
                    revision=1 if row is None else row.revision + 1,
                    is_newest=True,
                    owner_id=new.owner_id,
                    created_at=self._clock(),
                    **values,
                )
            )
            stored = newest_row(connection, new.id)
        if stored is None:
            msg = f"problem {new.id} vanished from its own transaction"
            raise AssertionError(msg)
        return problem_record(stored)

    def get(self, problem_id: str, revision: int | None = None) -> ProblemRecord | None:
        """Return the newest or the given revision, or None."""
        with self._database.read() as connection:
            if revision is None:
                row = newest_row(connection, problem_id)
            else:
                wanted = and_(problems.c.id == problem_id, problems.c.revision == revision)
                row = connection.execute(select(problems).where(wanted)).first()
        return None if row is None else problem_record(row)

    def list(self, *, limit: int = 50, after_id: str | None = None) -> tuple[ProblemRecord, ...]:
        """List newest revisions by id, those after `after_id`."""
        query = select(problems).where(problems.c.is_newest).order_by(problems.c.id).limit(limit)
        if after_id is not None:
            query = query.where(problems.c.id > after_id)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(problem_record(row) for row in rows)


def newest_row(connection: Connection, problem_id: str, *, lock: bool = False) -> Row[Any] | None:
    """Return the row of a problem's newest revision; for the repositories of this package."""
    query = select(problems).where(problems.c.id == problem_id, problems.c.is_newest)
    return connection.execute(query.with_for_update() if lock else query).first()


def _values(new: NewProblem) -> dict[str, Any]:
    return {
        "title": new.title,
        "limits": to_wire(new.limits),
        "samples": samples_to_json(new.samples),
        "case_total": new.case_total,
        "archive_sha256": new.archive.sha256,
        "archive_bytes": new.archive.size_bytes,
        "code_bytes": new.code_bytes,
    }
