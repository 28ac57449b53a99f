"""Says which layers of a jail this host can keep, and what it lacks: cause and cure.

Nothing is switched off for what is missing: a host that lacks a needed layer takes no work.
"""

from __future__ import annotations

import ctypes.util
import os
import platform
import stat
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.cgroup import find_cgroups, limits_swap
from sandbox.client import connect
from sandbox.errors import SandboxError, UnsupportedHost
from sandbox.model import ExitKind, Limits, RunSpec
from sandbox.supervisor import JAILER_PATH, JailerConfig, has_user_namespaces, start_jailers

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.model import RunResult

# clone3 into a cgroup 5.7, faccessat2 5.8, mount_setattr 5.12, cgroup.kill and others 5.14.
_KERNEL_MIN = (5, 14)


class Mode(Enum):
    """How this host makes jails."""

    FULL = "full"  # root: own uids, worker and jailer apart
    USERNS = "userns"  # an ordinary user in a delegated cgroup v2 subtree
    REFUSED = "refused"  # a needed layer is missing: no work is taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer: what was found, and the cure where it is missing."""

    name: str
    is_present: bool
    is_needed: bool
    found: str
    cure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The whole table; mode REFUSED when a needed layer is missing."""

    mode: Mode
    layers: tuple[Layer, ...]


def diagnose(config: JailerConfig) -> Diagnosis:
    """Look at the host, then run one program in a jail and look at it from inside."""
    layers = [check(config) for check in _CHECKS]
    if all(layer.is_present for layer in layers if layer.is_needed):
        layers += _look_inside(config)
    is_refused = any(layer.is_needed and not layer.is_present for layer in layers)
    working = Mode.FULL if os.geteuid() == 0 else Mode.USERNS
    return Diagnosis(mode=Mode.REFUSED if is_refused else working, layers=tuple(layers))


def _check_kernel(_config: JailerConfig) -> Layer:
    release = platform.release()
    numbers = tuple(int(part) for part in release.split("-")[0].split(".")[:2])
    return Layer(
        name="kernel",
        is_present=numbers >= _KERNEL_MIN and platform.system() == "Linux",
        is_needed=True,
        found=f"Linux {release} on {platform.machine()}",
        cure=f"Linux {_KERNEL_MIN[0]}.{_KERNEL_MIN[1]} or newer",
    )


def _check_jailer(_config: JailerConfig) -> Layer:
    try:
        status = JAILER_PATH.stat()
    except FileNotFoundError:
        found, is_good = "not built", False
    else:
        is_writable = bool(status.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
        is_good = not is_writable and (os.geteuid() != 0 or status.st_uid == 0)
        found = str(JAILER_PATH) if is_good else f"{JAILER_PATH} can be written by others than root"
    return Layer(
        name="jailer", is_present=is_good, is_needed=True, found=found, cure="run `make setup`"
    )


def _check_cgroups(config: JailerConfig) -> Layer:
    try:
        layout = find_cgroups(is_root=os.geteuid() == 0, override=config.cgroup)
    except UnsupportedHost as error:
        cause, _, cure = error.missing[0].partition("; ")
        return Layer(name="cgroups", is_present=False, is_needed=True, found=cause, cure=cure)
    paths = ", ".join(str(path) for path in layout.paths)
    return Layer(
        name="cgroups", is_present=True, is_needed=True, found=f"v{layout.version}: {paths}"
    )


def _check_user_namespaces(_config: JailerConfig) -> Layer:
    is_open = has_user_namespaces()
    return Layer(
        name="user namespaces",
        is_present=is_open,
        is_needed=os.geteuid() != 0,
        found="open to processes without rights" if is_open else "closed",
        cure="sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), "
        "kernel.unprivileged_userns_clone=1 (Debian), user.max_user_namespaces > 0",
    )


def _check_seccomp(_config: JailerConfig) -> Layer:
    actions = _read("/proc/sys/kernel/seccomp/actions_avail").split()
    library = ctypes.util.find_library("seccomp")
    return Layer(
        name="seccomp",
        is_present="user_notif" in actions and library is not None,
        is_needed=True,
        found=f"{library or 'libseccomp is missing'}, actions: {' '.join(actions) or 'none'}",
        cure="apt-get install libseccomp2; a kernel with CONFIG_SECCOMP_FILTER",
    )


def _check_swap(config: JailerConfig) -> Layer:
    has_swap = len(_read("/proc/swaps").splitlines()) > 1
    try:
        is_limited = limits_swap(find_cgroups(is_root=os.geteuid() == 0, override=config.cgroup))
    except (UnsupportedHost, OSError):
        is_limited = not has_swap
    return Layer(
        name="swap",
        is_present=is_limited,
        is_needed=True,
        found="none" if not has_swap else "limited per jail" if is_limited else "not limited",
        cure="swapoff -a, or boot with swapaccount=1",
    )


_CHECKS: tuple[Callable[[JailerConfig], Layer], ...] = (
    _check_kernel,
    _check_jailer,
    _check_cgroups,
    _check_user_namespaces,
    _check_seccomp,
    _check_swap,
)


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _look_inside(config: JailerConfig) -> list[Layer]:
    """Run `cat /proc/self/status` in a jail: the layers as the kernel shows them to a program."""
    spec = RunSpec(
        argv=("/usr/bin/cat", "/proc/self/status"),
        limits=Limits(cpu_ms=2_000, wall_ms=10_000, memory_bytes=64 << 20, processes=4),
    )
    try:
        with start_jailers(config) as jailers, connect(jailers.run_path).lease(wait_s=10) as slot:
            return _layers_of(slot.run(spec))
    except SandboxError as error:
        return [_inner("a jail", is_present=False, found=str(error))]


def _layers_of(result: RunResult) -> list[Layer]:
    lines = result.stdout.decode(errors="replace").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    capabilities = int(status.get("CapEff", "1"), 16) | int(status.get("CapPrm", "1"), 16)
    uid = status.get("Uid", "0").split("\t")[0]
    return [
        _inner(
            "a jail",
            is_present=result.kind is ExitKind.EXITED and result.exit_code == 0,
            found=f"ran a program in {result.wall_ms:.1f} ms",
        ),
        _inner("filter loaded", is_present=status.get("Seccomp") == "2", found="seccomp mode 2"),
        _inner("no_new_privs", is_present=status.get("NoNewPrivs") == "1", found="set"),
        _inner("no capabilities", is_present=capabilities == 0, found=f"{capabilities:#x}"),
        _inner("own uid", is_present=uid != "0", found=f"reads as {uid} inside"),
        _inner("own pid namespace", is_present=status.get("PPid") == "1", found="init is pid 1"),
    ]


def _inner(name: str, *, is_present: bool, found: str) -> Layer:
    return Layer(name=name, is_present=is_present, is_needed=True, found=found, cure="see the log")
