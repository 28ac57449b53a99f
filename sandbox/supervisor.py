"""Starts the jailers of this host and stops them again.

The only Python that runs with rights: it checks the host, exports the filter, writes the plan and
starts `brig-jailer --supervise`. It reads nothing that a user wrote.
"""

from __future__ import annotations

import os
import secrets
import select
import stat
import subprocess
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox import policy
from sandbox.cgroup import find_cgroups, limits_swap
from sandbox.errors import CleanupError, SandboxError, UnsupportedHost
from sandbox.plan import Bounds, Plan, encode, system_mounts
from sandbox.sealed import SealedFile

if TYPE_CHECKING:
    from collections.abc import Iterator

JAILER_PATH = Path(__file__).parent / "jailer" / "brig-jailer"
_START_MAX_S = 60.0
_STOP_MAX_S = 30.0
# Between systemd's container range (ends at 0x6FFFFFFF) and its foreign images (0x7FFE0000):
# nobody hands these out (systemd, UIDS-GIDS.md).
_UID_FIRST = 0x70000000
_UIDS_PER_INSTANCE = 512
_UID_RANGES = 0x60000


@dataclass(frozen=True, slots=True, kw_only=True)
class JailerConfig:
    """What people may choose: number of slots, where sockets live, who may lease a slot."""

    slots: int
    run_dir: Path | None = None  # None: /run/brig for root, else the user's run directory
    cgroup: Path | None = None  # a delegated cgroup v2 directory
    client_uid: int | None = None  # None: the user that starts the jailers
    log_fd: int | None = None  # where the jailers' rare messages go; None: kept for errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Jailers:
    """Running jailers: their sockets are in `run_path`, `pid` is the supervisor's."""

    run_path: Path
    pid: int
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class _Supervisor:
    """The process, the pipe whose end ends it, and the pipe on which it says `ready`."""

    process: subprocess.Popen[bytes]
    lifeline_fd: int
    status_fd: int


def make_plan(config: JailerConfig) -> Plan:
    """Look at the host and decide what every jail gets. Raises UnsupportedHost."""
    is_root = os.geteuid() == 0
    client_uid = os.geteuid() if config.client_uid is None else config.client_uid
    instance = f"brig-{secrets.token_hex(6)}"
    online = sorted(os.sched_getaffinity(0))
    cgroups = find_cgroups(is_root=is_root, override=config.cgroup)
    if not limits_swap(cgroups):
        cause = "this host has swap that its cgroups do not limit"
        raise UnsupportedHost((f"{cause}; swapoff -a, or boot with swapaccount=1",))
    return Plan(
        instance=instance,
        run_path=_run_dir(config) / instance,
        cgroups=cgroups,
        cpus=tuple(online[slot % len(online)] for slot in range(config.slots)),
        cpus_online=len(online),
        is_rootless=not is_root,
        has_user_namespace=has_user_namespaces(),
        uid_base=_UID_FIRST + zlib.crc32(instance.encode()) % _UID_RANGES * _UIDS_PER_INSTANCE,
        # Inside the jailer's user namespace the service's own uid reads as 0.
        peer_uid=client_uid if is_root else 0,
        socket_uid=client_uid,
        bpf_filter=policy.export_filter(),
        mounts=system_mounts(is_rootless=not is_root),
        bounds=Bounds(),
    )


def has_user_namespaces() -> bool:
    """Say whether a process without rights may make a user namespace on this host."""
    return (
        _setting("/proc/sys/user/max_user_namespaces", absent=1) > 0
        and _setting("/proc/sys/kernel/unprivileged_userns_clone", absent=1) == 1
        and _setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", absent=0) == 0
    )


def _setting(path: str, *, absent: int) -> int:
    try:
        return int(Path(path).read_text())
    except FileNotFoundError:
        return absent


