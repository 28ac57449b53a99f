"""Problems: imported packages, each replaced by a new revision and never changed.

A submission is judged against the revision that was newest when it was created. Parsing packages
is not done here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from store.database import Database
from store.model import NewProblem, ProblemRecord, utc_now


class Problems:
    """The repository of problems."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def put(self, new: NewProblem) -> ProblemRecord:
        """Store a problem, as a new revision where the id exists.

        The same archive with the same words again returns the revision that is there.
        """
        raise NotImplementedError

    def get(self, problem_id: str, revision: int | None = None) -> ProblemRecord | None:
        """Return the newest or the given revision, or None."""
        raise NotImplementedError

    def list(self, *, limit: int = 50, after_id: str | None = None) -> tuple[ProblemRecord, ...]:
        """List newest revisions by id, those after `after_id`."""
        raise NotImplementedError
