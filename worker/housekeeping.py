"""`python -m worker.housekeeping`: reaps, refills the queue and reports the host, beside a worker.

A process of its own: a task in the queue would wait behind the very submissions it should rescue,
and a thread in Celery's parent would be forked in the middle of what it does. It reads its
settings from stdin as JSON, and dies with the worker that started it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from store.blobs import BlobStore
from store.claims import Claims
from store.database import open_database
from store.errors import StoreError
from store.hosts import Hosts
from store.model import HostLanguage, HostRecord, utc_now
from worker.children import die_with_parent
from worker.client import QueueClient
from worker.errors import QueueUnavailable
from worker.logs import log_to_stderr
from worker.packages import PackageCache
from worker.settings import WorkerSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

# A longer backlog is refilled in steps: messages only have to be there before they are wanted.
_REFILL_AT_ONCE = 500

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeper:
    """What keeps a host's queue in order, one sweep at a time."""

    claims: Claims
    hosts: Hosts
    queue: QueueClient
    host: HostRecord

    def reap(self) -> None:
        """Free claims of the dead, and see that every queued submission has a message.

        Raises StoreError and QueueUnavailable.
        """
        reaped = self.claims.reap()
        for change in reaped.requeued:
            _log.warning("a lease ran out; queued again", submission=change.submission_id)
        for change in reaped.failed:
            _log.error("given up after too many deliveries", submission=change.submission_id)
        for change in reaped.changes:
            self.queue.publish_changed(change.submission_id, change.version)
        self._refill()

    def report(self) -> None:
        """Say that this host is alive. Raises StoreError."""
        self.hosts.report(self.host)

    def _refill(self) -> None:
        # Messages are alike, so only their number counts; one too many finds no work and ends.
        missing = self.claims.queued_count() - self.queue.queue_length()
        for _ in range(min(missing, _REFILL_AT_ONCE)):
            self.queue.enqueue_slot()


def host_to_wire(host: HostRecord) -> dict[str, Any]:
    """Encode a host for the child's stdin."""
    return {
        "id": host.id,
        "hostname": host.hostname,
        "slots": host.slots,
        "languages": [[language.name, language.version] for language in host.languages],
        "brig_version": host.brig_version,
    }


def _host_from_wire(data: Mapping[str, Any]) -> HostRecord:
    languages = tuple(HostLanguage(name=n, version=v) for n, v in data["languages"])
    now = utc_now()
    return HostRecord(**{**data, "languages": languages, "started_at": now, "seen_at": now})


def keep_house(keeper: Housekeeper, settings: WorkerSettings, stop: threading.Event) -> None:
    """Sweep until `stop` is set; what fails is tried again at the next turn."""
    report_at = 0.0
    while not stop.is_set():
        try:
            if time.monotonic() >= report_at:
                keeper.report()
                report_at = time.monotonic() + settings.heartbeat_s
            keeper.reap()
        except (StoreError, QueueUnavailable) as error:
            _log.warning("housekeeping failed; again soon", error=str(error))
        stop.wait(settings.reap_s)


def main() -> None:
    """Keep house until SIGTERM."""
    document = json.load(sys.stdin)
    die_with_parent(document["parent_pid"])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's to handle
    settings = WorkerSettings.from_wire(document["settings"])
    log_to_stderr(settings.log_level, process="housekeeping", pid=os.getpid())
    database = open_database(settings.database_url, migrate=False)
    blobs = BlobStore(settings.blobs_path)
    blobs.remove_leftovers()
    PackageCache(settings.packages_path, blobs).remove_leftovers()
    keeper = Housekeeper(
        claims=Claims(database, blobs),
        hosts=Hosts(database),
        queue=QueueClient(settings.redis_url, settings.prefix),
        host=_host_from_wire(document["host"]),
    )
    keep_house(keeper, settings, stop)
    keeper.hosts.forget(keeper.host.id)


if __name__ == "__main__":
    main()
