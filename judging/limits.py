"""From the limits a problem names to the limits a jail enforces.

The judged time limit is compared with the measured CPU time; the enforced one is larger, so that
a program that ends by itself just above the limit is still measured and gets its true number.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from judging.model import JudgeLimits
    from sandbox.model import Limits

_CPU_FACTOR = 1.2
_CPU_EXTRA_MS = 50
_WALL_FACTOR = 2
_WALL_EXTRA_MS = 1_000


def enforced_cpu_ms(cpu_ms: int) -> int:
    """CPU time after which the jail ends a program whose time limit is `cpu_ms`."""
    return max(math.ceil(cpu_ms * _CPU_FACTOR), cpu_ms + _CPU_EXTRA_MS)


def wall_limit_ms(cpu_ms: int) -> int:
    """Wall limit where none is given: twice the time limit and a second, as CMS has it.

    A busy host stretches elapsed time, and the enforced CPU limit is 1.2 times the judged one: with
    less, a program that only computes would now and then meet the wall first.
    """
    return _WALL_FACTOR * cpu_ms + _WALL_EXTRA_MS


def judged_wall_ms(limits: JudgeLimits) -> int:
    """Return the wall limit that is given, or the one that follows from the time limit."""
    return limits.wall_ms if limits.wall_ms is not None else wall_limit_ms(limits.cpu_ms)


def enforced_limits(judged: JudgeLimits, plan: Limits) -> Limits:
    """Limits of a run step: the judge's, on top of what the language's plan says of the rest.

    A runtime starts threads of its own, which its plan allows for, so the process limit is never
    below the plan's.
    """
    return replace(
        plan,
        cpu_ms=enforced_cpu_ms(judged.cpu_ms),
        wall_ms=judged_wall_ms(judged),
        memory_bytes=judged.memory_bytes,
        processes=max(judged.processes, plan.processes),
        output_bytes=judged.output_bytes,
        file_bytes=judged.file_bytes,
        stack_bytes=judged.stack_bytes,
        open_files=max(judged.open_files, plan.open_files),
    )


def enforced_compile_limits(judged: JudgeLimits, plan: Limits) -> Limits:
    """Limits of a compile step: the problem's time, memory and output, the plan's everything else.

    No margin above the time: a compiler that is stopped has no time worth knowing.
    """
    return replace(
        plan,
        cpu_ms=judged.cpu_ms,
        wall_ms=judged_wall_ms(judged),
        memory_bytes=judged.memory_bytes,
        output_bytes=judged.output_bytes,
    )
