"""Hosts that judge: what each worker declared, and when it was last seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from store.database import Database
from store.model import HostLanguage, HostRecord, utc_now

# A host that has not reported for this long is not counted as alive.
SEEN_WITHIN = timedelta(seconds=30)


class Hosts:
    """The repository of hosts."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def report(self, host: HostRecord) -> None:
        """Store what a host declares, as seen now."""
        raise NotImplementedError

    def forget(self, host_id: str) -> None:
        """Remove a host that has stopped."""
        raise NotImplementedError

    def list(self) -> tuple[HostRecord, ...]:
        """List all hosts that ever reported and were not forgotten, newest seen first."""
        raise NotImplementedError

    def alive(self, within: timedelta = SEEN_WITHIN) -> tuple[HostRecord, ...]:
        """List hosts that were seen within this time."""
        raise NotImplementedError

    def languages(self, within: timedelta = SEEN_WITHIN) -> tuple[HostLanguage, ...]:
        """List the languages of all live hosts, each once, by name."""
        raise NotImplementedError
