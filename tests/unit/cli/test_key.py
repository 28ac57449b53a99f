from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from cli.errors import BadInput
from cli.key import app, expiry_of
from store.database import open_database
from store.keys import Keys
from store.model import Scope

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'brig.sqlite'}"
    monkeypatch.setenv("BRIG_DATABASE_URL", url)
    return url


def brig_key(*args: str):
    return CliRunner().invoke(app, args)


def verify(url: str, text: str):
    database = open_database(url)
    try:
        return Keys(database).verify(text)
    finally:
        database.close()


def test_created_key_is_valid_and_may_submit_and_read(url):
    document = json.loads(brig_key("create", "--label", "me", "--json").stdout)

    record = verify(url, document["key"])
    assert (record.label, record.scopes) == ("me", {Scope.SUBMIT, Scope.READ})
    assert document["state"] == "valid"


def test_scopes_and_expiry_are_those_asked_for(url):
    args = ("create", "--label", "me", "--scope", "admin", "--expires", "2d", "--json")

    document = json.loads(brig_key(*args).stdout)

    assert document["scopes"] == ["admin"]
    assert document["expires_at"] > document["created_at"]


def test_only_the_key_is_on_stdout_for_people(url):
    result = brig_key("create", "--label", "me")

    assert verify(url, result.stdout.strip()) is not None


def test_list_shows_no_secret(url):
    text = brig_key("create", "--label", "me").stdout.strip()

    listed = brig_key("list").stdout

    assert "valid" in listed
    assert "me" in listed
    assert text not in listed


def test_revoked_key_is_refused(url):
    document = json.loads(brig_key("create", "--label", "me", "--json").stdout)

    result = brig_key("revoke", document["id"], "--json")

    assert json.loads(result.stdout) == {"id": document["id"], "revoked": True}
    assert verify(url, document["key"]) is None
    assert json.loads(brig_key("list", "--json").stdout)["keys"][0]["state"] == "revoked"


def test_unknown_key_cannot_be_revoked(url):
    assert brig_key("revoke", "nobody").exit_code == 1


def test_replace_revokes_other_keys_of_the_label_alone(url):
    first = json.loads(brig_key("create", "--label", "a", "--json").stdout)
    other = json.loads(brig_key("create", "--label", "b", "--json").stdout)

    brig_key("create", "--label", "a", "--replace")

    assert verify(url, first["key"]) is None
    assert verify(url, other["key"]) is not None


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (("--label", ""), "--label"),
        (("--label", "a\nb"), "--label"),
        (("--label", "a", "--expires", "soon"), "--expires"),
        (("--label", "a", "--expires", "0d"), "--expires"),
    ],
)
def test_bad_input_names_the_field(url, args, field):
    result = brig_key("create", *args, "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"]["field"] == field


def test_unknown_scope_is_bad_input(url):
    assert brig_key("create", "--label", "a", "--scope", "root").exit_code == 2


@pytest.mark.parametrize(
    ("text", "length"),
    [("30m", timedelta(minutes=30)), ("12h", timedelta(hours=12)), ("90d", timedelta(days=90))],
)
def test_expiry_is_counted_from_now(text, length):
    assert expiry_of(text, NOW) == NOW + length


@pytest.mark.parametrize("text", ["", "1", "d", "-1d", "1.5h", "1y", "9999999d"])
def test_expiry_that_is_none_is_refused(text):
    with pytest.raises(BadInput):
        expiry_of(text, NOW)
