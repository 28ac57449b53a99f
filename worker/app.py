"""The Celery worker: its settings, what its children do first, and the housekeeper beside it.

brig worker ── Celery's parent: takes messages, holds no database, no slot
    ├── child, one per slot: claims, judges, publishes (worker.tasks)
    └── housekeeper: reaps, refills, reports (worker.housekeeping)
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import uuid
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog
from celery import Celery, bootsteps, signals

from store.database import open_database
from store.model import HostLanguage, HostRecord, utc_now
from worker.broker import broker_settings
from worker.children import child_environment, die_with_parent, module_argv
from worker.draining import Drain
from worker.housekeeping import host_to_wire
from worker.tasks import Judges, register_tasks
from worker.transport import use_for_redis

if TYPE_CHECKING:
    from languages.registry import Registry
    from worker.settings import WorkerSettings

_CHILD_MEMORY_KB = 512 * 1024
_TASKS_PER_CHILD = 500
_CHECK_HOUSEKEEPER_S = 2.0
_STOP_HOUSEKEEPER_S = 5.0

_log = structlog.get_logger(__name__)


def describe_host(settings: WorkerSettings, registry: Registry) -> HostRecord:
    """Say what this worker can do: `registry` has been probed."""
    hostname = socket.gethostname()
    now = utc_now()
    return HostRecord(
        id=f"{hostname}-{uuid.uuid4().hex[:8]}",
        hostname=hostname,
        slots=settings.slots,
        languages=tuple(
            HostLanguage(name=info.name, version=info.version)
            for info in registry.infos()
            if info.version is not None
        ),
        brig_version=version("brig"),
        started_at=now,
        seen_at=now,
    )


def make_celery(settings: WorkerSettings, judges: Judges, host: HostRecord) -> Celery:
    """Build the app with its tasks. The reasons stand beside the settings that need one."""
    use_for_redis()
    app = Celery("brig", set_as_current=False)
    app.conf.update(
        broker_settings(settings.redis_url, settings.prefix, settings.visibility_s),
        # A message is gone when its work is done; one too many does no harm.
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_track_started=False,
        task_time_limit=settings.submission_limit_s,
        # SQL knows what was done: work in progress goes on when the connection to Redis breaks.
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        worker_soft_shutdown_timeout=30.0,
        worker_enable_soft_shutdown_on_idle=True,
        worker_max_tasks_per_child=_TASKS_PER_CHILD,
        worker_max_memory_per_child=_CHILD_MEMORY_KB,
        worker_send_task_events=True,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
    )
    register_tasks(app, judges)
    app.steps["worker"].add(_housekeeper_step(settings, host))
    return app


def run_worker(settings: WorkerSettings, registry: Registry, host: HostRecord) -> int:
    """Judge until SIGTERM; then end or give back what runs, and return the exit code.

    Raises StoreError when the database cannot be brought up to date.
    """
    open_database(settings.database_url).close()
    drain = Drain()
    app = make_celery(settings, Judges(settings, registry, host.id, drain), host)
    # Logging is set up by the door; a handler here keeps Celery from doing it again.
    signals.setup_logging.connect(_keep_logging, weak=False)
    parent_pid = os.getpid()

    def begin_child(**_: Any) -> None:
        die_with_parent(parent_pid)
        structlog.contextvars.bind_contextvars(pid=os.getpid())

    def begin_drain(**_: Any) -> None:
        drain.begin(settings.drain_s)

    signals.worker_process_init.connect(begin_child, weak=False)
    signals.worker_shutting_down.connect(begin_drain, weak=False)
    worker = app.Worker(
        hostname=f"brig@{host.id}",
        concurrency=settings.slots,
        pool_cls="prefork",
        optimization="fair",
        without_mingle=True,
        without_gossip=True,
        quiet=True,
        loglevel=settings.log_level.upper(),
    )
    worker.start()
    return int(worker.exitcode or 0)


def _keep_logging(**_: Any) -> None:
    """Do nothing, in place of Celery's own set-up."""


def _housekeeper_step(settings: WorkerSettings, host: HostRecord) -> type[bootsteps.StartStopStep]:
    """Make the step that starts the housekeeper with the worker, and again when it died."""
    document = {
        "settings": settings.to_wire(),
        "host": host_to_wire(host),
        "parent_pid": os.getpid(),
    }

    class HousekeeperStep(bootsteps.StartStopStep):  # type: ignore[misc]
        """Owns the housekeeper's process."""

        requires = ("celery.worker.components:Timer",)

        def __init__(self, parent: Any, **kwargs: Any) -> None:
            self._process: subprocess.Popen[bytes] | None = None
            super().__init__(parent, **kwargs)

        def start(self, parent: Any) -> None:
            """Start it, and look after it by Celery's timer: no thread that a fork would meet."""
            self._process = _start_housekeeper(document)
            parent.timer.call_repeatedly(_CHECK_HOUSEKEEPER_S, self._restart_if_dead)

        def stop(self, parent: Any) -> None:
            """Let it take the host off the list and end."""
            del parent
            process, self._process = self._process, None
            if process is None:
                return
            process.terminate()
            try:
                process.wait(_STOP_HOUSEKEEPER_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

        terminate = stop

        def _restart_if_dead(self) -> None:
            if self._process is not None and self._process.poll() is not None:
                _log.error("the housekeeper ended", exit_code=self._process.returncode)
                self._process = _start_housekeeper(document)

    return HousekeeperStep


def _start_housekeeper(document: dict[str, Any]) -> subprocess.Popen[bytes]:
    # Settings go through stdin: a URL may hold a password, and /proc shows every argument.
    process = subprocess.Popen(
        module_argv("worker.housekeeping"), stdin=subprocess.PIPE, env=child_environment(), cwd="/"
    )
    if process.stdin is not None:
        with process.stdin as pipe:
            pipe.write(json.dumps(document).encode())
    return process
