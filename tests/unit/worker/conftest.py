from __future__ import annotations

import pytest

from store.artefacts import StoredArtefacts
from store.claims import Claims
from store.problems import Problems
from tests.fakes import FakeRegistry, FakeSandbox, run_result
from tests.unit.store.conftest import (  # noqa: F401 - fixtures
    blobs,
    clock,
    database,
    empty_database,
    new,
    submissions,
)
from worker.draining import Drain
from worker.errors import QueueUnavailable
from worker.packages import PackageCache
from worker.parts import Parts
from worker.settings import WorkerSettings


class FakeQueue:
    """Notes what was sent; `is_down` makes it refuse, `length` is what waits."""

    def __init__(self):
        self.changes = []
        self.length = 0
        self.is_down = False

    def enqueue_slot(self):
        self._check()
        self.length += 1

    def publish_changed(self, submission_id, version):
        self._check()
        self.changes.append((submission_id, version))

    def queue_length(self):
        self._check()
        return self.length

    def _check(self):
        if self.is_down:
            raise QueueUnavailable("Redis is away")


@pytest.fixture
def settings(tmp_path):
    return WorkerSettings(
        state_path=tmp_path,
        jailers_path=tmp_path,
        redis_url=f"unix://{tmp_path}/redis.sock",
        database_url=f"sqlite:///{tmp_path}/brig.sqlite",
        slots=1,
        lease_s=0.6,
        watch_s=0.02,
        reap_s=0.05,
        heartbeat_s=0.1,
        patience_s=0.3,
    )


@pytest.fixture
def queue():
    return FakeQueue()


@pytest.fixture
def claims(database, blobs):  # noqa: F811 - the fixtures above
    return Claims(database, blobs)


@pytest.fixture
def parts(settings, database, blobs, queue, claims):  # noqa: F811 - the fixtures above
    """Make the parts of a worker whose programs print 1, unless `answers` say otherwise."""

    def make(answers=None, **values):
        defaults = {
            "settings": settings,
            "name": "host/1",
            "languages": ("cpp17", "python3"),
            "registry": FakeRegistry(),
            "sandbox": FakeSandbox(answers or (lambda _: run_result(stdout=b"1\n"))),
            "claims": claims,
            "problems": Problems(database),
            "blobs": blobs,
            "artefacts": StoredArtefacts(database, blobs),
            "packages": PackageCache(settings.packages_path, blobs),
            "queue": queue,
            "drain": Drain(),
        }
        return Parts(**{**defaults, **values})

    return make
