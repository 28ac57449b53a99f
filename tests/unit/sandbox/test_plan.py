from __future__ import annotations

import struct
from pathlib import Path

import pytest

from sandbox.cgroup import CgroupLayout
from sandbox.plan import Bounds, MountKind, Plan, encode, system_mounts


@pytest.fixture
def plan():
    return Plan(
        instance="brig-1",
        run_path=Path("/run/brig/brig-1"),
        cgroups=CgroupLayout(version=2, paths=(Path("/sys/fs/cgroup/brig"),)),
        cpus=(0, 1),
        cpus_online=2,
        is_rootless=False,
        has_user_namespace=True,
        uid_base=1 << 30,
        peer_uid=0,
        socket_uid=0,
        bpf_filter=bytes(16),
        mounts=system_mounts(is_rootless=False),
        bounds=Bounds(),
    )


def test_layout_begins_with_magic_and_slots_and_ends_with_the_filter(plan):
    data = encode(plan)
    assert struct.unpack_from("<4sI", data) == (b"PLN1", 2)
    assert data.endswith(struct.pack("<I", 2) + bytes(16))


def test_nothing_of_the_system_is_writable_or_local(plan):
    kinds = {mount.target: mount.kind for mount in plan.mounts}
    assert kinds["usr"] is MountKind.BIND
    assert kinds["usr/local"] is MountKind.EMPTY
    assert kinds["usr/src"] is MountKind.EMPTY
    bound = {mount.source for mount in plan.mounts if mount.kind is MountKind.BIND}
    assert not {"/etc", "/home", "/root", "/var", "/proc", "/sys", "/dev"} & bound


def test_devices_are_a_handful(plan):
    devices = {mount.target for mount in plan.mounts if mount.kind is MountKind.DEVICE}
    assert devices == {"dev/null", "dev/zero", "dev/full", "dev/random", "dev/urandom"}


def test_rootless_jails_keep_proc_in_sight_until_they_have_their_own():
    hidden = [mount for mount in system_mounts(is_rootless=True) if mount.target == ".proc"]
    assert [mount.source for mount in hidden] == ["/proc"]
