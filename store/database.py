"""The connection to SQL: SQLite in a file by default, PostgreSQL for a fleet.

Owns transactions and the upgrade of the schema at start. Knows no table.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


def open_database(url: str, *, migrate: bool = True) -> Database:
    """Open `sqlite:////path/to/file` or `postgresql://...` and bring its schema up to date.

    With `migrate` False the schema must be there (children of a process that has migrated).
    Raises UnsupportedDatabase, SchemaTooNew, StoreUnavailable.
    """
    raise NotImplementedError


class Database:
    """Transactions on one engine; safe for many threads, not to be carried across a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees one moment and writes nothing. Raises StoreUnavailable."""
        raise NotImplementedError

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes; commits at the end. Raises StoreUnavailable."""
        raise NotImplementedError

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()
