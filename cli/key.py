"""`brig key`: make, list and revoke API keys. A key's text is shown once, when it is made."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli.config import load_config
from cli.errors import BadInput
from cli.output import ExitCode, door, emit, note
from cli.places import work_as_service_user
from store.database import open_database
from store.keys import Keys
from store.model import Scope, utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.model import KeyRecord

app = typer.Typer(
    help="Create, list and revoke API keys.", no_args_is_help=True, pretty_exceptions_enable=False
)

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([1-9][0-9]{0,5})([mhd])")

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def create(
    label: Annotated[str, typer.Option(help="Whose key it is, for the list.")],
    scope: Annotated[list[Scope] | None, typer.Option(help="Repeat for several.")] = None,
    expires: Annotated[str | None, typer.Option(help="30m, 12h, 90d; never if left out.")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Revoke others of this label.")
    ] = False,
    as_json: _AsJson = False,
) -> None:
    """Make a key. Without --scope it may submit and read."""
    with door(as_json=as_json), _keys() as keys:
        if not label.strip() or not label.isprintable():
            raise BadInput("--label", "must be a visible word or more")
        expires_at = None if expires is None else expiry_of(expires, utc_now())
        if replace:
            _revoke_all(keys, label)
        issued = keys.issue(label, scope or [Scope.SUBMIT, Scope.READ], expires_at=expires_at)
        if as_json:
            emit({"key": issued.text, **_to_document(issued.record)})
        else:
            note("This key is shown now and never again:")
            typer.echo(issued.text)


@app.command("list")
def list_keys(*, as_json: _AsJson = False) -> None:
    """List all keys, oldest first."""
    with door(as_json=as_json), _keys() as keys:
        records = keys.list()
        if as_json:
            emit({"keys": [_to_document(record) for record in records]})
            return
        for record in records:
            scopes = ",".join(sorted(scope.value for scope in record.scopes))
            typer.echo(f"{record.id}  {_state_of(record):8}  {scopes:18}  {record.label}")


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that `list` shows.")],
    *,
    as_json: _AsJson = False,
) -> None:
    """Revoke a key; it is refused from now on."""
    with door(as_json=as_json), _keys() as keys:
        is_known = keys.revoke(key_id)
        if as_json:
            emit({"id": key_id, "revoked": is_known})
        if not is_known:
            note(f"brig: there is no key {key_id!r}")
            raise typer.Exit(ExitCode.NEGATIVE)


def expiry_of(text: str, now: datetime) -> datetime:
    """Read a duration such as `12h` as a time from `now`. Raises BadInput."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise BadInput("--expires", f"{text!r} is not a number followed by m, h or d, such as 90d")
    return now + timedelta(**{_UNITS[match[2]]: int(match[1])})


@contextmanager
def _keys() -> Iterator[Keys]:
    config = load_config()
    if config.database_url is None:
        work_as_service_user(config)
    database = open_database(config.database_url_or_default)
    try:
        yield Keys(database)
    finally:
        database.close()


def _revoke_all(keys: Keys, label: str) -> None:
    for record in keys.list():
        if record.label == label and record.is_valid(utc_now()):
            keys.revoke(record.id)


def _state_of(record: KeyRecord) -> str:
    if record.revoked_at is not None:
        return "revoked"
    return "valid" if record.is_valid(utc_now()) else "expired"


def _to_document(record: KeyRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "label": record.label,
        "scopes": sorted(scope.value for scope in record.scopes),
        "state": _state_of(record),
        "created_at": _to_text(record.created_at),
        "expires_at": _to_text(record.expires_at),
        "revoked_at": _to_text(record.revoked_at),
    }


def _to_text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
