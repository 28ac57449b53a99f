"""Runs commands in jails: leases a slot from a jailer, speaks its protocol, drains the pipes.

Holds no rights. stdout and stderr are counted here, at the pipe; every other number comes from
the jailer.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from sandbox import archive, policy, protocol
from sandbox.errors import Cancelled, NoFreeSlot, ProtocolError
from sandbox.model import DeniedSyscall, ExitKind, RunResult
from sandbox.protocol import EndedBy, MessageType
from sandbox.sealed import SealedFile
from sandbox.supervisor import JailerConfig, start_jailers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sandbox.model import RunSpec, Sandbox
    from sandbox.protocol import Event, Exited

BASE_ENV = (
    ("PATH", "/usr/bin:/bin"),
    ("HOME", "/box"),
    ("TMPDIR", "/tmp"),
    ("LANG", "C.UTF-8"),
    ("TZ", "UTC"),
)
_CHUNK_BYTES = 64 << 10
_BOTH_MEMBERS = 3
_ANSWER_MAX_S = 30.0  # beyond every limit of the run: the jailer itself is stuck
_SIGSYS = signal.SIGSYS


@contextmanager
def open_sandbox(*, slots: int = 1, config: JailerConfig | None = None) -> Iterator[Sandbox]:
    """Start jailers of one's own for the time of the context."""
    with start_jailers(config or JailerConfig(slots=slots)) as jailers:
        yield connect(jailers.run_path)


def connect(run_dir: Path) -> Sandbox:
    """Speak to running jailers: `run_dir` is one instance's directory, or holds several."""
    return JailerSandbox(run_dir)


class JailerSandbox:
    """The slots of the jailers whose sockets are below a directory."""

    def __init__(self, run_dir: Path) -> None:
        """Remember the directory; sockets are looked up at each lease."""
        self._run_dir = run_dir

    @contextmanager
    def lease(self, *, wait_s: float | None = None) -> Iterator[JailerSlot]:
        """Lease a free slot, waiting at most `wait_s` (None: for ever). Raises NoFreeSlot."""
        connection = self._acquire(wait_s)
        try:
            yield JailerSlot(connection)
        finally:
            connection.close()  # the end of the connection ends what runs there

    def _acquire(self, wait_s: float | None) -> socket.socket:
        deadline = None if wait_s is None else time.monotonic() + wait_s
        pause_s = 0.001
        while True:
            paths = self._socket_paths()
            for path in paths:
                connection = _try_lease(path)
                if connection is not None:
                    return connection
            if deadline is not None and time.monotonic() >= deadline:
                what = "no free slot" if paths else "no jailer has a socket that we can see"
                raise NoFreeSlot(f"{what} below {self._run_dir} within {wait_s} s")
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, 0.05)

    def _socket_paths(self) -> list[Path]:
        found = sorted(self._run_dir.glob("slot-*.sock"))
        return found or sorted(self._run_dir.glob("brig-*/slot-*.sock"))


