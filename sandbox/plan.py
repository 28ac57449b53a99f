"""What security is: the mounts, devices, filter and upper bounds that every jail of a host gets.

Written once at start by a trusted process and handed to the jailer in a sealed memfd; a request
can only narrow it. `brig doctor --plan` prints it. The layout is read by jailer/plan.c.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.cgroup import CgroupLayout

_MAGIC = 0x314E4C50  # "PLN1"
_GIB = 1 << 30


class MountKind(IntEnum):
    """How one entry of the jail's root is made (enum mount_kind in jailer.h)."""

    DIR = 1
    BIND = 2  # read-only, nosuid, nodev, with what is mounted below
    EMPTY = 3  # an empty read-only tmpfs over it
    SYMLINK = 4
    FILE = 5  # `source` is the content
    DEVICE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One entry of the jail's root; `target` is relative to it."""

    kind: MountKind
    target: str
    source: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The most that a request may ask for."""

    cpu_ms: int = 3_600_000
    wall_ms: int = 7_200_000
    memory_bytes: int = 64 * _GIB
    file_bytes: int = 16 * _GIB
    stack_bytes: int = 16 * _GIB
    work_bytes: int = 16 * _GIB
    outputs_bytes: int = 2 * _GIB
    processes: int = 4096
    open_files: int = 65_536
    work_inodes: int = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything the jailers of one instance are told."""

    instance: str
    run_path: Path
    cgroups: CgroupLayout
    cpus: tuple[int, ...]  # the core of each slot, -1 for any
    cpus_online: int
    is_rootless: bool
    has_user_namespace: bool
    uid_base: int
    peer_uid: int  # as SO_PEERCRED shows the one who may lease a slot
    socket_uid: int
    bpf_filter: bytes
    mounts: tuple[Mount, ...]
    bounds: Bounds


def system_mounts(*, is_rootless: bool) -> tuple[Mount, ...]:
    """List the read-only system: /usr without local additions, and what runtimes read in /etc."""
    mounts = [
        Mount(kind=MountKind.BIND, source="/usr", target="usr"),
        # Local additions and kernel sources are nobody's business: they may hold secrets.
        Mount(kind=MountKind.EMPTY, target="usr/local"),
        Mount(kind=MountKind.EMPTY, target="usr/src"),
        *_top_links(),
        *(_bind(path, is_optional=True) for path in _ETC_AND_VAR),
        Mount(kind=MountKind.FILE, target="etc/passwd", source=_USERS),
        Mount(kind=MountKind.FILE, target="etc/group", source=_GROUPS),
        Mount(kind=MountKind.FILE, target="etc/nsswitch.conf", source=_NSSWITCH),
        Mount(kind=MountKind.FILE, target="etc/hosts", source="127.0.0.1 localhost brig\n"),
        *(Mount(kind=MountKind.DEVICE, source=f"/dev/{d}", target=f"dev/{d}") for d in _DEVICES),
        *(_device_link(name, link) for name, link in _DEVICE_LINKS),
        *(Mount(kind=MountKind.DIR, target=name) for name in _WORK_DIRS),
    ]
    if is_rootless:
        # The kernel lets a user namespace mount /proc only while a full one is in sight
        # (mount_too_revealing, fs/namespace.c); init takes this one away again.
        mounts.append(Mount(kind=MountKind.BIND, source="/proc", target=".proc"))
    return tuple(mounts)


# The loader's cache, alternatives, and configuration without which a runtime does not start.
_ETC_AND_VAR = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/java-17-openjdk",
    "/etc/java-21-openjdk",
    "/etc/mono",
    "/etc/php",
    "/etc/perl",
    "/etc/fpc.cfg",
    "/etc/fpc-3.2.2.cfg",
    "/etc/ghc",
    "/var/lib/ghc",
)
_DEVICES = ("null", "zero", "full", "random", "urandom")
_DEVICE_LINKS = (
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
)
_WORK_DIRS = ("proc", "box", "tmp", "app", "dev/shm", "var/tmp")
# Every id reads as 65534 in a user namespace without a map.
_USERS = "root:x:0:0:root:/:/usr/sbin/nologin\nbrig:x:65534:65534:brig:/box:/usr/sbin/nologin\n"
_GROUPS = "root:x:0:\nbrig:x:65534:\n"
_NSSWITCH = "passwd: files\ngroup: files\nhosts: files\n"


def _bind(path: str, *, is_optional: bool) -> Mount:
    return Mount(kind=MountKind.BIND, source=path, target=path.lstrip("/"), is_optional=is_optional)


def _top_links() -> list[Mount]:
    """Keep /bin, /lib and their like as the host has them: links into /usr (usrmerge)."""
    links = []
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = Path("/") / name
        if path.is_symlink():
            target = str(path.readlink())
            links.append(Mount(kind=MountKind.SYMLINK, source=target, target=name))
        elif path.is_dir():
            links.append(_bind(str(path), is_optional=False))
    return links


def _device_link(name: str, link: str) -> Mount:
    return Mount(kind=MountKind.SYMLINK, source=link, target=f"dev/{name}")


def _u32(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _string(text: str) -> bytes:
    data = text.encode() + b"\0"
    return _u32(len(data)) + data


def _encode_bounds(bounds: Bounds) -> bytes:
    ms_ns = 1_000_000
    return struct.pack(
        "<7Q4I",
        bounds.cpu_ms * ms_ns,
        bounds.wall_ms * ms_ns,
        bounds.memory_bytes,
        bounds.file_bytes,
        bounds.stack_bytes,
        bounds.work_bytes,
        bounds.outputs_bytes,
        bounds.processes,
        bounds.open_files,
        bounds.work_inodes,
        0,
    )


def encode(plan: Plan) -> bytes:
    """Write the layout that jailer/plan.c reads: little endian, strings with length and NUL."""
    head = _u32(
        _MAGIC,
        len(plan.cpus),
        plan.cgroups.version,
        plan.is_rootless,
        plan.has_user_namespace,
        plan.uid_base,
        plan.peer_uid,
        plan.socket_uid,
        plan.cpus_online,
    )
    parts = [
        head,
        struct.pack(f"<{len(plan.cpus)}i", *plan.cpus),
        _encode_bounds(plan.bounds),
        _string(plan.instance),
        _string(str(plan.run_path)),
        _u32(len(plan.cgroups.paths)),
        *(_string(str(path)) for path in plan.cgroups.paths),
        _u32(len(plan.mounts)),
    ]
    for mount in plan.mounts:
        parts += [_u32(mount.kind, mount.is_optional), _string(mount.source), _string(mount.target)]
    parts += [_u32(len(plan.bpf_filter) // 8), plan.bpf_filter]
    return b"".join(parts)
