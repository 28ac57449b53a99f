"""Which cgroups this host has, and where Brig's own folder in them is.

Decides only; the jailer makes, fills and removes the cgroups of single jails. cgroups(7),
Documentation/admin-guide/cgroup-v2.rst "Delegation" and "No Internal Process Constraint".
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import UnsupportedHost

_V1_CONTROLLERS = ("memory", "pids", "cpuacct")
_V2_CONTROLLERS = ("memory", "pids")
_FOLDER = "brig"
_SERVICE = "brig-service"  # the leaf for processes of a delegated cgroup


@dataclass(frozen=True, slots=True, kw_only=True)
class CgroupLayout:
    """`paths` are Brig's folders: one on version 2; memory, pids and cpuacct on version 1."""

    version: int
    paths: tuple[Path, ...]


def find_cgroups(*, is_root: bool, override: Path | None = None) -> CgroupLayout:
    """Choose v2 where its tree has the memory and pids controllers, else v1.

    `override` names a delegated cgroup v2 directory. Raises UnsupportedHost with cause and cure.
    """
    v1, v2 = _mounted()
    if override is not None:
        return CgroupLayout(version=2, paths=(_prepare_delegated(override),))
    if v2 is not None and set(_V2_CONTROLLERS) <= _words(v2 / "cgroup.controllers"):
        base = _prepare_tree(v2) if is_root else _prepare_delegated(_own_v2_cgroup(v2))
        return CgroupLayout(version=2, paths=(base,))
    missing = [name for name in _V1_CONTROLLERS if name not in v1]
    if missing:
        cause = (
            f"no cgroup controller {', '.join(missing)} is mounted (v1), and no usable cgroup v2"
        )
        cure = "boot with systemd.unified_cgroup_hierarchy=1, or enable the memory controller"
        raise UnsupportedHost((f"{cause}; {cure}",))
    if not is_root:
        cause = "cgroup v1 cannot be delegated to an ordinary user"
        raise UnsupportedHost((f"{cause}; run as root, or boot with cgroup v2",))
    return CgroupLayout(version=1, paths=tuple(v1[name] / _FOLDER for name in _V1_CONTROLLERS))


def limits_swap(layout: CgroupLayout) -> bool:
    """Say whether no jail can swap: the host has no swap, or its cgroups account for it."""
    if len(Path("/proc/swaps").read_text().splitlines()) <= 1:
        return True
    if layout.version == 1:
        return (layout.paths[0].parent / "memory.memsw.limit_in_bytes").exists()
    layout.paths[0].mkdir(exist_ok=True)  # the root of a tree has no memory.swap.max
    return (layout.paths[0] / "memory.swap.max").exists()


def _mounted() -> tuple[dict[str, Path], Path | None]:
    """Read mountinfo (proc_pid_mountinfo(5)): v1 mount point per controller, and that of v2."""
    v1: dict[str, Path] = {}
    v2: Path | None = None
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        fs_type, _, options = after.split(" ", 2)
        mount_point = Path(before.split(" ")[4])
        if fs_type == "cgroup2":
            v2 = mount_point
        elif fs_type == "cgroup":
            for name in options.split(" ")[-1].split(","):
                v1.setdefault(name, mount_point)
    return v1, v2


def _words(path: Path) -> set[str]:
    try:
        return set(path.read_text().split())
    except FileNotFoundError:
        return set()


def _own_v2_cgroup(mount_point: Path) -> Path:
    """Find the delegated cgroup this process started in, also after it moved to the leaf."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        if line.startswith("0::"):
            own = mount_point / line[3:].lstrip("/")
            return own.parent if own.name == _SERVICE else own
    return mount_point


def _prepare_tree(root: Path) -> Path:
    """Root's folder at the top of the tree (or of a container's cgroup namespace)."""
    try:
        _enable(root)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise _cannot_enable(root, error) from error
        return _prepare_delegated(root)
    return root / _FOLDER


def _prepare_delegated(cgroup: Path) -> Path:
    """Clear a delegated cgroup of processes (they go to a leaf) and enable its controllers."""
    try:
        if not set(_V2_CONTROLLERS) <= _words(cgroup / "cgroup.subtree_control"):
            _move_processes(cgroup, cgroup / _SERVICE)
            _enable(cgroup)
        (cgroup / _FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise _cannot_enable(cgroup, error) from error
    return cgroup / _FOLDER


def _move_processes(source: Path, leaf: Path) -> None:
    leaf.mkdir(exist_ok=True)
    for pid in (source / "cgroup.procs").read_text().split():
        try:
            (leaf / "cgroup.procs").write_text(pid)
        except ProcessLookupError:
            continue  # it ended meanwhile


def _enable(cgroup: Path) -> None:
    wanted = " ".join(f"+{name}" for name in _V2_CONTROLLERS)
    if not set(_V2_CONTROLLERS) <= _words(cgroup / "cgroup.subtree_control"):
        (cgroup / "cgroup.subtree_control").write_text(wanted)


def _cannot_enable(cgroup: Path, error: OSError) -> UnsupportedHost:
    cause = f"cannot use the cgroup {cgroup}: {os.strerror(error.errno or errno.EIO)}"
    cure = (
        "run as root, or delegate a cgroup v2 subtree to this user "
        "(systemd: Delegate=yes; else BRIG_CGROUP names one)"
    )
    return UnsupportedHost((f"{cause}; {cure}",))
