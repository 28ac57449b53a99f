from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from hashlib import sha256

import pytest

from store.errors import StoreUnavailable
from store.keys import Keys
from store.model import Scope, utc_now
from tests.unit.web.conftest import Client
from tests.web_world import result
from web.auth import COOKIE
from web.login import LoginLink

HELLO = {"language": "python3", "source": "print(1)\n"}
ADDRESS = "/api/v1/submissions"
ALLOWED_OF_JUDGING = {"judging", "judging.model", "judging.wire", "judging.errors"}
ALLOWED_OF_SANDBOX = {"sandbox", "sandbox.model", "sandbox.errors"}


def test_web_loads_no_kernel_and_no_judge():
    listing = "import sys, web.app; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = done.stdout.split()
    of_judging = {name for name in loaded if name.split(".")[0] == "judging"}
    of_sandbox = {name for name in loaded if name.split(".")[0] == "sandbox"}
    assert of_judging <= ALLOWED_OF_JUDGING
    assert of_sandbox <= ALLOWED_OF_SANDBOX
    assert not {"pyseccomp", "cli"} & set(loaded)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer nonsense", "Bearer brig_x_y", "Basic YTpi", "bearer \u00e9",
     "Bearer " + "x" * 5000],
)  # fmt: skip
def test_unknown_key_is_401(nobody, header):
    answer = nobody.get(ADDRESS, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json["error"]["field"] == "Authorization"


def test_expired_and_revoked_keys_are_401(app, world):
    an_hour = timedelta(hours=1)
    yesterday = Keys(world.database, clock=lambda: utc_now() - timedelta(days=1))
    expired = yesterday.issue("a test", [Scope.ADMIN], expires_at=utc_now() - an_hour)
    assert Client(app, expired.text).get(ADDRESS).status_code == 401
    issued = world.keys.issue("a test", [Scope.ADMIN])
    assert Client(app, issued.text).get(ADDRESS).status_code == 200
    world.keys.revoke(issued.record.id)
    assert Client(app, issued.text).get(ADDRESS).status_code == 401


def test_scopes_are_held(make_client):
    reader, sender = make_client(Scope.READ), make_client(Scope.SUBMIT)
    assert reader.post(ADDRESS, HELLO).status_code == 403
    assert sender.get(ADDRESS).status_code == 403
    assert sender.post(ADDRESS, HELLO).status_code == 201
    assert reader.get(ADDRESS).status_code == 200
    assert sender.post("/api/v1/problems", data=b"x").status_code == 403


def test_every_api_route_is_described_so_that_it_is_guarded(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/"):
            operation = getattr(app.view_functions[rule.endpoint], "operation", None)
            assert operation is not None, rule.rule
            assert operation.scope is not None, rule.rule


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/openapi.json", "/healthz", ADDRESS, "/static/brig.css", "/nowhere"]
)
def test_every_answer_carries_the_headers(client, path):
    answer = client.get(path)
    answer.close()
    headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.fixture
def browser(app, world):
    """Return a test client with a session, and the key that it was made from."""
    key = world.issue_key(Scope.ADMIN)
    client = app.test_client()
    client.set_cookie(COOKIE, key, domain="localhost")
    return client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1234"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"X-Brig-Page": "1", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_cookie_of_a_foreign_page_changes_nothing(browser, world, headers):
    answer = browser.post(ADDRESS, json=HELLO, headers=headers)
    assert answer.status_code == 403
    assert browser.post("/submit", data=HELLO, headers=headers).status_code == 403
    assert world.queue.slots_sent == 0


@pytest.mark.parametrize("headers", [{"Origin": "http://localhost"}, {"X-Brig-Page": "1"}])
def test_cookie_of_our_page_may_submit(browser, headers):
    assert browser.post(ADDRESS, json=HELLO, headers=headers).status_code == 201


def test_login_link_opens_the_page_once(world, make_client):
    key = world.issue_key(Scope.ADMIN)
    link = LoginLink(sha256(b"once").hexdigest(), key)
    client = make_client(services={"login_link": link})._client
    assert client.get("/").status_code == 401
    assert b'value="once"' in client.get("/login?token=once").data
    origin = {"Origin": "http://localhost"}
    assert client.post("/login", data={"token": "wrong"}, headers=origin).status_code == 401
    answer = client.post("/login", data={"token": "once"}, headers=origin)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/").status_code == 200
    client.delete_cookie(COOKIE)
    assert client.post("/login", data={"token": "once"}, headers=origin).status_code == 401


def test_login_with_a_key(app, world):
    client = app.test_client()
    origin = {"Origin": "http://localhost"}
    assert client.post("/login", data={"key": "brig_no_no"}, headers=origin).status_code == 401
    key = world.issue_key(Scope.SUBMIT, Scope.READ)
    assert client.post("/login", data={"key": key}, headers=origin).status_code == 303
    assert client.get("/").status_code == 200
    assert client.post("/logout", headers=origin).status_code == 303
    assert client.get("/").status_code == 401


@pytest.mark.parametrize("scope", [Scope.SUBMIT, Scope.READ])
def test_key_that_may_not_submit_and_read_opens_no_page(app, world, scope):
    client, key = app.test_client(), world.issue_key(scope)
    origin = {"Origin": "http://localhost"}
    answer = client.post("/login", data={"key": key}, headers=origin)
    assert (answer.status_code, "may not submit and read" in answer.text) == (401, True)
    client.set_cookie(COOKIE, key, domain="localhost")
    assert client.get("/").status_code == 401


def test_only_trusted_hosts_are_served(make_client):
    client = make_client(trusted_hosts=("brig.example",))
    assert client.get("/healthz").status_code == 400
    assert client.get("/healthz", base_url="http://brig.example").status_code == 200


def test_program_output_is_never_markup(client, admin, world, browser):
    evil = b"<script>alert(1)</script>"
    world.add_problem(title="<b>sum</b>")
    submission_id = client.send(title="<i>", stdin="</textarea><script>")
    world.judge(result(stdout=evil, stderr=evil, team_message="<script>"))
    page = browser.get(f"/s/{submission_id}").data
    assert b"<script>alert" not in page
    assert b"</textarea><script>" not in page
    assert b"&lt;script&gt;alert(1)" in page
    assert b"<b>sum</b>" not in page


def test_database_that_is_away_is_503(client, world, monkeypatch):
    def fail(*_args, **_values):
        raise StoreUnavailable("locked")

    monkeypatch.setattr(world.submissions, "create", fail)
    answer = client.post(ADDRESS, HELLO)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json["error"]["code"] == "busy"


def test_unexpected_failure_tells_nothing_of_the_inside(client, world, monkeypatch):
    def fail(*_args, **_values):
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr(world.submissions, "create", fail)
    answer = client.post(ADDRESS, HELLO)
    assert (answer.status_code, answer.json["error"]["code"]) == (500, "internal")
    assert "1234" not in answer.text