def _try_lease(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(_ANSWER_MAX_S)
    try:
        connection.connect(str(path))
        event = protocol.decode_event(connection.recv(protocol.MESSAGE_MAX_BYTES))
    except (ConnectionError, FileNotFoundError, TimeoutError, ProtocolError):
        connection.close()
        return None
    if event.type is MessageType.HELLO:
        return connection
    connection.close()
    return None


class JailerSlot:
    """One lease. Runs one jail at a time; not to be shared between threads but for `cancel`."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connection that was greeted with HELLO."""
        self._connection = connection
        self._cancelled = threading.Event()

    def run(self, spec: RunSpec) -> RunResult:
        """Run one command in a fresh jail.

        Raises SetupError, ProtocolError or Cancelled; ValueError for strings that cannot enter.
        """
        with ExitStack() as stack:
            run = _Run(self._connection, spec, self._cancelled, stack)
            return run.execute()

    def load(self, artefact: SealedFile) -> None:
        """Unpack an archive once; later runs of this lease see it read-only at `/app`."""
        reader = artefact.open_reader()
        try:
            socket.send_fds(self._connection, [protocol.encode_head(MessageType.LOAD)], [reader])
        except OSError as error:
            raise ProtocolError("the jailer hung up") from error
        finally:
            os.close(reader)
        event = receive_event(self._connection)
        if event.failure is not None:
            raise event.failure
        if event.type is not MessageType.LOADED:
            msg = f"the jailer answered LOAD with {event.type.name}"
            raise ProtocolError(msg)

    def cancel(self) -> None:
        """End the current run, and refuse later ones, from any thread."""
        self._cancelled.set()
        send_kill(self._connection)


def receive_event(connection: socket.socket) -> Event:
    """Read one event. Raises ProtocolError when the jailer is gone or silent."""
    try:
        data = connection.recv(protocol.MESSAGE_MAX_BYTES)
    except OSError as error:
        raise ProtocolError("the jailer does not answer") from error
    if not data:
        raise ProtocolError("the jailer hung up")
    return protocol.decode_event(data)


def send_kill(connection: socket.socket) -> None:
    """Ask for the end of what runs; a jailer that is gone has ended it already."""
    try:
        connection.send(protocol.encode_head(MessageType.KILL, _BOTH_MEMBERS))
    except OSError:
        return


class _Stream:
    """One drained pipe: keeps what fits into the room left, counts everything."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.chunks: list[bytes] = []
        self.total_bytes = 0

    def drain(self, room_bytes: int) -> bool:
        """Read once; True at the end of the stream."""
        data = os.read(self.fd, _CHUNK_BYTES)
        self.total_bytes += len(data)
        if room_bytes > 0:
            self.chunks.append(data[:room_bytes])
        return not data

    def content(self) -> bytes:
        return b"".join(self.chunks)


class _Run:
    """One run from PREPARE to the last byte of its pipes."""

    def __init__(
        self,
        connection: socket.socket,
        spec: RunSpec,
        cancelled: threading.Event,
        stack: ExitStack,
    ) -> None:
        self._connection = connection
        self._spec = spec
        self._cancelled = cancelled
        self._stack = stack
        self._child_fds = stack.enter_context(ExitStack())
        self._passed: list[int] = []
        self._is_killed = False
        self._exited: Exited | None = None

    def execute(self) -> RunResult:
        request = protocol.encode_request(self._spec, merge_env(self._spec.env))
        self._open_pipes()
        self._prepare(request)
        self._wait()
        if self._cancelled.is_set():
            raise Cancelled("the run was cancelled")
        if self._exited is None:
            raise ProtocolError("the run ended without its numbers")
        return self._result(self._exited)

    # -- before --

    def _open_pipes(self) -> None:
        spec = self._spec
        if spec.stdin is not None:
            self._pass_on(spec.stdin.open_reader())
        self._stdout = self._make_stream()
        self._stderr = self._make_stream()
        if spec.files:
            files = (
                archive.ArchiveFile(name=f.name, content=f.content, mode=f.mode) for f in spec.files
            )
            with SealedFile.from_bytes(archive.pack(files)) as sealed:
                self._pass_on(sealed.open_reader())
        self._outputs = self._make_stream() if spec.outputs else None

    def _pass_on(self, fd: int) -> None:
        self._child_fds.callback(os.close, fd)
        self._passed.append(fd)

    def _make_stream(self) -> _Stream:
        reader, writer = os.pipe2(os.O_CLOEXEC)
        self._stack.callback(os.close, reader)
        self._pass_on(writer)
        return _Stream(reader)

    def _prepare(self, request: bytes) -> None:
        self._send(request, self._passed)
        self._child_fds.close()  # else our own ends would keep the streams open

    def _send(self, message: bytes, fds: Sequence[int] = ()) -> None:
        try:
            socket.send_fds(self._connection, [message], fds)
        except OSError as error:
            raise ProtocolError("the jailer hung up") from error

    # -- meanwhile --

    def _wait(self) -> None:
        """Serve the connection and the pipes until the run and every stream have ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, selectors.EVENT_READ)
            for stream in self._streams():
                selector.register(stream.fd, selectors.EVENT_READ, stream)
            deadline = time.monotonic() + self._spec.limits.wall_ms / 1000 + _ANSWER_MAX_S
            while selector.get_map():
                ready = selector.select(_ANSWER_MAX_S)
                if not ready and time.monotonic() > deadline:
                    raise ProtocolError("the jailer does not answer")
                for key, _ in ready:
                    self._serve(selector, key)

    def _streams(self) -> list[_Stream]:
        streams = [self._stdout, self._stderr]
        return streams if self._outputs is None else [*streams, self._outputs]

    def _serve(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        if key.data is None:
            if self._on_event(receive_event(self._connection)):
                selector.unregister(self._connection)
        elif key.data.drain(self._room(key.data)):
            selector.unregister(key.data.fd)
        elif self._output_bytes() > self._spec.limits.output_bytes and not self._is_killed:
            self._is_killed = True
            send_kill(self._connection)

    def _on_event(self, event: Event) -> bool:
        """Answer one event; True when the run has ended."""
        if event.failure is not None:
            if self._cancelled.is_set():
                raise Cancelled("the run was cancelled")
            raise event.failure
        match event.type:
            case MessageType.READY:
                message = MessageType.KILL if self._cancelled.is_set() else MessageType.START
                self._send(protocol.encode_head(message, 1))
                return False
            case MessageType.EXITED:
                self._exited = event.exited
                return True
            case _:
                msg = f"the jailer answered a run with {event.type.name}"
                raise ProtocolError(msg)

    def _output_bytes(self) -> int:
        return self._stdout.total_bytes + self._stderr.total_bytes

    def _room(self, stream: _Stream) -> int:
        if stream is self._outputs:
            # The collector is bounded by outputs_max_bytes; headers come on top.
            return self._spec.outputs_max_bytes * 2 + (64 << 20) - stream.total_bytes
        return self._spec.limits.output_bytes - self._output_bytes()

    # -- after --

    def _result(self, exited: Exited) -> RunResult:
        status = exited.wait_status
        has_exited = status is not None and os.WIFEXITED(status)
        has_signal = status is not None and os.WIFSIGNALED(status)
        collected, missing = self._collected(exited)
        return RunResult(
            kind=self._kind(exited),
            exit_code=os.WEXITSTATUS(status) if status is not None and has_exited else None,
            signal=os.WTERMSIG(status) if status is not None and has_signal else None,
            cpu_ms=exited.cpu_ns / 1e6,
            wall_ms=exited.wall_ns / 1e6,
            memory_bytes=exited.memory_bytes,
            limits=self._spec.limits,
            stdout=self._stdout.content(),
            stderr=self._stderr.content(),
            output_bytes=self._output_bytes(),
            processes_peak=exited.processes_peak,
            processes_limit_hits=exited.processes_limit_hits,
            oom_kills=exited.oom_kills,
            work_bytes=exited.work_bytes,
            denied=_denied(exited),
            archive=collected,
            missing_outputs=missing,
        )

    def _kind(self, exited: Exited) -> ExitKind:
        is_flooded = self._output_bytes() > self._spec.limits.output_bytes
        match exited.ended_by:
            case EndedBy.CPU:
                return ExitKind.CPU_LIMIT
            case EndedBy.WALL:
                return ExitKind.WALL_LIMIT
            case EndedBy.MEMORY:
                return ExitKind.MEMORY_LIMIT
            case EndedBy.SYSCALL:
                return ExitKind.SYSCALL_DENIED
            case EndedBy.REQUEST | EndedBy.ITSELF if is_flooded:
                return ExitKind.OUTPUT_LIMIT
            case EndedBy.REQUEST:
                raise ProtocolError("the jailer ended a run that nobody asked to end")
            case EndedBy.ITSELF:
                return _kind_of_own_end(exited)

    def _collected(self, exited: Exited) -> tuple[bytes | None, tuple[str, ...]]:
        if self._outputs is None:
            return None, ()
        if not exited.is_collected and exited.ended_by is EndedBy.ITSELF:
            # An empty archive would say that the program made nothing.
            raise ProtocolError("the outputs of a run were not collected")
        content = self._outputs.content() if exited.is_collected else b""
        present = {file.name for file in archive.unpack(content)}
        wanted = [name for name in self._spec.outputs if not name.endswith("/")]
        return content, tuple(name for name in wanted if name not in present)


def merge_env(extra: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Put a step's additions on top of the environment that every jail has."""
    return tuple({**dict(BASE_ENV), **dict(extra)}.items())


def _kind_of_own_end(exited: Exited) -> ExitKind:
    status = exited.wait_status
    if status is None:
        raise ProtocolError("the jailer lost the end of a run")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == _SIGSYS:
        return ExitKind.SYSCALL_DENIED
    if exited.memory_limit_hits and status != 0:
        # No OOM kill, but the limit was reached and the program failed: a refused page is the
        # limit's doing. One that was reclaimed and ended well has kept within its limit.
        return ExitKind.MEMORY_LIMIT
    return ExitKind.SIGNALED if os.WIFSIGNALED(status) else ExitKind.EXITED


def _denied(exited: Exited) -> DeniedSyscall | None:
    if exited.ended_by is not EndedBy.SYSCALL:
        return None
    name = policy.syscall_name(exited.denied_arch, exited.denied_number)
    return DeniedSyscall(number=exited.denied_number, arch=exited.denied_arch, name=name)
