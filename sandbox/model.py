"""The words of the kernel side: what to run, within which limits, and what the kernel saw.

Knows nothing of languages, verdicts, queues or HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sandbox.sealed import SealedFile

MIB = 1 << 20


class ExitKind(Enum):
    """How a run ended, as the kernel and the counters saw it."""

    EXITED = "exited"
    SIGNALED = "signaled"
    CPU_LIMIT = "cpu_limit"
    WALL_LIMIT = "wall_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    SYSCALL_DENIED = "syscall_denied"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Enforced limits of one run. All must be positive; the jailer refuses what exceeds its own.

    `output_bytes` counts stdout and stderr together. `work_bytes` caps each of the tmpfs mounts
    `/box`, `/tmp` and `/dev/shm`; what they hold counts as memory too. `file_bytes` is
    RLIMIT_FSIZE. `processes` counts threads as well (pids.max), without the jail's own init.
    """

    cpu_ms: int
    wall_ms: int
    memory_bytes: int
    processes: int = 64
    output_bytes: int = 16 * MIB
    file_bytes: int = 64 * MIB
    stack_bytes: int = 256 * MIB
    open_files: int = 256
    work_bytes: int = 256 * MIB
    work_inodes: int = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that stands in the work directory before the program starts.

    `name` is relative, has no `..`, and may contain `/` (directories are made).
    """

    name: str
    content: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSpec:
    """One command for one fresh jail.

    `argv[0]` is an absolute path inside the jail. The work directory `/box` is the current
    directory. With `use_app`, the artefact loaded on this lease is seen read-only at `/app`.
    `outputs` are names below `/box` collected after everything has died: a regular file, or a
    directory when the name ends with `/` (all regular files below it; `./` is all of `/box`).
    """

    argv: tuple[str, ...]
    limits: Limits
    env: tuple[tuple[str, str], ...] = ()
    stdin: SealedFile | None = None
    files: tuple[InputFile, ...] = ()
    use_app: bool = False
    outputs: tuple[str, ...] = ()
    outputs_max_bytes: int = 256 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class DeniedSyscall:
    """The system call that the filter stopped: number, and architecture as AUDIT_ARCH_*."""

    number: int
    arch: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What the kernel saw of one run; every number comes from the cgroup, the pipes or init.

    `exit_code` is set when the main process exited, `signal` when a signal ended it; both are
    None when init itself was killed with everything else. `processes_peak` is None where the
    kernel has no `pids.peak`. `stdout` and `stderr` hold at most the output limit together.
    `archive` is what `RunSpec.outputs` collected, in the layout of `sandbox.archive`, or None
    when nothing was asked for. `missing_outputs` names declared outputs that were not there, not
    regular, unreadable or over the cap.
    """

    kind: ExitKind
    exit_code: int | None
    signal: int | None
    cpu_ms: float
    wall_ms: float
    memory_bytes: int
    limits: Limits
    stdout: bytes = b""
    stderr: bytes = b""
    output_bytes: int = 0
    processes_peak: int | None = None
    processes_limit_hits: int = 0
    oom_kills: int = 0
    work_bytes: int = 0
    denied: DeniedSyscall | None = None
    archive: bytes | None = None
    missing_outputs: tuple[str, ...] = field(default=())


class Slot(Protocol):
    """A leased slot: runs one jail at a time."""

    def run(self, spec: RunSpec) -> RunResult:
        """Run one command in a fresh jail. Raises SandboxError for what is not its own fault."""

    def load(self, artefact: SealedFile) -> None:
        """Unpack an archive (`sandbox.archive`) that later runs see read-only at `/app`."""

    def cancel(self) -> None:
        """End the current run from another thread; `run` raises Cancelled."""


class Sandbox(Protocol):
    """Where slots come from: the jailers of this host."""

    def lease(self, *, wait_s: float | None = None) -> AbstractContextManager[Slot]:
        """Lease a free slot, waiting at most `wait_s` (None: for ever). Raises NoFreeSlot."""
