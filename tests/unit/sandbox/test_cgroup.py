from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import cgroup
from sandbox.cgroup import find_cgroups
from sandbox.errors import UnsupportedHost


@pytest.fixture
def host(monkeypatch, tmp_path):
    """Pretend a set of cgroup mounts; directories stand for cgroups."""

    def pretend(*, v1=(), v2_controllers=None):
        v2 = None
        if v2_controllers is not None:
            v2 = tmp_path / "unified"
            v2.mkdir()
            (v2 / "cgroup.controllers").write_text(v2_controllers)
            (v2 / "cgroup.subtree_control").write_text("")
            (v2 / "cgroup.procs").write_text("")
        monkeypatch.setattr(
            cgroup, "_mounted", lambda: ({name: tmp_path / name for name in v1}, v2)
        )
        return tmp_path

    return pretend


def test_v2_is_chosen_where_it_has_the_controllers(host):
    root = host(v1=("memory", "pids", "cpuacct"), v2_controllers="cpu memory pids")
    layout = find_cgroups(is_root=True)
    assert (layout.version, layout.paths) == (2, (root / "unified" / "brig",))
    assert (root / "unified" / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_v1_is_chosen_beside_an_empty_v2(host):
    root = host(v1=("memory", "pids", "cpuacct"), v2_controllers="hugetlb")
    layout = find_cgroups(is_root=True)
    assert layout.version == 1
    assert layout.paths == tuple(root / name / "brig" for name in ("memory", "pids", "cpuacct"))


def test_missing_controllers_are_named_with_a_cure(host):
    host(v1=("cpuacct",))
    with pytest.raises(UnsupportedHost, match=r"memory, pids is mounted.*; boot with") as caught:
        find_cgroups(is_root=True)
    assert len(caught.value.missing) == 1


def test_v1_without_root_is_refused(host):
    host(v1=("memory", "pids", "cpuacct"))
    with pytest.raises(UnsupportedHost, match="run as root"):
        find_cgroups(is_root=False)


def test_delegated_subtree_is_cleared_of_processes_before_it_is_used(host, tmp_path):
    host()
    delegated = tmp_path / "delegated"
    delegated.mkdir()
    (delegated / "cgroup.procs").write_text("12\n")
    (delegated / "cgroup.subtree_control").write_text("")
    (delegated / "brig-service").mkdir()
    layout = find_cgroups(is_root=False, override=delegated)
    assert layout.paths == (delegated / "brig",)
    assert (delegated / "brig-service" / "cgroup.procs").read_text() == "12"


def test_cgroup_that_cannot_be_written_is_refused_with_a_cure(host, tmp_path):
    host()
    with pytest.raises(UnsupportedHost, match=r"Delegate=yes"):
        find_cgroups(is_root=False, override=Path("/proc/self"))
