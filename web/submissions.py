"""`/api/v1/submissions`: send programs in, look at them, list, cancel."""

from __future__ import annotations

import math
import re
import time
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from flask import Blueprint, Response, request

from judging.model import JudgeState, Verdict
from store.model import Scope, SubmissionFilter
from web import presenting, views
from web.accepting import prepare, submit, submit_all
from web.answers import answer, versioned
from web.auth import caller
from web.bodies import read_object
from web.errors import BadField, NotFound
from web.openapi import Operation, Parameter, describes
from web.schemas import BatchIn, SubmissionIn, check
from web.services import services
from worker.client import QueueUnavailable

if TYPE_CHECKING:
    from enum import Enum

    from store.model import SubmissionRecord, SubmissionView

    _E = TypeVar("_E", bound=Enum)

blueprint = Blueprint("submissions", __name__, url_prefix="/api/v1/submissions")

_LIST_MAX = 100
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_CREATE_ERRORS = (400, 413, 415, 503)


@blueprint.post("")
@describes(
    Operation(
        summary="Send a program in",
        tag="submissions",
        scope=Scope.SUBMIT,
        body=SubmissionIn,
        answer=views.SubmissionOut,
        status=201,
        parameters=(
            Parameter(
                name="wait",
                kind="number",
                text="Seconds to wait for the final state. The answer tells the state in any case.",
            ),
            Parameter(
                name="Idempotency-Key",
                place="header",
                text="The same key with the same body answers 200 with the first submission.",
            ),
        ),
        errors=(*_CREATE_ERRORS, 409),
    )
)
def create() -> Response:
    """Store a submission, and wait for its end if asked to."""
    wait_s = _wait_seconds()
    order = prepare(check(SubmissionIn, read_object(request)))
    created = submit(order, caller().owner_id, idempotency_key=_idempotency_key())
    if wait_s > 0:
        wait_until_final(created.record.id, wait_s)
    status = HTTPStatus.CREATED if created.is_new else HTTPStatus.OK
    response = answer(_presented(visible(created.record.id)), status)
    response.headers["Location"] = f"/api/v1/submissions/{created.record.id}"
    return response


@blueprint.post("/batch")
@describes(
    Operation(
        summary="Send several programs in, all or none",
        tag="submissions",
        scope=Scope.SUBMIT,
        body=BatchIn,
        answer=views.BatchOut,
        status=201,
        errors=_CREATE_ERRORS,
    )
)
def create_batch() -> Response:
    """Store several submissions."""
    asked = check(BatchIn, read_object(request)).submissions
    most = services().settings.batch_max
    if len(asked) > most:
        raise BadField("submissions", f"At most {most} at a time.")
    orders = [prepare(one, prefix=f"submissions.{i}.") for i, one in enumerate(asked)]
    created = submit_all(orders, caller().owner_id)
    presented = [_presented(visible(entry.record.id)) for entry in created]
    return answer(views.BatchOut(submissions=presented), HTTPStatus.CREATED)


@blueprint.get("")
@describes(
    Operation(
        summary="List submissions, newest first",
        tag="submissions",
        scope=Scope.READ,
        answer=views.SubmissionList,
        parameters=(
            Parameter(name="limit", kind="integer", text=f"1 to {_LIST_MAX}; default 50."),
            Parameter(name="cursor", text="`next_cursor` of the page before."),
            Parameter(name="state", text="Only this state."),
            Parameter(name="verdict", text="Only this verdict."),
            Parameter(name="problem", text="Only this problem."),
        ),
        errors=(400,),
    )
)
def list_submissions() -> Response:
    """List the caller's own submissions; an admin key sees all."""
    wanted = SubmissionFilter(
        owner_id=None if caller().is_admin else caller().owner_id,
        problem_id=request.args.get("problem"),
        state=_choice("state", JudgeState),
        verdict=_choice("verdict", Verdict),
    )
    try:
        page = services().submissions.list(
            wanted, limit=limit_parameter(), cursor=request.args.get("cursor")
        )
    except ValueError as error:
        raise BadField("cursor", "This cursor was not given out here.") from error
    briefs = [presenting.brief(record) for record in page.records]
    return answer(views.SubmissionList(submissions=briefs, next_cursor=page.next_cursor))


