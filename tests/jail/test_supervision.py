"""Jailers keep few rights, are replaced when they die, and leave nothing when all of them do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from sandbox import protocol, supervisor
from sandbox.client import connect
from sandbox.errors import SandboxError, SetupError, UnsupportedHost
from sandbox.model import ExitKind
from sandbox.protocol import MessageType
from sandbox.sealed import SealedFile
from sandbox.supervisor import JAILER_PATH, JailerConfig, start_jailers
from tests.jail.programs import python, shell, without_strings

pytestmark = pytest.mark.jail

_KEPT = {"cap_kill": 5, "cap_setgid": 6, "cap_setuid": 7, "cap_sys_admin": 21}


def children_of(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_until(condition, seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def remains(plan) -> list[Path]:
    places = [plan.run_path, *(base / plan.instance for base in plan.cgroups.paths)]
    return [place for place in places if place.exists()]


def test_a_jailer_keeps_four_capabilities_and_no_view_of_the_host(jailers):
    for pid in children_of(jailers.pid):
        status = Path(f"/proc/{pid}/status").read_text()
        kept = sum(1 << number for number in _KEPT.values())
        assert f"CapPrm:\t{kept:016x}" in status
        assert f"CapEff:\t{kept:016x}" in status
        assert f"CapBnd:\t{kept:016x}" in status
        assert "NoNewPrivs:\t1" in status
        mounts = Path(f"/proc/{pid}/mountinfo").read_text().splitlines()
        assert {line.split()[4] for line in mounts} >= {"/", "/usr"}
        assert not any(line.split()[4].startswith("/sys") for line in mounts)


def test_sockets_belong_to_the_client_alone(jailers):
    for path in jailers.run_path.glob("slot-*.sock"):
        status = path.stat()
        assert (status.st_mode & 0o777, status.st_uid) == (0o600, os.geteuid())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_gets_no_lease(jailers):
    path = next(jailers.run_path.glob("slot-*.sock"))
    program = (
        "import os, socket, sys\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        "os.setresuid(4242, 4242, 4242)\n"
        "s.connect(sys.argv[1])\n"
        "print(len(s.recv(100)))\n"
    )
    refused = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=False
    )
    assert "PermissionError" in refused.stderr
    # A descriptor that reaches the socket all the same is judged by SO_PEERCRED.
    path.chmod(0o666)
    try:
        greeted = subprocess.run(
            [sys.executable, "-c", program, path],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.chmod(0o600)
    assert greeted.stdout == "0\n" or "ConnectionResetError" in greeted.stderr


def lease_raw(jailers) -> socket.socket:
    for path in sorted(jailers.run_path.glob("slot-*.sock")):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.settimeout(10)
        connection.connect(str(path))
        if protocol.decode_event(connection.recv(1000)).type is MessageType.HELLO:
            return connection
        connection.close()
    raise AssertionError("no free slot")


@pytest.mark.parametrize(
    "message",
    [
        b"x",
        b"\xff" * 8,
        b"\x01\0\0\0" * 2,
        protocol.encode_head(MessageType.START, 1),
        protocol.encode_head(MessageType.LOAD),
        protocol.encode_head(MessageType.PREPARE) + bytes(60_000),
        protocol.encode_request(shell("true"), ()),  # well-formed, but without descriptors
    ],
)
def test_a_malformed_message_ends_the_lease_and_nothing_else(jailers, sandbox, message):
    with lease_raw(jailers) as connection:
        connection.send(message)
        assert protocol.decode_event(connection.recv(1000)).type is MessageType.REFUSED
        assert connection.recv(1000) == b""
    with sandbox.lease(wait_s=10) as slot:
        assert slot.run(shell("echo 1")).stdout == b"1\n"


def test_a_request_without_strings_after_a_good_one_is_refused(jailers):
    """The text of the message before it still lies behind the short one."""
    alive = children_of(jailers.pid)
    good = protocol.encode_request(shell("true"), ())
    reader, writer = os.pipe()
    with lease_raw(jailers) as connection:
        socket.send_fds(connection, [good], [writer, writer])
        assert protocol.decode_event(connection.recv(1000)).type is MessageType.READY
        connection.send(without_strings(good))
        assert protocol.decode_event(connection.recv(1000)).type is MessageType.REFUSED
    os.close(reader)
    os.close(writer)
    assert children_of(jailers.pid) == alive


def test_a_file_of_holes_that_would_fill_the_host_is_refused(jailers):
    holes = os.memfd_create("holes", os.MFD_ALLOW_SEALING)
    os.ftruncate(holes, jailers.plan.bounds.work_bytes + 1)
    with SealedFile(holes) as sealed, lease_raw(jailers) as connection:
        reader = sealed.open_reader()
        socket.send_fds(connection, [protocol.encode_head(MessageType.LOAD)], [reader])
        assert protocol.decode_event(connection.recv(1000)).type is MessageType.REFUSED
        os.close(reader)


def test_memory_that_the_host_lacks_is_our_fault(tmp_path):
    """A cgroup above the jail's is full, while the program stays below its own limit."""
    with start_jailers(JailerConfig(slots=1, run_dir=tmp_path)) as jailers:
        above = jailers.plan.cgroups.paths[0] / jailers.plan.instance
        name = "memory.limit_in_bytes" if jailers.plan.cgroups.version == 1 else "memory.max"
        (above / name).write_text(str(48 << 20))
        with (
            connect(jailers.run_path).lease(wait_s=10) as slot,
            pytest.raises(SetupError, match="memory of the host"),
        ):
            slot.run(python("x = b'a' * (100 << 20)", memory_bytes=256 << 20))


