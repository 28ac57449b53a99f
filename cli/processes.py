"""Starts the service's processes, restarts those that die, and stops all of them in order.

A process is told to end when this one does, even by SIGKILL (PR_SET_PDEATHSIG, set by setpriv(1)
because a function between fork and exec is unsafe here). Each leads a process group of its own:
Ctrl-C on the terminal reaches this process alone, and stragglers can be found by their group.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.errors import CannotServe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

    from cli.identity import Identity

_DEATHS_MAX = 5
_DEATHS_WINDOW_S = 60.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 15.0
_POLL_S = 0.03
_LOG_TAIL_BYTES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A process to keep alive. `is_ready` is asked until it says True or `ready_max_s` are over.

    `stop_signal` is sent first and SIGKILL after `stop_max_s`. `kept_fds` are inherited. Its
    words go to `log_path`, or to our stderr. `successor` is started in its place when it died.
    """

    name: str
    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    user: Identity
    log_path: Path | None
    is_ready: Callable[[], bool]
    ready_max_s: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_max_s: float = 10.0
    kept_fds: tuple[int, ...] = ()
    successor: Service | None = None


class StopSignals:
    """Counts the SIGINT, SIGTERM and SIGHUP that asked this process to stop."""

    def __init__(self) -> None:
        self.count = 0
        self.wake_fd, self._wake_writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def note(self, number: int, frame: FrameType | None) -> None:
        """Count a signal (the handler), and wake whoever waits."""
        del number, frame
        self.count += 1
        os.write(self._wake_writer, b"!")

    def close(self) -> None:
        """Close the pipe."""
        os.close(self.wake_fd)
        os.close(self._wake_writer)


@contextmanager
def catch_stop_signals() -> Iterator[StopSignals]:
    """Handle stop signals inside the context and restore the handlers after it."""
    signals = StopSignals()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signals.note) for number in numbers}
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signals.close()


class Process:
    """One life of a service."""

    def __init__(self, service: Service) -> None:
        """Start it. Raises CannotServe when its program cannot be started."""
        self.service = service
        path = service.log_path
        with path.open("ab") if path else nullcontext(sys.stderr) as log:
            try:
                self._popen = subprocess.Popen(
                    [*as_user(service.user), *service.argv],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=dict(service.env),
                    cwd="/",
                    umask=0o077,
                    pass_fds=service.kept_fds,
                    start_new_session=True,
                )
            except OSError as error:
                raise CannotServe(f"cannot start {service.name}: {error}") from error
        self.pidfd = os.pidfd_open(self._popen.pid)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._popen.pid

    def has_ended(self) -> bool:
        """Say whether it is dead; its group's leftovers may still live until `bury`."""
        options = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PIDFD, self.pidfd, options) is not None

    def bury(self) -> int:
        """Kill what is left of it and its group, and return its exit code."""
        # Before the wait: while the leader is a zombie nobody else can get its group's number.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.close(self.pidfd)
        return self._popen.wait()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        signal.pidfd_send_signal(self.pidfd, number)


