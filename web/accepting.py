"""The one way in for submissions, whichever door they came through: check, keep, tell a worker.

The commit in SQL is what counts. A message that does not reach Redis after it loses nothing,
because every worker's reaper sends what is missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

from judging.errors import InvalidSubmission
from store.errors import IdempotencyConflict, UnknownProblem
from store.model import FileRef, InlineCase, NewSubmission, Priority
from web.errors import BadField, Busy, Conflict, TooLarge
from web.intake import Order, read_order
from web.services import services
from worker.client import QueueUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.model import BlobRef, Created
    from web.schemas import SubmissionIn

_NO_PROBLEM = "There is no such problem; /api/v1/problems lists them."


def prepare(asked: SubmissionIn, *, prefix: str = "") -> Order:
    """Check a request against what there is. Raises BadField or TooLarge, the field prefixed."""
    try:
        order = read_order(asked, services().registry, services().settings)
        _check_problem(order)
        _check_installed(order)
    except InvalidSubmission as error:
        raise BadField(prefix + error.field, error.reason) from error
    except BadField as error:
        raise type(error)(prefix + (error.field or "body"), error.message) from error
    return order


def submit(
    order: Order,
    owner_id: str,
    *,
    idempotency_key: str | None = None,
    priority: Priority = Priority.NORMAL,
) -> Created:
    """Store one order and say that there is work. Raises Conflict and Busy."""
    new = _stored(order, owner_id, idempotency_key, priority)
    try:
        created = services().submissions.create(new)
    except IdempotencyConflict as error:
        raise Conflict(
            "This key was used before, for another submission.", field="Idempotency-Key"
        ) from error
    except UnknownProblem as error:
        raise BadField("problem", _NO_PROBLEM) from error
    if created.is_new:
        _tell_workers(1)
    return created


def submit_all(orders: Sequence[Order], owner_id: str) -> tuple[Created, ...]:
    """Store several orders, all or none."""
    news = [_stored(order, owner_id, None, Priority.NORMAL) for order in orders]
    created = services().submissions.create_batch(news)
    _tell_workers(len(created))
    return created


def _check_problem(order: Order) -> None:
    if order.problem_id is None:
        return
    record = services().problems.get(order.problem_id)
    if record is None:
        raise BadField("problem", _NO_PROBLEM)
    size = sum(len(file.content) for file in order.files)
    if record.code_bytes is not None and size > record.code_bytes:
        raise TooLarge("source", f"{size} bytes; this problem takes {record.code_bytes}.")


def _check_installed(order: Order) -> None:
    """Refuse what no live host can judge; while no host lives, everything may wait."""
    alive = {language.name for language in services().hosts.languages()}
    if alive and order.language not in alive:
        raise BadField("language", f"{order.language} is not installed on any worker now.")


def _stored(
    order: Order, owner_id: str, idempotency_key: str | None, priority: Priority
) -> NewSubmission:
    try:
        files = tuple(FileRef(name=f.name, blob=_keep(f.content)) for f in order.files)
        cases = tuple(
            InlineCase(
                name=case.name,
                input=_keep(case.input),
                answer=None if case.answer is None else _keep(case.answer),
            )
            for case in order.cases
        )
    except OSError as error:
        current_app.logger.exception("blobs cannot be written")
        raise Busy("The server cannot store this now.", retry_after_s=60) from error
    return NewSubmission(
        owner_id=owner_id,
        language=order.language,
        files=files,
        entry_point=order.entry_point,
        problem_id=order.problem_id,
        cases=cases,
        limits=order.limits,
        checker=order.checker,
        run_all=order.run_all,
        priority=priority,
        idempotency_key=idempotency_key,
        title=order.title,
    )


def _keep(content: bytes) -> BlobRef:
    return services().blobs.put(content)


def _tell_workers(count: int) -> None:
    try:
        for _ in range(count):
            services().queue.enqueue_slot()
    except QueueUnavailable:
        current_app.logger.warning("the queue is away; a worker's reaper will send what is missing")
