"""Small programs for jail tests: Python and shell, with small limits."""

from __future__ import annotations

from sandbox.model import Limits, RunSpec


def limits(**changed) -> Limits:
    """Small limits for tests; each test changes the one it is about."""
    values = {"cpu_ms": 1_000, "wall_ms": 5_000, "memory_bytes": 64 << 20, "processes": 16}
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
