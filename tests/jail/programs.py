"""Small programs for jail tests: Python and shell, with small limits."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sandbox.model import Limits, RunSpec

_REQUEST_BYTES = 96  # struct request in jailer.h; its last field is strings_bytes


@cache
def slowness() -> int:
    """How much slower page faults and process starts are: user-mode Linux pays ten times more."""
    return 10 if "User Mode Linux" in Path("/proc/cpuinfo").read_text() else 1


def limits(**changed) -> Limits:
    """Small limits for tests; each test changes the one it is about."""
    values = {
        "cpu_ms": 1_000 * slowness(),
        "wall_ms": 5_000 * slowness(),
        "memory_bytes": 64 << 20,
        "processes": 16,
    }
    return Limits(**{**values, **changed})


def python(code: str, *, stdin=None, files=(), outputs=(), **changed) -> RunSpec:
    """A Python program in a jail with small limits."""
    return RunSpec(
        argv=("/usr/bin/python3", "-c", code),
        limits=limits(**changed),
        stdin=stdin,
        files=files,
        outputs=outputs,
    )


def shell(command: str, *, stdin=None, files=(), outputs=(), **changed) -> RunSpec:
    """A shell command in a jail with small limits."""
    return RunSpec(
        argv=("/usr/bin/sh", "-c", command),
        limits=limits(**changed),
        stdin=stdin,
        files=files,
        outputs=outputs,
    )


def without_strings(request: bytes) -> bytes:
    """Cut a PREPARE behind its numbers: it promises an argv, and has no bytes for it."""
    return request[: _REQUEST_BYTES - 4] + bytes(4)