class Family:
    """All services of this process, in the order in which they were started."""

    def __init__(self, signals: StopSignals, log: Callable[..., object]) -> None:
        """Use `log(event, **facts)` to say what happens."""
        self._signals = signals
        self._log = log
        self._processes: list[Process] = []
        self._deaths: dict[str, deque[float]] = {}
        self._due: dict[str, tuple[float, Service]] = {}

    def start(self, *services: Service) -> None:
        """Start services and wait until all are ready.

        Raises CannotServe when one ends or takes too long, KeyboardInterrupt on a stop signal.
        """
        started = [self._add(service) for service in services]
        begin = time.monotonic()
        waiting = list(started)
        while waiting:
            if self._signals.count:
                raise KeyboardInterrupt
            for process in waiting:
                self._check_start(process, time.monotonic() - begin)
            waiting = [p for p in waiting if not p.service.is_ready()]
            if waiting:
                select.select([self._signals.wake_fd, *(p.pidfd for p in waiting)], [], [], _POLL_S)

    def watch(self, *foreign_fds: int) -> int | None:
        """Keep the services alive until a stop signal comes (None) or a foreign fd is readable.

        Returns that descriptor. Raises CannotServe when a service dies again and again.
        """
        while not self._signals.count:
            pidfds = [process.pidfd for process in self._processes]
            due_s = min((at for at, _ in self._due.values()), default=None)
            pause_s = None if due_s is None else max(0.0, due_s - time.monotonic())
            readable, _, _ = select.select(
                [self._signals.wake_fd, *foreign_fds, *pidfds], [], [], pause_s
            )
            for fd in foreign_fds:
                if fd in readable:
                    return fd
            self._bury_dead()
            self._restart_due()
        return None

    def stop(self) -> None:
        """End every service, the newest first; a further stop signal ends the patience."""
        self._due.clear()
        while self._processes:
            process = self._processes.pop()
            self._stop_one(process)

    def _add(self, service: Service) -> Process:
        process = Process(service)
        self._processes.append(process)
        self._log("started", service=service.name, pid=process.pid)
        return process

    def _check_start(self, process: Process, waited_s: float) -> None:
        service = process.service
        if process.has_ended():
            cause = "ended while it started"
        elif waited_s > service.ready_max_s:
            cause = f"was not ready after {service.ready_max_s:.0f} s"
        else:
            return
        raise CannotServe(f"{service.name} {cause}{_tail(service.log_path)}")

    def _bury_dead(self) -> None:
        for process in [p for p in self._processes if p.has_ended()]:
            self._processes.remove(process)
            code = process.bury()
            pause_s = self._count_death(process.service, code)
            service = process.service.successor or process.service
            self._due[service.name] = (time.monotonic() + pause_s, service)

    def _count_death(self, service: Service, code: int) -> float:
        deaths = self._deaths.setdefault(service.name, deque())
        now = time.monotonic()
        deaths.append(now)
        while deaths[0] < now - _DEATHS_WINDOW_S:
            deaths.popleft()
        pause_s = min(_FIRST_PAUSE_S * 2.0 ** (len(deaths) - 1), _LONGEST_PAUSE_S)
        self._log("died", service=service.name, exit_code=code, pause_s=pause_s)
        if len(deaths) > _DEATHS_MAX:
            raise CannotServe(
                f"{service.name} died {len(deaths)} times within {_DEATHS_WINDOW_S:.0f} s"
                f"{_tail(service.log_path)}"
            )
        return pause_s

    def _restart_due(self) -> None:
        now = time.monotonic()
        for name, (due_s, service) in list(self._due.items()):
            if due_s <= now:
                del self._due[name]
                self._add(service)

    def _stop_one(self, process: Process) -> None:
        service = process.service
        asked_before = self._signals.count
        deadline_s = time.monotonic() + service.stop_max_s
        if not process.has_ended():
            process.tell(service.stop_signal)
        while not process.has_ended():
            if time.monotonic() > deadline_s or self._signals.count > max(1, asked_before):
                self._log("killed", service=service.name)
                break
            select.select([process.pidfd], [], [], _POLL_S)
        self._log("stopped", service=service.name, exit_code=process.bury())


def as_user(user: Identity) -> tuple[str, ...]:
    """Return the words before a command that run it as `user`, for no longer than this process."""
    end_with_parent = ("--no-new-privs", "--pdeathsig", "TERM", "--")
    if os.geteuid() != 0:
        return ("setpriv", *end_with_parent)
    ids = (f"--reuid={user.uid}", f"--regid={user.gid}", "--clear-groups")
    return ("setpriv", *ids, "--inh-caps=-all", "--bounding-set=-all", *end_with_parent)


def _tail(log_path: Path | None) -> str:
    if log_path is None:
        return ""
    with log_path.open("rb") as log:
        log.seek(max(0, log_path.stat().st_size - _LOG_TAIL_BYTES))
        lines = log.read().decode(errors="replace").strip().splitlines()
    return f"; the end of {log_path}:\n" + "\n".join(f"  {line}" for line in lines[-12:])
