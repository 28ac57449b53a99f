"""Who sends this request, and may they: an API key, as a bearer or in the page's cookie.

Every described route is checked before its view runs, against the scope that its description
names; what is not described is not reachable under /api. A cookie holds the key itself, is not
readable by scripts and is never sent from another site.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, g, request

from store.model import KeyRecord, Scope
from web.errors import BadField, Forbidden, Unauthorized
from web.security import check_same_origin
from web.services import services

if TYPE_CHECKING:
    from flask import Flask, Response

COOKIE = "brig_session"
_KEY_MAX_CHARS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The key behind a request; a key is also the owner of what it sends in."""

    key: KeyRecord

    @property
    def owner_id(self) -> str:
        """Return the id under which submissions are kept."""
        return self.key.id

    @property
    def is_admin(self) -> bool:
        """Say whether the key sees what belongs to others."""
        return Scope.ADMIN in self.key.scopes

    def owns(self, owner_id: str) -> bool:
        """Say whether the caller may see what `owner_id` sent in."""
        return self.is_admin or owner_id == self.owner_id


def register_auth(app: Flask) -> None:
    """Check the caller before every described route."""
    app.before_request(_check_described_route)


def caller() -> Caller:
    """Return the caller of this request, which a route with a scope always has."""
    found = g.caller
    assert isinstance(found, Caller)  # noqa: S101 - _check_described_route put it there
    return found


def page_caller() -> Caller | None:
    """Return the caller of a page, or None where it has to sign in first."""
    text = request.cookies.get(COOKIE)
    key = None if text is None else verify(text)
    return Caller(key=key) if key is not None and opens_the_page(key) else None


def opens_the_page(key: KeyRecord) -> bool:
    """Say whether a session can be made from this key: the page submits, and follows by the API."""
    return key.allows(Scope.SUBMIT) and key.allows(Scope.READ)


def keep_session(response: Response, key_text: str) -> None:
    """Hand the browser its session."""
    settings = services().settings
    response.set_cookie(
        COOKIE,
        key_text,
        max_age=settings.session_s,
        httponly=True,
        samesite="Strict",
        secure=settings.secure_cookie or request.is_secure,
    )


def verify(text: str) -> KeyRecord | None:
    """Return the valid key that `text` proves, else None."""
    # A key is plain ASCII; anything else is none, and never reaches SQL.
    if not text.isascii() or not text.isprintable() or len(text) > _KEY_MAX_CHARS:
        return None
    return services().keys.verify(text)


def _check_described_route() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    operation = getattr(view, "operation", None)
    if operation is None:
        return
    _check_parameters({p.name for p in operation.parameters if p.place == "query"})
    if operation.scope is not None:
        g.caller = Caller(key=_authorised(operation.scope))


def _check_parameters(known: set[str]) -> None:
    for name in request.args:
        if name not in known:
            raise BadField(name[:80], "There is no such query parameter.")
        if len(request.args.getlist(name)) > 1:
            raise BadField(name, "The parameter is given twice.")
        if not request.args[name].isprintable():
            raise BadField(name, "The parameter holds a control character.")


def _authorised(scope: Scope) -> KeyRecord:
    key = _key_of_request()
    if not key.allows(scope):
        raise Forbidden(f"This key lacks the scope {scope.value}.", field="Authorization")
    return key


def _key_of_request() -> KeyRecord:
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, text = header.partition(" ")
        key = verify(text.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            raise Unauthorized("The key is unknown, expired or revoked.", field="Authorization")
        return key
    text = request.cookies.get(COOKIE, "")
    key = verify(text) if text else None
    if key is None:
        raise Unauthorized("Send a key as `Authorization: Bearer KEY`.", field="Authorization")
    check_same_origin()
    return key