@contextmanager
def start_jailers(config: JailerConfig) -> Iterator[Jailers]:
    """Run jailers for the time of the context; nothing of them stays behind.

    Raises UnsupportedHost when they cannot start, CleanupError when something could not be
    removed. The jailers end when this process does, even by SIGKILL.
    """
    if not JAILER_PATH.exists():
        raise UnsupportedHost((f"{JAILER_PATH} is not built; run `make setup`",))
    plan = make_plan(config)
    _make_run_dir(plan.run_path.parent)
    with SealedFile.from_bytes(encode(plan)) as sealed, _log(config) as log_fd:
        supervisor = _spawn(sealed, log_fd)
        try:
            _await_ready(supervisor, log_fd)
            yield Jailers(run_path=plan.run_path, pid=supervisor.process.pid, plan=plan)
        except SandboxError as error:
            if words := _last_words(log_fd):
                error.add_note(words)
            raise
        finally:
            _stop(supervisor, log_fd)


def _run_dir(config: JailerConfig) -> Path:
    if config.run_dir is not None:
        return config.run_dir
    if os.geteuid() == 0:
        return Path("/run/brig")
    user_dir = Path(f"/run/user/{os.geteuid()}")
    return user_dir / "brig" if user_dir.is_dir() else Path(f"/tmp/brig-{os.geteuid()}")


def _make_run_dir(path: Path) -> None:
    """Make it, or see that nobody else could replace what we make, mount on and chown in it."""
    path.mkdir(parents=True, exist_ok=True)
    status = path.stat()
    is_open = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX
    if status.st_uid not in {0, os.geteuid()} or is_open:
        cause = f"others could replace the jailers' sockets in {path}"
        raise UnsupportedHost((f"{cause}; remove it, or set BRIG_RUN_DIR to another directory",))


@contextmanager
def _log(config: JailerConfig) -> Iterator[int]:
    if config.log_fd is not None:
        yield config.log_fd
        return
    fd = os.memfd_create("brig-jailer-log", os.MFD_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


def _spawn(plan: SealedFile, log_fd: int) -> _Supervisor:
    plan_fd = plan.open_reader()
    their_lifeline, lifeline_fd = os.pipe2(os.O_CLOEXEC)
    status_fd, their_status = os.pipe2(os.O_CLOEXEC)
    try:
        process = subprocess.Popen(
            [JAILER_PATH, "--supervise", str(plan_fd)],
            stdin=their_lifeline,
            stdout=their_status,
            stderr=log_fd,
            pass_fds=(plan_fd,),
            env={},
            cwd="/",
        )
    finally:
        for fd in (plan_fd, their_lifeline, their_status):
            os.close(fd)
    return _Supervisor(process=process, lifeline_fd=lifeline_fd, status_fd=status_fd)


def _await_ready(supervisor: _Supervisor, log_fd: int) -> None:
    readable, _, _ = select.select([supervisor.status_fd], [], [], _START_MAX_S)
    if not readable or os.read(supervisor.status_fd, 16) != b"ready\n":
        raise UnsupportedHost((_last_words(log_fd) or "the jailer ended without a word",))


def _stop(supervisor: _Supervisor, log_fd: int) -> None:
    os.close(supervisor.lifeline_fd)  # it ends everything and cleans up
    os.close(supervisor.status_fd)
    try:
        code = supervisor.process.wait(_STOP_MAX_S)
    except subprocess.TimeoutExpired:
        supervisor.process.kill()
        supervisor.process.wait()
        raise CleanupError("the jailers did not stop in time and were killed") from None
    if code != 0 and "could not be removed" in _last_words(log_fd):
        raise CleanupError(_last_words(log_fd))


def _last_words(log_fd: int) -> str:
    try:
        size = os.fstat(log_fd).st_size
        data = os.pread(log_fd, 4096, max(0, size - 4096))
    except OSError:
        return ""  # the log is a pipe or a terminal: it was said there
    return data.decode(errors="replace").strip()
