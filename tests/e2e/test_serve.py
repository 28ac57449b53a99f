"""`brig serve` as a person uses it: it starts, judges, survives a death, and leaves nothing."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cli.identity import service_user

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
START_MAX_S = 60
STOP_MAX_S = 40
HOLD_A_PORT = """
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
time.sleep(600)
"""


class Server:
    """One `brig serve` with directories of its own."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.environ = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "BRIG_DATA_DIR": str(home / "data"),
            "BRIG_RUN_DIR": str(home / "run"),
            "BRIG_LISTEN": "127.0.0.1:0",
            "BRIG_SLOTS": "1",
            **settings,
        }
        self.process = self.spawn()

    def spawn(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "cli.main", "serve", "--json"],
            env=self.environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def announcement(self) -> Any:
        """Wait until it serves."""
        assert self.process.stdout is not None
        readable, _, _ = select.select([self.process.stdout], [], [], START_MAX_S)
        line = self.process.stdout.readline() if readable else ""
        if not line:
            self.process.kill()
            raise AssertionError(f"it does not serve: {self.process.communicate()[1]}")
        return json.loads(line)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        try:
            self.process.communicate(timeout=STOP_MAX_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=STOP_MAX_S)

    def processes(self) -> dict[int, str]:
        """Find what runs for this server, by its directories and its parents; zombies are dead."""
        return {pid: command for pid, command in all_processes() if str(self.home) in command}

    def pid_of(self, service: str) -> int:
        pid = 0
        for line in (self.home / "data" / "logs" / "serve.log").read_text().splitlines():
            event = json.loads(line)
            if (event["event"], event.get("service")) == ("started", service):
                pid = event["pid"]
        return pid


def all_processes() -> list[tuple[int, str]]:
    """List live processes with their command lines and environments."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if entry.joinpath("stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                continue
            command = (
                entry.joinpath("cmdline").read_bytes() + entry.joinpath("environ").read_bytes()
            )
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if int(entry.name) != os.getpid():
            found.append((int(entry.name), command.decode(errors="replace")))
    return found


def is_alive(pid: int) -> bool:
    return pid in {number for number, _ in all_processes()}


def cgroups() -> set[str]:
    return {str(path) for path in Path("/sys/fs/cgroup").glob("**/brig/brig-*") if path.is_dir()}


def temporary_files() -> set[str]:
    """Name what the service's user has in /tmp; others may be at work there."""
    uid = service_user().uid
    return {path.name for path in Path("/tmp").iterdir() if path.lstat().st_uid == uid != 0}


