"""The page: `/`, the permalink `/s/{id}`, and the pieces that its script fetches again.

Drawn on the server, so that it works without scripts; a verdict has one drawing, used for the
first sight and for every change after it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, redirect, render_template, request

from store.errors import StoreError
from store.model import Priority, SubmissionFilter
from web.accepting import prepare, submit
from web.auth import COOKIE, Caller, keep_session, opens_the_page, page_caller, verify
from web.drawing import (
    Chosen,
    Context,
    DrawnRecent,
    Result,
    draw_chosen,
    draw_problem,
    draw_recent,
    draw_result,
)
from web.errors import NotFound, Unauthorized
from web.languages import known_languages
from web.schemas import SubmissionIn, check
from web.security import check_same_origin
from web.services import services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as WerkzeugResponse

    from store.model import SubmissionView

blueprint = Blueprint("page", __name__)

_RECENT = 12
_PROBLEMS = 200


@blueprint.get("/")
def playground() -> Response:
    """Draw the playground, or the way to sign in."""
    caller = page_caller()
    return _sign_in() if caller is None else _play(caller, None)


@blueprint.get("/s/<submission_id>")
def permalink(submission_id: str) -> Response:
    """Draw the playground with a submission in it."""
    caller = page_caller()
    return _sign_in() if caller is None else _play(caller, _view(submission_id, caller))


@blueprint.get("/s/<submission_id>/result")
def result(submission_id: str) -> Response:
    """Draw the outcome alone."""
    caller = _signed_in()
    drawn = _result(_view(submission_id, caller), caller)
    return Response(render_template("_result.html", r=drawn), mimetype="text/html")


@blueprint.get("/recent")
def recent() -> Response:
    """Draw the list of recent submissions alone."""
    listed = _recent(_signed_in())
    current = request.args.get("current", "")
    return Response(
        render_template("_recent.html", recent=listed, current=current), mimetype="text/html"
    )


@blueprint.post("/submit")
def submit_form() -> WerkzeugResponse:
    """Take the form of a browser without scripts."""
    caller = _signed_in()
    check_same_origin()
    form = request.form
    asked: dict[str, Any] = {
        "language": form.get("language", ""),
        "source": form.get("source", "").replace("\r\n", "\n"),
        "run_all": form.get("run_all") == "1",
    }
    if form.get("problem"):
        asked["problem"] = form["problem"]
    else:
        asked["stdin"] = form.get("stdin", "").replace("\r\n", "\n")
        expected = form.get("expected_output", "").replace("\r\n", "\n")
        asked |= {"expected_output": expected} if expected else {}
    created = submit(
        prepare(check(SubmissionIn, asked)), caller.owner_id, priority=Priority.INTERACTIVE
    )
    return redirect(f"/s/{created.record.id}", HTTPStatus.SEE_OTHER)


@blueprint.get("/login")
def login_page() -> Response:
    """Show the button that redeems a link, so that a mere preview of it does not."""
    return Response(
        render_template("login.html", token=request.args.get("token", ""), message=_HOW_TO),
        mimetype="text/html",
    )


@blueprint.post("/login")
def login() -> WerkzeugResponse:
    """Begin a session, with the token of a link or with an API key."""
    check_same_origin()
    key_text = _redeem(request.form.get("token", "")) or request.form.get("key", "").strip()
    key = verify(key_text) if key_text else None
    if key is None or not opens_the_page(key):
        message = "This link was used before or is not valid any more."
        if request.form.get("key"):
            message = "This key is unknown, expired, revoked, or may not submit and read."
        drawn = render_template("login.html", token="", message=message)
        return Response(drawn, status=HTTPStatus.UNAUTHORIZED, mimetype="text/html")
    response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/"})
    keep_session(response, key_text)
    return response


@blueprint.post("/logout")
def logout() -> WerkzeugResponse:
    """End the session of this browser."""
    check_same_origin()
    response = Response(status=HTTPStatus.SEE_OTHER, headers={"Location": "/login"})
    response.delete_cookie(COOKIE)
    return response


_HOW_TO = "Brig runs programs, so it asks who sends them."


def _redeem(token: str) -> str | None:
    link = services().login_link
    return link.redeem(token) if link is not None and token else None


def _signed_in() -> Caller:
    caller = page_caller()
    if caller is None:
        raise Unauthorized("This page needs a session.")
    return caller


def _sign_in() -> Response:
    drawn = render_template("login.html", token="", message=_HOW_TO)
    return Response(drawn, status=HTTPStatus.UNAUTHORIZED, mimetype="text/html")


def _view(submission_id: str, caller: Caller) -> SubmissionView:
    view = None
    if submission_id.isascii() and submission_id.isprintable():
        view = services().submissions.view(submission_id)
    if view is None or not caller.owns(view.record.owner_id):
        raise NotFound("There is no such submission.")
    return view


def _play(caller: Caller, view: SubmissionView | None) -> Response:
    languages = known_languages()
    page = render_template(
        "play.html",
        languages=languages,
        has_workers=any(language.is_installed for language in languages),
        problems=[draw_problem(record) for record in services().problems.list(limit=_PROBLEMS)],
        chosen=_chosen(view),
        recent=_recent(caller),
        r=None if view is None else _result(view, caller),
    )
    return Response(page, mimetype="text/html")


def _chosen(view: SubmissionView | None) -> Chosen:
    if view is None:
        return Chosen()
    try:
        return draw_chosen(view.record, services().blobs)
    except StoreError:
        return Chosen(language=view.record.language)  # the sources are gone; the verdict stays


def _result(view: SubmissionView, caller: Caller) -> Result:
    record = view.record
    problem = None
    if record.problem_id is not None:
        problem = services().problems.get(record.problem_id, record.problem_revision)
    context = Context(
        language=_titles().get(record.language, record.language),
        problem=problem,
        queue_position=services().submissions.queue_position(record.id),
        sees_secrets=caller.is_admin,
    )
    return draw_result(view, context)


def _recent(caller: Caller) -> list[DrawnRecent]:
    wanted = SubmissionFilter(owner_id=caller.owner_id)
    page = services().submissions.list(wanted, limit=_RECENT)
    titles = _titles()
    return [draw_recent(record, titles) for record in page.records]


def _titles() -> dict[str, str]:
    return {info.name: info.title for info in services().registry.infos()}
