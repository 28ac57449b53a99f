from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from store.database import open_database
from store.errors import SchemaTooNew, StoreUnavailable, UnsupportedDatabase
from store.tables import metadata


def test_migrations_make_the_tables_that_the_code_knows(database):
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_sqlite_is_set_up_to_lose_nothing(database):
    with database.write() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 1, 10_000]


def test_only_the_owner_may_read_the_file(database, tmp_path):
    assert (tmp_path / "brig.sqlite").stat().st_mode & 0o077 == 0


def test_many_may_open_a_new_database_at_once(tmp_path):
    opened = []
    threads = [
        threading.Thread(
            target=lambda: opened.append(open_database(f"sqlite:///{tmp_path}/new.sqlite"))
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(opened) == 4
    for database in opened:
        database.close()


def test_a_failed_transaction_leaves_nothing(database):
    def fail():
        with database.write() as connection:
            connection.execute(
                text("INSERT INTO artefacts VALUES ('k', 'x', 1, '2026-01-01 00:00:00')")
            )
            raise KeyError("k")

    with pytest.raises(KeyError):
        fail()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM artefacts")).scalar() == 0


def test_a_newer_schema_is_refused(database, tmp_path):
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(SchemaTooNew, match="another version"):
        open_database(f"sqlite:///{tmp_path}/brig.sqlite")


@pytest.mark.parametrize("url", ["", "sqlite://", "mysql://root@localhost/x", "sqlite:///:memory:"])
def test_other_databases_are_refused(url):
    with pytest.raises(UnsupportedDatabase):
        open_database(url)


def test_a_database_that_cannot_be_reached_says_so(tmp_path):
    with pytest.raises(StoreUnavailable):
        open_database(f"sqlite:///{tmp_path}/missing/brig.sqlite")
    database = open_database(f"sqlite:///{tmp_path}/missing/brig.sqlite", migrate=False)
    with pytest.raises(StoreUnavailable), database.read() as connection:
        connection.execute(text("SELECT 1"))
