from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cli.errors import CannotServe
from cli.identity import Identity
from cli.processes import Family, Process, Service, StopSignals, as_user, catch_stop_signals

ROOT = Path(__file__).parents[3]
OURSELVES = Identity(uid=os.geteuid(), gid=os.getegid())


def service(tmp_path: Path, script: str, **changes) -> Service:
    values = {
        "name": "demo",
        "argv": ("sh", "-c", script),
        "env": (("PATH", os.environ["PATH"]), ("HERE", str(tmp_path))),
        "user": OURSELVES,
        "log_path": tmp_path / "demo.log",
        "is_ready": lambda: True,
        "stop_max_s": 5.0,
        **changes,
    }
    return Service(**values)


@pytest.fixture
def events():
    return []


@pytest.fixture
def signals():
    stop_signals = StopSignals()
    yield stop_signals
    stop_signals.close()


@pytest.fixture
def family(signals, events):
    family = Family(signals, lambda event, **facts: events.append((event, facts)))
    yield family
    family.stop()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def dies(pid: int) -> bool:
    """Wait for a death: the kernel delivers SIGKILL when it pleases."""
    deadline = time.monotonic() + 5
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not is_alive(pid)


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.01)
    raise AssertionError(f"{path} did not appear")


def test_start_waits_until_the_service_is_ready(tmp_path, family):
    ready = tmp_path / "ready"

    family.start(service(tmp_path, 'sleep 0.2; : > "$HERE/ready"; sleep 60', is_ready=ready.exists))

    assert ready.exists()


def test_service_that_ends_at_start_is_reported_with_the_end_of_its_log(tmp_path, family):
    with pytest.raises(CannotServe, match=r"demo ended while it started(?s:.*)no such thing"):
        family.start(service(tmp_path, "echo no such thing; exit 1", is_ready=lambda: False))


def test_service_that_is_never_ready_is_reported(tmp_path, family):
    with pytest.raises(CannotServe, match="demo was not ready after 0 s"):
        family.start(service(tmp_path, "sleep 60", is_ready=lambda: False, ready_max_s=0.1))


def test_missing_program_is_reported(tmp_path, family):
    with pytest.raises(CannotServe, match="absent-program"):
        family.start(service(tmp_path, "", argv=("absent-program",), is_ready=lambda: False))


def test_stop_signal_interrupts_the_start(tmp_path, family, signals):
    signals.note(signal.SIGTERM, None)

    with pytest.raises(KeyboardInterrupt):
        family.start(service(tmp_path, "sleep 60", is_ready=lambda: False))


def test_services_stop_in_the_opposite_order(tmp_path, family, events):
    family.start(service(tmp_path, "sleep 60", name="first"))
    family.start(service(tmp_path, "sleep 60", name="second"))

    family.stop()

    assert [f["service"] for event, f in events if event == "stopped"] == ["second", "first"]


def test_stubborn_service_is_killed(tmp_path, family, events):
    family.start(
        service(
            tmp_path,
            'trap "" TERM; : > "$HERE/ready"; while :; do sleep 0.05; done',
            is_ready=(tmp_path / "ready").exists,
            stop_max_s=0.2,
        )
    )

    family.stop()

    assert [event for event, _ in events] == ["started", "killed", "stopped"]


def test_what_a_service_started_ends_with_it(tmp_path, family):
    family.start(service(tmp_path, 'sleep 60 & echo $! > "$HERE/pid"; wait'))
    pid = int(wait_for(tmp_path / "pid"))

    family.stop()

    assert dies(pid)


def test_dead_service_is_started_again(tmp_path, family, events):
    reader, writer = os.pipe()
    tell = f"echo back > /proc/self/fd/{writer}"
    script = f'[ -e "$HERE/once" ] && {{ {tell}; exec sleep 60; }}; sleep 0.1; : > "$HERE/once"'
    family.start(service(tmp_path, script, kept_fds=(writer,)))

    assert family.watch(reader) == reader

    assert [event for event, _ in events] == ["started", "died", "started"]
    os.close(reader)
    os.close(writer)


def test_successor_takes_the_place_of_a_dead_service(tmp_path, family):
    reader, writer = os.pipe()
    second = service(
        tmp_path, f"echo second > /proc/self/fd/{writer}; exec sleep 60", kept_fds=(writer,)
    )
    family.start(service(tmp_path, "sleep 0.1", successor=second))

    assert family.watch(reader) == reader

    assert os.read(reader, 16) == b"second\n"
    os.close(reader)
    os.close(writer)


def test_service_that_dies_again_and_again_stops_the_server(tmp_path, family, monkeypatch):
    monkeypatch.setattr("cli.processes._FIRST_PAUSE_S", 0.001)
    family.start(service(tmp_path, "sleep 0.1; echo broken"))

    with pytest.raises(CannotServe, match=r"demo died 6 times(?s:.*)broken"):
        family.watch()


def test_stop_signal_ends_the_watch(family):
    with catch_stop_signals() as caught:
        family._signals = caught
        os.kill(os.getpid(), signal.SIGTERM)

        assert family.watch() is None


def test_service_ends_when_this_process_is_killed(tmp_path):
    code = (
        "import os, pathlib, signal\n"
        "from tests.unit.cli.test_processes import service\n"
        "from cli.processes import Process\n"
        f"process = Process(service(pathlib.Path({str(tmp_path)!r}), 'exec sleep 60'))\n"
        "while 'sleep' not in pathlib.Path(f'/proc/{process.pid}/comm').read_text(): pass\n"
        "print(process.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    pid = int(result.stdout)

    assert dies(pid)


def test_process_has_no_rights_to_gain(tmp_path):
    process = Process(service(tmp_path, 'grep NoNewPrivs /proc/self/status > "$HERE/status"'))
    text = wait_for(tmp_path / "status")
    process.bury()

    assert text.split() == ["NoNewPrivs:", "1"]


def test_root_becomes_the_user_and_drops_every_capability(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    words = as_user(Identity(uid=12, gid=34))

    assert {"--reuid=12", "--regid=34", "--clear-groups", "--bounding-set=-all"} <= set(words)