def test_a_program_that_could_not_begin_in_time_is_our_fault(tmp_path):
    """An init that the host does not run: its program must not be told that it was too slow."""
    with start_jailers(JailerConfig(slots=1, run_dir=tmp_path)) as jailers:
        request = protocol.encode_request(shell("true", wall_ms=100), ())
        reader, writer = os.pipe()
        (jailer,) = children_of(jailers.pid)
        with lease_raw(jailers) as connection:
            socket.send_fds(connection, [request], [writer, writer])
            assert protocol.decode_event(connection.recv(1000)).type is MessageType.READY
            for init in children_of(jailer):
                os.kill(init, signal.SIGSTOP)
            connection.send(protocol.encode_head(MessageType.START, 1))
            event = protocol.decode_event(connection.recv(1000))
        assert event.failure is not None
        os.close(reader)
        os.close(writer)


@pytest.mark.parametrize("what", ["directory", "file", "writable memfd", "fifo"])
def test_descriptors_of_the_wrong_kind_are_refused(jailers, tmp_path, what):
    with SealedFile.from_bytes(b"") as sealed:
        request = protocol.encode_request(shell("cat", stdin=sealed), ())
    if what == "fifo":
        os.mkfifo(tmp_path / "fifo")
    path = {"directory": tmp_path, "file": Path(__file__), "fifo": tmp_path / "fifo"}.get(what)
    flags = os.O_RDONLY | os.O_NONBLOCK
    stdin = os.memfd_create("x") if path is None else os.open(path, flags)
    reader, writer = os.pipe()
    with lease_raw(jailers) as connection:
        socket.send_fds(connection, [request], [stdin, writer, writer])
        assert protocol.decode_event(connection.recv(1000)).type is MessageType.REFUSED
    for fd in (stdin, reader, writer):
        os.close(fd)


def test_a_waiting_jail_that_is_killed_is_replaced(tmp_path):
    with start_jailers(JailerConfig(slots=1, run_dir=tmp_path)) as jailers:
        (jailer,) = children_of(jailers.pid)
        spares = set(children_of(jailer))
        for spare in spares:
            os.kill(spare, signal.SIGKILL)
        assert wait_until(
            lambda: len(children_of(jailer)) == 2 and not spares & set(children_of(jailer))
        )
        with connect(jailers.run_path).lease(wait_s=10) as slot:
            assert slot.run(shell("echo 1")).stdout == b"1\n"
        assert children_of(jailers.pid) == [jailer]


