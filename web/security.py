"""Headers that every answer carries, and the check that a page of ours sent the request.

The policy has no inline script, no eval and no foreign origin. The one nonce is for the style
element that the code editor makes; it is drawn anew for each answer.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, request

from web.errors import Forbidden

if TYPE_CHECKING:
    from flask import Flask, Response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def style_nonce() -> str:
    """Return the nonce of this request; templates call it as `style_nonce()`."""
    if "style_nonce" not in g:
        g.style_nonce = secrets.token_urlsafe(16)
    return str(g.style_nonce)


def register_security(app: Flask) -> None:
    """Add the headers to every answer, errors and static files too."""
    app.after_request(_add_headers)
    app.jinja_env.globals["style_nonce"] = style_nonce


def check_same_origin() -> None:
    """Refuse a request that a cookie would authorise but another site's page sent.

    `SameSite=Strict` already keeps the cookie at home; this also holds for a browser that does
    not know it, and for another port of the same host, which counts as the same site.
    """
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise Forbidden("Another site's page sent this request.", field="Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden("Another site's page sent this request.", field="Origin")
    if origin is None and request.headers.get("X-Brig-Page") != "1":
        raise Forbidden("A session needs the Origin or X-Brig-Page header.", field="Origin")


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _policy())
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    )
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def _policy() -> str:
    style = f"'self' 'nonce-{g.style_nonce}'" if "style_nonce" in g else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {style}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
