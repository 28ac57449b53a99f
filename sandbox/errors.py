"""What can go wrong with the host or the jail. The program's own fault is never one of these.

SandboxError
├── SetupError        a step of building the jail failed (step, errno)
├── UnsupportedHost   this host cannot enforce a promise; cause and cure are named
├── ProtocolError     the jailer or its caller broke the agreed layout
├── NoFreeSlot        every slot is leased by somebody else
├── Cancelled         the holder of the lease asked for the end of the run
└── CleanupError      something of a jail stayed behind
"""

from __future__ import annotations

import os


class SandboxError(Exception):
    """Superclass, never raised directly."""


class SetupError(SandboxError):
    """Raised when the jail could not be built or the program could not be started."""

    def __init__(self, step: str, errno: int, detail: str = "") -> None:
        self.step = step
        self.errno = errno
        self.detail = detail
        tail = f" ({detail})" if detail else ""
        super().__init__(f"jail set-up failed at {step}: {os.strerror(errno)}{tail}")


class UnsupportedHost(SandboxError):
    """Raised when this host cannot keep a promise; lists what is missing, why, and the cure."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__("this host cannot run jails:\n" + "\n".join(f"- {m}" for m in missing))


class ProtocolError(SandboxError):
    """Raised when a message between client and jailer is malformed, or the jailer hung up."""


class NoFreeSlot(SandboxError):
    """Raised when no slot could be leased in the time given."""


class Cancelled(SandboxError):
    """Raised out of `run` after `cancel` was called on the lease."""


class CleanupError(SandboxError):
    """Raised when a process, cgroup or mount of a finished jail could not be removed."""
