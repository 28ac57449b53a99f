"""What must hold after every attack, whatever it did."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from sandbox.model import ExitKind
from tests.jail.conftest import host_is_clean, jailers, sandbox, slot, watch  # noqa: F401
from tests.jail.programs import shell

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def built() -> Path:
    subprocess.run(["make", "-s", "-C", HERE], check=True)
    return HERE / "build"


def _shared_state(jailer_pid: int) -> dict[str, object]:
    """What an attack could change outside: names, IPC objects, and the jailers themselves."""
    state: dict[str, object] = {"hostname": socket.gethostname()}
    for kind in ("shm", "sem", "msg"):
        state[kind] = Path(f"/proc/sysvipc/{kind}").read_text()
    children = Path(f"/proc/{jailer_pid}/task/{jailer_pid}/children").read_text().split()
    state["jailers"] = children
    state["domain"] = Path("/proc/sys/kernel/domainname").read_text()
    return state


@pytest.fixture(autouse=True)
def nothing_changed(jailers, sandbox, host_is_clean):  # noqa: F811 - fixtures
    """Judge a clean program right after; names, IPC objects and jailers are what they were."""
    before = _shared_state(jailers.pid)
    yield
    with sandbox.lease(wait_s=10) as leased:
        result = leased.run(shell("echo clean"))
    assert (result.kind, result.exit_code, result.stdout) == (ExitKind.EXITED, 0, b"clean\n")
    assert _shared_state(jailers.pid) == before
