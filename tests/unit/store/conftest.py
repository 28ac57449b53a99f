from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from judging.model import JudgeLimits
from store.blobs import BlobStore
from store.claims import Claims
from store.database import open_database
from store.model import FileRef, InlineCase, NewSubmission
from store.submissions import Submissions

LEASE = timedelta(seconds=30)


class Clock:
    """A clock that goes only when told."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """Migrate once; each test starts from a copy."""
    path = tmp_path_factory.mktemp("empty") / "brig.sqlite"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def database(tmp_path, empty_database):
    shutil.copy(empty_database, tmp_path)
    database = open_database(f"sqlite:///{tmp_path}/brig.sqlite", migrate=False)
    yield database
    database.close()


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def submissions(database, blobs, clock):
    return Submissions(database, blobs, clock=clock)


@pytest.fixture
def claims(database, blobs, clock):
    return Claims(database, blobs, clock=clock)


@pytest.fixture
def new(blobs):
    """Make a NewSubmission: one source, one inline case, unless `values` say otherwise."""

    def make(**values):
        source = FileRef(name="a.py", blob=blobs.put(b"print(1)\n"))
        case = InlineCase(name="1", input=blobs.put(b""), answer=blobs.put(b"1\n"))
        defaults = {
            "owner_id": "alice",
            "language": "python3",
            "files": (source,),
            "cases": (case,),
            "limits": JudgeLimits(cpu_ms=1_000),
        }
        return NewSubmission(**{**defaults, **values})

    return make