@blueprint.get("/<submission_id>")
@describes(
    Operation(
        summary="Look at a submission",
        tag="submissions",
        scope=Scope.READ,
        answer=views.SubmissionOut,
        parameters=(
            Parameter(name="include", text="`source` adds the files that were sent in."),
            Parameter(name="If-None-Match", place="header", text="The ETag of an earlier answer."),
        ),
        errors=(400, 404, 410),
    )
)
def show(submission_id: str) -> Response:
    """Answer with all that is known, or 304."""
    view = visible(submission_id)
    include = request.args.get("include")
    if include not in {None, "source"}:
        raise BadField("include", "Only `source` can be included.")
    presented = _presented(view)
    if include:
        files = presenting.source_files(view.record, services().blobs)
        presented = presented.model_copy(update={"files": files})
    tag = "-".join((str(view.record.version), *([include] if include else [])))
    return versioned(presented, tag)


@blueprint.post("/<submission_id>/cancel")
@describes(
    Operation(
        summary="Cancel a submission",
        tag="submissions",
        scope=Scope.SUBMIT,
        answer=views.CancelOut,
        errors=(404,),
    )
)
def cancel(submission_id: str) -> Response:
    """Cancel what is queued, ask the worker to stop what runs."""
    record = visible_record(submission_id)
    outcome = services().submissions.request_cancel(record.id)
    if outcome is None:
        raise NotFound("There is no such submission.")
    with suppress(QueueUnavailable):  # whoever listens polls SQL as well
        services().queue.publish_changed(record.id, record.version + 1)
    return answer(views.CancelOut(id=record.id, outcome=outcome.value))


def visible(submission_id: str) -> SubmissionView:
    """Return a submission that the caller may see. Raises NotFound, also for a foreign one."""
    view = services().submissions.view(visible_record(submission_id).id)
    if view is None:
        raise NotFound("There is no such submission.")
    return view


def visible_record(submission_id: str) -> SubmissionRecord:
    """Return a submission without its results, if the caller may see it. Raises NotFound."""
    record = services().submissions.get(submission_id) if _ID.fullmatch(submission_id) else None
    if record is None or not caller().owns(record.owner_id):
        raise NotFound("There is no such submission.")
    return record


def wait_until_final(submission_id: str, wait_s: float) -> None:
    """Sleep until the submission is final, the time is over, or no thread may sleep."""
    waits, owner_id = services().waits, caller().owner_id
    if not waits.take(owner_id):
        return
    try:
        _sleep_until_final(submission_id, time.monotonic() + wait_s)
    finally:
        waits.give_back(owner_id)


def limit_parameter() -> int:
    """Return the `limit` parameter of a list. Raises BadField."""
    text = request.args.get("limit", "50")
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= _LIST_MAX:
        raise BadField("limit", f"A whole number from 1 to {_LIST_MAX}.")
    return int(text)


def _sleep_until_final(submission_id: str, deadline: float) -> None:
    submissions, poll_s = services().submissions, services().settings.poll_s
    with services().queue.subscribe(submission_id) as listener:
        while True:
            record = submissions.get(submission_id)
            left_s = deadline - time.monotonic()
            if record is None or record.is_final or left_s <= 0:
                return
            listener.wait(min(poll_s, left_s))


def _presented(view: SubmissionView) -> views.SubmissionOut:
    presented = presenting.submission(view, sees_secrets=caller().is_admin)
    if view.record.state is JudgeState.QUEUED:
        position = services().submissions.queue_position(view.record.id)
        presented = presented.model_copy(update={"queue_position": position})
    return presented


def _wait_seconds() -> float:
    text = request.args.get("wait")
    if text is None:
        return 0.0
    most = services().settings.max_wait_s
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= most:
        raise BadField("wait", f"A number of seconds from 0 to {most:g}.")
    return seconds


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _IDEMPOTENCY_KEY.fullmatch(key):
        raise BadField("Idempotency-Key", "1 to 128 printable ASCII characters without spaces.")
    return key


def _choice(name: str, kind: type[_E]) -> _E | None:
    text = request.args.get(name)
    try:
        return None if text is None else kind(text)
    except ValueError as error:
        words = ", ".join(str(member.value) for member in kind)
        raise BadField(name, f"One of {words}.") from error
