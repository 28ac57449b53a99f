"""`/api/v1/submissions/{id}/events`: what happens to a submission, as it happens.

Server-sent events: `state` for every change of state, `compile` and `test` as they arrive, `end`
at the end. An event's `id` is the version up to which everything has been told, so a client that
comes back with Last-Event-ID misses nothing. A stream ends after a bounded time and the browser
comes back by itself. Each costs a thread: beyond the budget the answer is 503, and polling with
the ETag is always open.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from judging.model import JudgeState, Verdict
from store.errors import StoreError
from store.model import Scope
from web import presenting, views
from web.auth import caller
from web.errors import BadField, Busy
from web.openapi import Operation, Parameter, describes
from web.services import services
from web.submissions import visible_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from store.model import CaseResult, SubmissionRecord, SubmissionView
    from store.submissions import Submissions
    from web.settings import WebSettings
    from worker.client import Listener, QueueClient

blueprint = Blueprint("events", __name__, url_prefix="/api/v1/submissions")

_RETRY_MS = 2_000
_PASSING = frozenset({JudgeState.QUEUED, JudgeState.COMPILING, JudgeState.RUNNING})


@blueprint.get("/<submission_id>/events")
@describes(
    Operation(
        summary="Follow a submission by server-sent events",
        tag="submissions",
        scope=Scope.READ,
        media_type="text/event-stream",
        parameters=(
            Parameter(name="Last-Event-ID", place="header", text="The last id that arrived."),
        ),
        errors=(400, 404, 503),
    )
)
def follow(submission_id: str) -> Response:
    """Open a stream, if a thread may be spent on it."""
    after = _last_event_id()
    record = visible_record(submission_id)
    streams, owner_id = services().streams, caller().owner_id
    if not streams.take(owner_id):
        raise Busy("Too many open streams; poll the submission instead.", retry_after_s=10)
    stream = EventStream(
        submissions=services().submissions,
        queue=services().queue,
        settings=services().settings,
        submission_id=record.id,
        sees_secrets=caller().is_admin,
    )
    response = Response(stream.run(after), mimetype="text/event-stream")
    # The server calls this however the response ends, also when nobody ever read from it.
    response.call_on_close(lambda: streams.give_back(owner_id))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


@dataclass(frozen=True, slots=True, kw_only=True)
class EventStream:
    """One client's stream; runs outside of the request's context."""

    submissions: Submissions
    queue: QueueClient
    settings: WebSettings
    submission_id: str
    sees_secrets: bool

    def run(self, after: int) -> Iterator[str]:
        """Yield events after version `after` until the end or the stream's own."""
        yield f"retry: {_RETRY_MS}\n\n"
        with self.queue.subscribe(self.submission_id) as listener:
            try:
                yield from self._follow(after, listener)
            except StoreError:
                return  # the client comes back, or is told why it cannot

    def _follow(self, seen: int, listener: Listener) -> Iterator[str]:
        ends_at = time.monotonic() + self.settings.stream_lifetime_s
        quiet_since = time.monotonic()
        teller = Teller(sees_secrets=self.sees_secrets, resumes=seen > 0)
        while time.monotonic() < ends_at:
            view = self.submissions.view(self.submission_id, after_version=seen)
            if view is None:
                return
            if view.record.version > seen:
                yield _burst(teller.events(view), seen, view.record.version)
                seen, quiet_since = view.record.version, time.monotonic()
            if view.record.is_final:
                yield _event("end", presenting.brief(view.record), seen)
                return
            if time.monotonic() - quiet_since >= self.settings.heartbeat_s:
                yield ": still here\n\n"
                quiet_since = time.monotonic()
            listener.wait(self.settings.poll_s)


class Teller:
    """Turns what is new in a view into events; remembers what this stream has told."""

    def __init__(self, *, sees_secrets: bool, resumes: bool) -> None:
        self._sees_secrets = sees_secrets
        self._state: JudgeState | None = None
        self._resumes = resumes
        self._told_compile = False

    def events(self, view: SubmissionView) -> list[tuple[str, BaseModel]]:
        """List (name, data) in the order in which it happened; never empty."""
        record = view.record
        told: list[tuple[str, BaseModel]] = []
        before, after = self._states(record)
        told += [("state", _state_event(record, state)) for state in before]
        if record.compile is not None and not self._told_compile:
            told.append(("compile", presenting.compile_result(record.compile)))
        told += [("test", self._test_event(view, case)) for case in view.results]
        told += [("state", _state_event(record, state)) for state in after]
        self._state, self._told_compile = record.state, record.compile is not None
        return told or [("state", _state_event(record, record.state))]

    def _states(self, record: SubmissionRecord) -> tuple[list[JudgeState], list[JudgeState]]:
        """Say which states were entered before the news of this view, and which after it."""
        if record.state is self._state:
            return [], []
        path = _path_to(record)
        if self._state in path:
            path = path[path.index(self._state) + 1 :]
        elif self._state is not None or self._resumes:
            path = [record.state]  # judged anew, or a client that knows the past
        return ([s for s in path if s in _PASSING], [s for s in path if s not in _PASSING])

    def _test_event(self, view: SubmissionView, case: CaseResult) -> views.TestEvent:
        return views.TestEvent(
            id=view.record.id,
            version=case.version,
            tests_total=view.record.case_total,
            result=presenting.test_result(view.record, case, sees_secrets=self._sees_secrets),
        )


def _path_to(record: SubmissionRecord) -> list[JudgeState]:
    """List the states on the way to the present one; a reader may have been too slow for some."""
    path = [JudgeState.QUEUED]
    if record.started_at is not None:
        path.append(JudgeState.COMPILING)
        compiled = record.compile is None or record.compile.verdict is Verdict.AC
        if record.case_judged > 0 and compiled:
            path.append(JudgeState.RUNNING)
    return [*(state for state in path if state is not record.state), record.state]


def _state_event(record: SubmissionRecord, state: JudgeState) -> views.StateEvent:
    return views.StateEvent(
        id=record.id,
        state=state.value,
        version=record.version,
        tests_judged=record.case_judged,
        tests_total=record.case_total,
    )


def _burst(events: list[tuple[str, BaseModel]], seen: int, version: int) -> str:
    """Write events; only the last carries the new version, so that a torn burst is told again."""
    last = len(events) - 1
    return "".join(
        _event(name, data, version if index == last else seen)
        for index, (name, data) in enumerate(events)
    )


def _event(name: str, data: BaseModel, version: int) -> str:
    return f"id: {version}\nevent: {name}\ndata: {data.model_dump_json()}\n\n"


def _last_event_id() -> int:
    text = request.headers.get("Last-Event-ID", "0")
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise BadField("Last-Event-ID", "An id that this stream gave out.")
    return int(text)
