from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from store.database import open_database
from store.model import Scope
from tests.web_world import World
from web.app import create_app
from web.settings import WebSettings

HELLO = {"language": "python3", "source": "print(1)\n"}


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory):
    """Migrate once; each test starts from a copy."""
    path = tmp_path_factory.mktemp("empty") / "brig.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def settings(tmp_path):
    return WebSettings(
        database_url=f"sqlite:///{tmp_path}/brig.db",
        redis_url="unix:///nowhere",
        data_path=tmp_path,
        poll_s=0.02,
        heartbeat_s=0.05,
        stream_lifetime_s=2.0,
        source_max_bytes=1000,
    )


@pytest.fixture
def world(tmp_path, settings, empty_database):
    shutil.copy(empty_database, tmp_path)
    database = open_database(settings.database_url, migrate=False)
    yield World(database, settings)
    database.close()


@pytest.fixture
def app(world, settings):
    return create_app(settings, world.services())


class Client:
    """Speaks JSON with one key."""

    def __init__(self, app, key=None):
        self._client = app.test_client()
        self._headers = {} if key is None else {"Authorization": f"Bearer {key}"}

    def get(self, path, **values):
        return self._client.get(path, **self._with_key(values))

    def post(self, path, body=None, **values):
        if body is not None:
            values["json"] = body
        return self._client.post(path, **self._with_key(values))

    def send(self, **fields):
        """Send a submission that must be accepted; return its id."""
        answer = self.post("/api/v1/submissions", {**HELLO, **fields})
        assert answer.status_code == 201, answer.text
        return answer.json["id"]

    def _with_key(self, values):
        headers = {**self._headers, **values.pop("headers", {})}
        return {**values, "headers": headers}


@pytest.fixture
def client(app, world):
    return Client(app, world.issue_key(Scope.SUBMIT, Scope.READ))


@pytest.fixture
def admin(app, world):
    return Client(app, world.issue_key(Scope.ADMIN))


@pytest.fixture
def nobody(app):
    return Client(app)


@pytest.fixture
def make_client(world):
    """Make a client of an app with other settings or services."""

    def make(*scopes, services=None, **settings):
        changed = replace(world.settings, **settings)
        app = create_app(changed, world.services(**{"settings": changed, **(services or {})}))
        return Client(app, world.issue_key(*scopes))

    return make
