"""The connection to SQL: SQLite in a file by default, PostgreSQL for a fleet.

Owns transactions and the upgrade of the schema at start. Knows no table.
"""

from __future__ import annotations

import fcntl
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from store.errors import SchemaTooNew, StoreUnavailable, UnsupportedDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL

_BUSY_TIMEOUT_MS = 10_000
_MIGRATION_LOCK = 0x62726967  # "brig": any number, the same for all who upgrade
_MIGRATIONS_PATH = Path(__file__).parent / "migrations"


def open_database(url: str, *, migrate: bool = True) -> Database:
    """Open `sqlite:////path/to/file` or `postgresql://...` and bring its schema up to date.

    With `migrate` False the schema must be there (children of a process that has migrated).
    Raises UnsupportedDatabase, SchemaTooNew, StoreUnavailable.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        database = Database(_sqlite_engine(parsed))
        if migrate:
            _prepare_sqlite(database, Path(parsed.database or ""))
    else:
        database = Database(_postgresql_engine(parsed))
        if migrate:
            with database.write() as connection:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
                _upgrade(connection)
    return database


class Database:
    """Transactions on one engine; safe for many threads, not to be carried across a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(brig_writes=True)
        self._reader = engine
        if engine.dialect.name == "postgresql":
            # SQLite's transactions see one moment; here that has to be asked for.
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that sees one moment and writes nothing. Raises StoreUnavailable."""
        with _unavailable_as_our_error(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that writes; commits at the end. Raises StoreUnavailable.

        SQLite has one writer at a time: it is taken at the start (BEGIN IMMEDIATE), because a
        reader that turns writer is refused at once when another wrote meanwhile.
        """
        with _unavailable_as_our_error(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


@contextmanager
def _unavailable_as_our_error() -> Iterator[None]:
    try:
        yield
    except (DisconnectionError, PoolTimeoutError) as error:
        raise StoreUnavailable(f"no connection to the database: {error}") from error
    except DatabaseError as error:
        if not _is_outage(error):
            raise
        raise StoreUnavailable(f"the database does not answer: {error.orig}") from error


def _is_outage(error: DatabaseError) -> bool:
    # OperationalError and InterfaceError by DB-API (PEP 249): not the statement's fault.
    name = type(error).__name__
    return error.connection_invalidated or name in {"OperationalError", "InterfaceError"}


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnsupportedDatabase("the database URL cannot be read as one") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise UnsupportedDatabase("SQLite needs a file: sqlite:////path/to/brig.sqlite")
        return parsed.set(drivername="sqlite+pysqlite")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise UnsupportedDatabase(f"no support for {backend!r}: use sqlite:////... or postgresql://...")


def _postgresql_engine(url: URL) -> Engine:
    return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=60)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_size=5, max_overflow=60)
    event.listen(engine, "connect", _set_up_sqlite_connection)
    event.listen(engine, "begin", _begin_sqlite_transaction)
    return engine


def _set_up_sqlite_connection(connection: Any, _record: object) -> None:
    # The driver must not open transactions by itself: `_begin_sqlite_transaction` does.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA foreign_keys = ON")
    # A 201 means committed: with WAL, NORMAL would lose the last commits at a power cut.
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite_transaction(connection: Connection) -> None:
    writes = connection.get_execution_options().get("brig_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _prepare_sqlite(database: Database, path: Path) -> None:
    # One process at a time: the switch to WAL does not wait for others, it fails.
    try:
        path.touch(mode=0o600)  # it holds everybody's sources; SQLite's own files follow its mode
        lock = path.with_name(path.name + ".lock").open("a")
    except OSError as error:
        raise StoreUnavailable(f"cannot write beside the database {path}: {error}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _unavailable_as_our_error(), database._engine.connect() as connection:  # noqa: SLF001 - same module
            driver: Any = connection.connection.dbapi_connection
            driver.execute("PRAGMA journal_mode = WAL")
        with database.write() as connection:
            _upgrade(connection)


def _upgrade(connection: Connection) -> None:
    # Slow to import, and needed once per start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS_PATH).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaTooNew(
            f"the database was written by another version of Brig ({error}); start that one"
        ) from error
