"""Keeps a claim alive while it is judged, and tells what happens as it happens.

One thread beside the one that judges: it writes events to SQL, announces them, renews the lease
and watches for a cancel. The judging thread never waits for the database; what could not be
written in time is in the final judgement anyway.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Self, assert_never

import structlog

from judging.events import Compiled, JudgeEvent, StateChanged, TestJudged
from store.errors import StaleToken, StoreUnavailable
from store.model import CaseProgress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.model import Change, Claim
    from worker.parts import Parts

_FLUSH_S = 0.05  # a row is seen this soon, and many quick ones share a transaction

_log = structlog.get_logger(__name__)


class Progress:
    """The observer of one claim's judging; use it as a context manager around it.

    `stop` is called from the other thread when the claim was lost, a cancel was asked for, or the
    worker has to end; the `is_` attributes say which.
    """

    def __init__(
        self,
        parts: Parts,
        claim: Claim,
        *,
        announce: Callable[[Change], None],
        stop: Callable[[], None],
    ) -> None:
        self._claims = parts.claims
        self._settings = parts.settings
        self._drain = parts.drain
        self._claim = claim
        self._announce = announce
        self._stop = stop
        self._wake = threading.Condition()
        self._events: list[JudgeEvent] = []
        self._records = True
        self._is_over = False
        self.is_lost = False
        self.is_cancelled = False
        self.is_drained = False
        self._thread = threading.Thread(target=self._run_or_stop, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._wake:
            self._is_over = True
            self._wake.notify()
        self._thread.join()

    def observe(self, event: JudgeEvent) -> None:
        """Take an event (the `Observer` of `judging.judge`)."""
        with self._wake:
            self._events.append(event)
            self._wake.notify()

    def record_no_more(self) -> None:
        """Stop writing events, because the whole judgement is at hand; keep the lease alive."""
        with self._wake:
            self._records = False

    def _run_or_stop(self) -> None:
        try:
            self._run()
        except Exception:  # noqa: BLE001 - the door of this thread: nobody else renews the lease
            _log.exception("progress ended before its time")
            self.is_lost = True
            self._stop()

    def _run(self) -> None:
        flush_at = watch_at = 0.0
        renew_at = time.monotonic() + self._settings.lease_s / 3
        while (events := self._take(flush_at, min(watch_at, renew_at))) is not None:
            now = time.monotonic()
            renews, watches = now >= renew_at, now >= watch_at
            if not self._step(events, renews=renews, watches=watches):
                return
            flush_at = now + _FLUSH_S
            watch_at = now + self._settings.watch_s if watches or renews else watch_at
            renew_at = now + self._settings.lease_s / 3 if renews else renew_at

    def _take(self, flush_at: float, wake_at: float) -> list[JudgeEvent] | None:
        """Wait until `wake_at`, or until there are events from `flush_at` on; None at the end."""
        with self._wake:
            while not self._is_over:
                now = time.monotonic()
                until = min(flush_at, wake_at) if self._events else wake_at
                if now >= until:
                    events, self._events = self._events, []
                    return events if self._records else []
                self._wake.wait(until - now)
        return None

    def _step(self, events: Sequence[JudgeEvent], *, renews: bool, watches: bool) -> bool:
        """Do what is due; False when there is nothing more to watch for."""
        try:
            self._record(events)
            if renews:
                self._heed(is_cancelled=self._claims.renew(self._claim, self._settings.lease))
            elif watches:
                self._heed(is_cancelled=self._claims.is_cancel_requested(self._claim))
            if self._drain.is_over() and not self.is_drained:
                self.is_drained = True
                self._stop()
        except StaleToken:
            self.is_lost = True
            self._stop()
            return False
        except (StoreUnavailable, OSError) as error:
            _log.warning("progress could not be stored", error=str(error))
        return True

    def _heed(self, *, is_cancelled: bool) -> None:
        if is_cancelled and not self.is_cancelled:
            self.is_cancelled = True
            self._stop()

    def _record(self, events: Sequence[JudgeEvent]) -> None:
        tests: list[CaseProgress] = []
        for event in events:
            match event:
                case TestJudged():
                    tests.append(
                        CaseProgress(index=event.index, total=event.total, result=event.result)
                    )
                case StateChanged():
                    self._tell(self._claims.record_state(self._claim, event.state))
                case Compiled():
                    self._tell(self._claims.record_compile(self._claim, event.result))
                case _:
                    assert_never(event)
        if tests:  # they come after everything else
            self._tell(self._claims.record_tests(self._claim, tests))

    def _tell(self, change: Change | None) -> None:
        if change is not None:
            self._announce(change)