def until(condition, seconds: float):
    deadline = time.monotonic() + seconds
    while not (value := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return value


def judge(told: dict[str, str], source: str = "print(6 * 7)") -> Any:
    request = urllib.request.Request(
        f"{told['url']}/api/v1/submissions?wait=60",
        data=json.dumps(
            {"language": "python3", "source": source, "expected_output": "42"}
        ).encode(),
        headers={
            "Authorization": f"Bearer {told['api_key']}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=90) as response:
        return json.load(response)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A directory with a short path: the name of a socket has at most 107 bytes."""
    path = Path(tempfile.mkdtemp(prefix="brig-e2e-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path)


@pytest.fixture
def home():
    with temporary_home() as path:
        yield path


@pytest.fixture
def start(home):
    servers = []

    def start_server(**settings: str) -> Server:
        servers.append(Server(home, **settings))
        return servers[-1]

    yield start_server
    for server in servers:
        server.end()


@pytest.fixture(scope="module")
def running():
    """One server for the tests that do not stop it, and what it announced."""
    with temporary_home() as home:
        server = Server(home)
        try:
            yield server, server.announcement()
        finally:
            server.end()


def test_server_judges_and_leaves_nothing_behind(start, home):
    before = cgroups()
    files_before = temporary_files()
    server = start()
    told = server.announcement()
    mounts = Path("/proc/self/mountinfo").read_text()

    assert judge(told)["verdict"] == "AC"
    assert server.stop(signal.SIGINT) == 0

    assert until(lambda: not server.processes(), 5), server.processes()
    assert list((home / "run").glob("**/*")) == []
    assert cgroups() - before == set()
    assert Path("/proc/self/mountinfo").read_text() == mounts
    assert [p for p in home.rglob("*") if p.is_socket() or p.is_fifo()] == []
    assert [path.name for path in (home / "data").iterdir() if "tmp" in path.name] == []
    assert temporary_files() - files_before == set()


def test_second_start_is_quick_finds_the_data_and_knows_no_old_key(start):
    first = start()
    old = first.announcement()
    submission = judge(old)
    first.stop()

    begin = time.monotonic()
    told = start().announcement()
    took_s = time.monotonic() - begin

    request = urllib.request.Request(
        f"{told['url']}/api/v1/submissions/{submission['id']}",
        headers={"Authorization": f"Bearer {told['api_key']}"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        assert json.load(response)["verdict"] == "AC"
    with pytest.raises(urllib.error.HTTPError, match="401"):
        judge({**told, "api_key": old["api_key"]})
    assert took_s < 5


def test_killed_server_takes_everything_with_it_and_starts_again(start, home):
    server = start()
    server.announcement()

    server.process.kill()
    server.process.communicate()

    assert until(lambda: not server.processes(), 30), server.processes()
    assert until(lambda: not list((home / "run").glob("brig-*")), 30)
    assert judge(start().announcement())["verdict"] == "AC"


@pytest.mark.parametrize("service", ["redis", "worker", "web"])
def test_dead_service_is_started_again(running, service):
    server, told = running
    pid = server.pid_of(service)

    os.kill(pid, signal.SIGKILL)

    assert until(lambda: server.pid_of(service) != pid, 10)

    def judged():
        try:
            return judge(told)["verdict"]
        except (urllib.error.URLError, ConnectionError):
            return None

    assert until(judged, 60) == "AC"


def test_dead_jailers_stop_the_server_with_a_message(start):
    server = start()
    server.announcement()

    os.kill(server.pid_of("jailers"), signal.SIGKILL)

    _, said = server.process.communicate(timeout=STOP_MAX_S)
    assert server.process.returncode == 3
    assert "the jailers have ended" in said


def test_second_server_on_the_same_data_is_refused(running):
    first, _ = running

    second = Server(first.home)
    _, said = second.process.communicate(timeout=START_MAX_S)

    assert second.process.returncode == 3
    assert f"another brig serve (process {first.process.pid})" in said


def test_port_in_use_is_named(start):
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            HOLD_A_PORT,
        ],
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        port = other.stdout.readline().strip()
        server = start(BRIG_LISTEN=f"127.0.0.1:{port}")
        out, said = server.process.communicate(timeout=START_MAX_S)
        other.kill()

    assert server.process.returncode == 2
    assert json.loads(out)["error"]["field"] == "BRIG_LISTEN"
    assert "Address already in use" in said


def test_misspelt_setting_stops_the_start(start):
    server = start(BRIG_SLTOS="1")

    _, said = server.process.communicate(timeout=START_MAX_S)

    assert server.process.returncode == 2
    assert "BRIG_SLTOS: no such setting; did you mean BRIG_SLOTS?" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has nobody else to become")
def test_services_run_without_rights(running):
    server, _ = running

    for service in ("redis", "worker", "web"):
        status = Path(f"/proc/{server.pid_of(service)}/status").read_text()
        facts = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert "0" not in facts["Uid"].split(), service
        assert facts["NoNewPrivs"] == "1", service
        assert {facts[name] for name in ("CapPrm", "CapEff", "CapBnd")} == {"0" * 16}, service


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has a closed home to serve from")
def test_data_below_a_closed_directory_is_served(start, home):
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    server = start(BRIG_DATA_DIR=str(closed / "data"))

    assert judge(server.announcement())["verdict"] == "AC"
    server.stop()
    assert closed.stat().st_mode & 0o777 == 0o700