def test_a_killed_jailer_is_replaced_and_its_run_is_our_fault(tmp_path):
    with start_jailers(JailerConfig(slots=1, run_dir=tmp_path)) as jailers:
        sandbox = connect(jailers.run_path)
        (jailer,) = children_of(jailers.pid)
        with sandbox.lease(wait_s=10) as slot:
            threading.Timer(0.3, os.kill, (jailer, signal.SIGKILL)).start()
            with pytest.raises(SandboxError):
                slot.run(python("import time; time.sleep(60)", wall_ms=60_000))
        with sandbox.lease(wait_s=10) as slot:
            assert slot.run(shell("echo again")).stdout == b"again\n"
        base = jailers.plan.cgroups.paths[0] / jailers.plan.instance
        assert not [p for p in base.glob(f"s0-{jailer}-*") if p.is_dir()]
    assert remains(jailers.plan) == []


def test_what_a_killed_supervisor_left_is_swept_by_the_next(tmp_path):
    with start_jailers(JailerConfig(slots=1, run_dir=tmp_path)) as jailers:
        everyone = [jailers.pid, *children_of(jailers.pid)]
        os.kill(jailers.pid, signal.SIGKILL)
        assert wait_until(lambda: not any(is_alive(pid) for pid in everyone[1:]))
    assert remains(jailers.plan)
    with start_jailers(JailerConfig(slots=1, run_dir=tmp_path)):
        assert remains(jailers.plan) == []


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_living_instance_is_not_swept(jailers, tmp_path):
    with start_jailers(JailerConfig(slots=1, run_dir=jailers.run_path.parent)) as other:
        assert other.plan.instance != jailers.plan.instance
    assert jailers.run_path.exists()
    assert all((base / jailers.plan.instance).exists() for base in jailers.plan.cgroups.paths)


def test_nothing_stays_when_the_starter_is_killed(tmp_path):
    program = (
        "import sys, time; from pathlib import Path\n"
        "from sandbox.supervisor import JailerConfig, start_jailers\n"
        "with start_jailers(JailerConfig(slots=1, run_dir=Path(sys.argv[1]))) as j:\n"
        "    print(j.plan.instance, *j.plan.cgroups.paths, flush=True)\n"
        "    time.sleep(60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    instance, *bases = starter.stdout.readline().split()
    starter.kill()
    starter.wait()
    starter.stdout.close()
    places = [tmp_path / instance, *(Path(base) / instance for base in bases)]
    assert wait_until(lambda: not any(place.exists() for place in places))


def test_a_jailer_that_cannot_start_says_why(tmp_path):
    # A path of a socket holds 107 bytes (unix(7)).
    with (
        pytest.raises(UnsupportedHost, match="cannot"),
        start_jailers(JailerConfig(slots=1, run_dir=tmp_path / ("x" * 120))),
    ):
        pass
    assert list((tmp_path / ("x" * 120)).iterdir()) == []


# Only root can make a directory for somebody else.
OPEN_TO_OTHERS = [(-1, 0o777), (-1, 0o775), *([(4242, 0o755)] if os.geteuid() == 0 else [])]


@pytest.mark.parametrize(("owner", "mode"), OPEN_TO_OTHERS)
def test_a_directory_in_which_others_could_replace_sockets_is_refused(tmp_path, owner, mode):
    path = tmp_path / "run"
    path.mkdir()
    path.chmod(mode)
    os.chown(path, owner, -1)
    with (
        pytest.raises(UnsupportedHost, match="others could replace"),
        start_jailers(JailerConfig(slots=1, run_dir=path)),
    ):
        pass


def test_the_jailer_is_clean_under_ubsan(tmp_path, monkeypatch):
    subprocess.run(["make", "-s", "asan"], cwd=JAILER_PATH.parent, check=True)
    sanitized = JAILER_PATH.parent / "build" / "brig-jailer-asan"
    monkeypatch.setattr(supervisor, "JAILER_PATH", sanitized)
    log = tmp_path / "log"
    with log.open("wb") as out:
        config = JailerConfig(slots=1, run_dir=tmp_path, log_fd=out.fileno())
        with start_jailers(config) as jailers, connect(jailers.run_path).lease() as slot:
            assert slot.run(shell("echo 1 > out", outputs=("out",))).missing_outputs == ()
            assert slot.run(python("while True: pass", cpu_ms=100)).kind is ExitKind.CPU_LIMIT
            assert slot.run(python("x = b'a' * (1 << 28)")).kind is ExitKind.MEMORY_LIMIT
    assert log.read_text() == ""
