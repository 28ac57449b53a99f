"""Whose rights the services have: the user `brig`, and what that user must be able to read.

A checkout often lies in a home directory that is closed to others. Instead of opening it, root
gives the services a mount namespace of their own, in which the closed directory is an empty tmpfs
that shows nothing but what they need.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.errors import CannotServe

if TYPE_CHECKING:
    from collections.abc import Iterable

_USER = "brig"
# In systemd's range for dynamic users: no package and no administrator gives it to anybody.
_UID_WITHOUT_USER = 61999
_CLONE_NEWNS = 0x00020000  # linux/sched.h
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18  # linux/mount.h


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The ids that a service runs with."""

    uid: int
    gid: int


def service_user() -> Identity:
    """Return who the services run as: the user `brig` when root starts them, else the caller."""
    if os.geteuid() != 0:
        return Identity(uid=os.geteuid(), gid=os.getegid())
    try:
        entry = pwd.getpwnam(_USER)
    except KeyError:
        return Identity(uid=_UID_WITHOUT_USER, gid=_UID_WITHOUT_USER)
    return Identity(uid=entry.pw_uid, gid=entry.pw_gid)


def become(user: Identity) -> None:
    """Give up root for good in this process; does nothing for others."""
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setresgid(user.gid, user.gid, user.gid)
    os.setresuid(user.uid, user.uid, user.uid)


def needed_paths(data_dir: Path) -> tuple[Path, ...]:
    """List what a service reads: the code, the interpreter, the environment and the data."""
    code = Path(__file__).resolve().parent.parent
    return (code, Path(sys.base_prefix).resolve(), Path(sys.prefix).resolve(), data_dir)


def show_paths(paths: Iterable[Path], user: Identity) -> None:
    """Let `user` reach `paths`, for this process and those that it starts from now on.

    Raises CannotServe when a path itself is closed to `user`.
    """
    wanted = tuple(paths)
    covers = {cover for path in wanted if (cover := first_closed(path.parent, user))}
    if covers and os.geteuid() == 0:
        _cover(covers, _without_nested(wanted))
    for path in wanted:
        if closed := first_closed(path, user):
            raise CannotServe(
                f"the service's user (uid {user.uid}) cannot enter {closed}; "
                f"open it with: chmod o+rx {closed}"
            )


def first_closed(path: Path, user: Identity) -> Path | None:
    """Return the topmost directory on the way to `path` that `user` cannot enter, or None."""
    for directory in (*reversed(path.parents), path):
        if directory.exists() and not _may_enter(directory, user):
            return directory
    return None


def _may_enter(directory: Path, user: Identity) -> bool:
    status = directory.stat()
    if user.uid == 0:
        return True
    if status.st_uid == user.uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == user.gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001)


def _without_nested(paths: Iterable[Path]) -> tuple[Path, ...]:
    unique = set(paths)
    return tuple(sorted(p for p in unique if not unique & set(p.parents)))


def _cover(covers: set[Path], paths: tuple[Path, ...]) -> None:
    """Mount a tmpfs over each closed directory and bind into it the needed paths below it."""
    here = Path.cwd()
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.unshare(_CLONE_NEWNS), "unshare")
    # Else systemd's shared propagation would show the new mounts to the whole host.
    _mount(libc, None, Path("/"), _MS_REC | _MS_PRIVATE)
    # Opened before they are hidden; a bind from /proc/self/fd needs no path.
    sources = {p: os.open(p, os.O_PATH) for p in paths if p.exists() and covers & {*p.parents}}
    try:
        for cover in covers:
            _mount(libc, "tmpfs", cover, _MS_NOSUID | _MS_NODEV)
        for path, fd in sources.items():
            path.mkdir(parents=True)
            _mount(libc, f"/proc/self/fd/{fd}", path, _MS_BIND | _MS_REC)
    finally:
        for fd in sources.values():
            os.close(fd)
    os.chdir(here if here.exists() else "/")


def _mount(libc: ctypes.CDLL, source: str | None, target: Path, flags: int) -> None:
    is_tmpfs = source == "tmpfs"
    result = libc.mount(
        source.encode() if source else None,
        os.fsencode(target),
        b"tmpfs" if is_tmpfs else None,
        ctypes.c_ulong(flags),
        b"mode=755,size=1m" if is_tmpfs else None,
    )
    _check(result, f"mount on {target}")


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise CannotServe(
            f"{what}: {os.strerror(number)}; the service's user cannot read this checkout: "
            "move it to where others may, such as /opt, or run Brig as an ordinary user"
        )
