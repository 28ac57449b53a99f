"""Hosts that judge: what each worker declared, and when it was last seen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from store.model import HostLanguage, HostRecord, utc_now
from store.tables import hosts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Row

    from store.database import Database

# A host that has not reported for this long is not counted as alive.
SEEN_WITHIN = timedelta(seconds=30)
# And after this long it is taken off the list: it was ended without a chance to say so.
FORGOTTEN_AFTER = timedelta(days=1)


class Hosts:
    """The repository of hosts."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def report(self, host: HostRecord) -> None:
        """Store what a host declares, as seen now (`host.seen_at` is not looked at)."""
        now = self._clock()
        values = {
            "hostname": host.hostname,
            "slots": host.slots,
            "languages": [{"name": x.name, "version": x.version} for x in host.languages],
            "brig_version": host.brig_version,
            "started_at": host.started_at,
            "seen_at": now,
        }
        with self._database.write() as connection:
            changed = connection.execute(update(hosts).where(hosts.c.id == host.id).values(values))
            if changed.rowcount == 0:
                connection.execute(insert(hosts).values(id=host.id, **values))
                connection.execute(delete(hosts).where(hosts.c.seen_at < now - FORGOTTEN_AFTER))

    def forget(self, host_id: str) -> None:
        """Remove a host that has stopped."""
        with self._database.write() as connection:
            connection.execute(delete(hosts).where(hosts.c.id == host_id))

    def list(self) -> tuple[HostRecord, ...]:
        """List all hosts that reported and were not forgotten, newest seen first."""
        with self._database.read() as connection:
            rows = connection.execute(select(hosts).order_by(hosts.c.seen_at.desc())).all()
        return tuple(_record(row) for row in rows)

    def alive(self, within: timedelta = SEEN_WITHIN) -> tuple[HostRecord, ...]:
        """List hosts that were seen within this time."""
        oldest = self._clock() - within
        return tuple(host for host in self.list() if host.seen_at >= oldest)

    def languages(self, within: timedelta = SEEN_WITHIN) -> tuple[HostLanguage, ...]:
        """List the languages of all live hosts, each once, by name; the newest seen decides."""
        found: dict[str, HostLanguage] = {}
        for host in self.alive(within):
            for language in host.languages:
                found.setdefault(language.name, language)
        return tuple(found[name] for name in sorted(found))


def _record(row: Row[Any]) -> HostRecord:
    return HostRecord(
        id=row.id,
        hostname=row.hostname,
        slots=row.slots,
        languages=tuple(HostLanguage(**language) for language in row.languages),
        brig_version=row.brig_version,
        started_at=row.started_at,
        seen_at=row.seen_at,
    )
