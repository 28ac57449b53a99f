"""Is it alive, would it judge, and in numbers: `/healthz`, `/readyz`, `/metrics`.

The numbers come from SQL, so that they are true whichever process answers.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from store.errors import StoreUnavailable
from store.model import SubmissionFilter
from web import views
from web.answers import answer
from web.openapi import Operation, describes
from web.services import services
from worker.client import QueueUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from web.services import Services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@describes(
    Operation(
        summary="Say that this process answers", tag="health", scope=None, answer=views.HealthOut
    )
)
def healthz() -> Response:
    """Touch nothing but this process."""
    return answer(views.HealthOut(status="ok"))


@blueprint.get("/readyz")
@describes(
    Operation(
        summary="Say whether a submission sent now would be judged",
        tag="health",
        scope=None,
        answer=views.ReadyOut,
    )
)
def readyz() -> Response:
    """Ask the database, Redis and the workers' heartbeats; 503 when one is missing."""
    checks = [_database(), _queue(), _workers()]
    if all(check.ok for check in checks):
        return answer(views.ReadyOut(status="ready", checks=checks))
    return answer(views.ReadyOut(status="not ready", checks=checks), HTTPStatus.SERVICE_UNAVAILABLE)


@blueprint.get("/metrics")
@describes(
    Operation(summary="Numbers for Prometheus", tag="health", scope=None, media_type="text/plain")
)
def metrics() -> Response:
    """Write the numbers of this moment."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(services()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class StoreCollector(Collector):
    """Reads the numbers when it is asked; what cannot be read is left out, not zero."""

    def __init__(self, known: Services) -> None:
        self._services = known

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        try:
            yield from self._from_sql()
            up = 1
        except StoreUnavailable:
            up = 0
        yield GaugeMetricFamily("brig_database_up", "The database answers.", up)
        try:
            length = self._services.queue.queue_length()
            yield GaugeMetricFamily("brig_queue_messages", "Messages that wait in Redis.", length)
        except QueueUnavailable:
            pass
        streams, waits = self._services.streams.held(), self._services.waits.held()
        yield GaugeMetricFamily("brig_web_streams", "Open event streams of this process.", streams)
        yield GaugeMetricFamily("brig_web_waits", "Requests of this process that wait.", waits)

    def _from_sql(self) -> Iterator[Metric]:
        numbers = self._services.submissions.numbers()
        yield GaugeMetricFamily("brig_submissions_queued", "Waiting.", numbers.queued)
        yield GaugeMetricFamily("brig_submissions_running", "Being judged.", numbers.running)
        yield GaugeMetricFamily(
            "brig_queue_oldest_seconds", "Age of the oldest waiting one.", numbers.oldest_queued_s
        )
        finished = CounterMetricFamily(
            "brig_submissions_finished", "Judged, by verdict.", labels=["verdict"]
        )
        for verdict, count in numbers.finished:
            finished.add_metric([verdict.value], count)
        yield finished
        yield CounterMetricFamily("brig_submissions_cancelled", "Cancelled.", numbers.cancelled)
        alive = self._services.hosts.alive()
        yield GaugeMetricFamily("brig_workers_alive", "Workers seen lately.", len(alive))
        slots = sum(host.slots for host in alive)
        yield GaugeMetricFamily("brig_slots", "Slots of the live workers.", slots)


def _database() -> views.CheckOut:
    try:
        services().submissions.list(SubmissionFilter(), limit=1)  # cheap, however many there are
    except StoreUnavailable as error:
        return views.CheckOut(name="database", ok=False, detail=type(error).__name__)
    return views.CheckOut(name="database", ok=True, detail="answers")


def _queue() -> views.CheckOut:
    try:
        services().queue.ping()
    except QueueUnavailable as error:
        return views.CheckOut(name="redis", ok=False, detail=type(error).__name__)
    return views.CheckOut(name="redis", ok=True, detail="answers")


def _workers() -> views.CheckOut:
    try:
        alive = services().hosts.alive()
    except StoreUnavailable:
        return views.CheckOut(name="worker", ok=False, detail="the database does not answer")
    if not alive:
        return views.CheckOut(name="worker", ok=False, detail="no worker was seen lately")
    slots = sum(host.slots for host in alive)
    return views.CheckOut(name="worker", ok=True, detail=f"{len(alive)} alive, {slots} slots")
