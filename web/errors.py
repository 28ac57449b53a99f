"""What a caller is told when a request cannot be served: one JSON shape, one place.

ApiError(status, code, message, field)
├── BadField        400, names the field
├── TooLarge        413, names the field
├── Unauthorized    401, no usable key
├── Forbidden       403, the key lacks the scope, or a foreign page sent the request
├── SlowBody        408, the body did not arrive in time
├── NotFound        404, unknown, or another owner's
├── Gone            410, what was stored of it is not there any more
├── Conflict        409, the Idempotency-Key was used for another body
└── Busy            503, a thread budget is spent or the queue is away; says when to come back
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from store.errors import BlobDamaged, BlobMissing, StoreUnavailable

if TYPE_CHECKING:
    from flask import Flask


class ApiError(Exception):
    """Superclass; `code` is for machines, `message` for people, `field` names what to change."""

    status = HTTPStatus.BAD_REQUEST
    code = "bad_request"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        self.message = message
        self.field = field
        super().__init__(message)

    def headers(self) -> dict[str, str]:
        """Return headers that belong to this answer."""
        return {}

    def details(self) -> dict[str, object]:
        """Return what the error object holds besides code, field and message."""
        return {}


class BadField(ApiError):
    """Raised when one field of the request breaks a rule."""

    code = "invalid_field"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, field=field)


class TooLarge(BadField):
    """Raised when the body or a field is above its cap."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class Unauthorized(ApiError):
    """Raised when no key was sent, or one that is unknown, expired or revoked."""

    status = HTTPStatus.UNAUTHORIZED
    code = "unauthorized"

    def headers(self) -> dict[str, str]:
        """Name the scheme, as RFC 9110 section 11.6.1 asks."""
        return {"WWW-Authenticate": 'Bearer realm="brig"'}


class Forbidden(ApiError):
    """Raised when the key is good but does not allow this."""

    status = HTTPStatus.FORBIDDEN
    code = "forbidden"


class SlowBody(ApiError):
    """Raised when the sender stopped sending in the middle."""

    status = HTTPStatus.REQUEST_TIMEOUT
    code = "request_timeout"


class NotFound(ApiError):
    """Raised for what is unknown, and for what belongs to somebody else."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"


class Gone(ApiError):
    """Raised when a blob is missing or damaged."""

    status = HTTPStatus.GONE
    code = "gone"


class Conflict(ApiError):
    """Raised when the request contradicts an earlier one."""

    status = HTTPStatus.CONFLICT
    code = "conflict"


class Busy(ApiError):
    """Raised when the service cannot take this now; polling is always open."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "busy"

    def __init__(self, message: str, *, retry_after_s: int = 5, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.retry_after_s = retry_after_s

    def headers(self) -> dict[str, str]:
        """Say when to come back."""
        return {"Retry-After": str(self.retry_after_s)}


def register_errors(app: Flask) -> None:
    """Answer every failure in the API's shape, or as a page to a browser that asked for one."""
    app.register_error_handler(ApiError, _answer)
    app.register_error_handler(StoreUnavailable, _answer_store_unavailable)
    app.register_error_handler(BlobMissing, _answer_lost_blob)
    app.register_error_handler(BlobDamaged, _answer_lost_blob)
    app.register_error_handler(HTTPException, _answer_http_exception)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer_store_unavailable(_error: StoreUnavailable) -> Response:
    return _answer(Busy("The database does not answer; nothing was stored."))


def _answer_lost_blob(error: BlobMissing | BlobDamaged) -> Response:
    current_app.logger.error("a blob is lost: %s", error)
    return _answer(Gone("What was stored of this is not there any more."))


def _answer_http_exception(error: HTTPException) -> Response:
    response = _answer(_translated(error))
    for name, value in error.get_headers():
        if name in {"Allow", "Location", "Retry-After"}:
            response.headers[name] = value
    return response


def _translated(error: HTTPException) -> ApiError:
    if isinstance(error, RequestEntityTooLarge):
        return TooLarge("body", "The body is larger than this address takes.")
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    translated = ApiError(error.description or status.phrase)
    translated.status = status
    translated.code = status.name.lower()
    return translated


def _answer_unexpected(error: Exception) -> Response:
    current_app.logger.error("unexpected failure", exc_info=error)
    failure = ApiError("Brig failed; the log says why.")
    failure.status, failure.code = HTTPStatus.INTERNAL_SERVER_ERROR, "internal"
    return _answer(failure)


def _answer(error: ApiError) -> Response:
    if _wants_page():
        page = render_template("error.html", status=error.status, message=error.message)
        return Response(page, status=error.status, mimetype="text/html", headers=error.headers())
    told = {"code": error.code, "field": error.field, "message": error.message, **error.details()}
    text = json.dumps({"error": told})
    return Response(
        text + "\n", status=error.status, mimetype="application/json", headers=error.headers()
    )


def _wants_page() -> bool:
    if request.path.startswith("/api/"):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
