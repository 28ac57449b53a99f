"""The Celery task: thin, because a message is only a slot. What it does is in `judging_run`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import structlog

from worker.broker import JUDGE_NEXT
from worker.judging_run import judge_next
from worker.parts import open_parts

if TYPE_CHECKING:
    from celery import Celery

    from languages.registry import Registry
    from worker.draining import Drain
    from worker.parts import Parts
    from worker.settings import WorkerSettings

_log = structlog.get_logger(__name__)


class Judges:
    """Opens the parts of each process once, when the first message arrives: never across a fork."""

    def __init__(
        self, settings: WorkerSettings, registry: Registry, host_id: str, drain: Drain
    ) -> None:
        self._settings = settings
        self._registry = registry
        self._host_id = host_id
        self._drain = drain
        self._pid = 0
        self._parts: Parts | None = None

    def parts(self) -> Parts:
        """Return the parts of this process. Raises StoreError."""
        if self._parts is None or self._pid != os.getpid():
            name = f"{self._host_id}/{os.getpid()}"
            self._parts = open_parts(self._settings, self._registry, name, self._drain)
            self._pid = os.getpid()
        return self._parts


def register_tasks(app: Celery, judges: Judges) -> None:
    """Define the tasks on an app."""

    @app.task(name=JUDGE_NEXT)  # type: ignore[untyped-decorator]
    def judge_next_task() -> None:
        try:
            judge_next(judges.parts())
        except Exception:  # noqa: BLE001 - the outer door of the task
            # The outer door: the claim was given back, or its lease ends; the reaper sends a new
            # message. Celery would only log it again and differently.
            _log.exception("a submission could not be judged")
