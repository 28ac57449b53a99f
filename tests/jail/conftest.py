"""Real jails on a real kernel, and a host that must be clean after each test."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sandbox.client import connect
from sandbox.supervisor import JailerConfig, start_jailers

SLOTS = 2
SPARES_PER_SLOT = 2
_SETTLE_S = 5.0


class HostWatch:
    """Looks for what a jail of one instance could leave behind."""

    def __init__(self, jailers):
        self.plan = jailers.plan
        self.pid = jailers.pid

    def leftovers(self) -> list[str]:
        """Name everything of this instance but its jailers and the jails ahead of need."""
        return [*self._cgroups(), *self._processes(), *self._mounts()]

    def _cgroups(self) -> list[str]:
        found = []
        for base in self.plan.cgroups.paths:
            jails = [p for p in (base / self.plan.instance).glob("s*") if p.is_dir()]
            if len(jails) > SLOTS * SPARES_PER_SLOT:
                found += [str(p) for p in jails]
        return found

    def _processes(self) -> list[str]:
        """Programs run under uids of the instance; nothing else does."""
        first, found = self.plan.uid_base, []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                uid = entry.stat().st_uid
                if first <= uid < first + 512 or self._is_in_jail_of_ours(entry):
                    found.append(f"{entry.name} {(entry / 'cmdline').read_bytes()!r}")
            except (FileNotFoundError, ProcessLookupError):
                continue
        return found

    def _is_in_jail_of_ours(self, entry: Path) -> bool:
        """Say whether a process sits in a cgroup of this instance and is not a waiting init."""
        text = (entry / "cgroup").read_text()
        return self.plan.instance in text and b"brig-jailer" not in (entry / "cmdline").read_bytes()

    def _mounts(self) -> list[str]:
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
        return [line for line in lines if str(self.plan.run_path) in line]


@pytest.fixture(scope="session")
def jailers():
    with start_jailers(JailerConfig(slots=SLOTS)) as jailers:
        yield jailers
    assert not jailers.plan.run_path.exists()
    for base in jailers.plan.cgroups.paths:
        assert not (base / jailers.plan.instance).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(jailers.pid, 0)


@pytest.fixture(scope="session")
def sandbox(jailers):
    return connect(jailers.run_path)


@pytest.fixture
def watch(jailers):
    return HostWatch(jailers)


@pytest.fixture(autouse=True)
def host_is_clean(watch):
    """After each test nothing of its jails is left: no process, cgroup or mount."""
    yield
    deadline = time.monotonic() + _SETTLE_S
    while (left := watch.leftovers()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left == []


@pytest.fixture
def slot(sandbox):
    with sandbox.lease(wait_s=10) as slot:
        yield slot
