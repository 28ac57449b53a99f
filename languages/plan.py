"""A definition and a submission's names become one command: placeholders are filled in here.

Names come from strangers: a source stands with `./` or `/app/` before it, so that no compiler or
interpreter takes it for an option or a response file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from languages.model import StepPlan
from sandbox.model import MIB

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from languages.definition import Step

_HEAP_MIN_MIB = 16


def plan_step(
    step: Step,
    *,
    sources: Sequence[str],
    files: Sequence[str],
    entry: str | None,
    memory_bytes: int,
) -> StepPlan:
    """Fill in a step's placeholders; everything given has been checked."""
    numbers = {
        "{memory_mib}": str(max(memory_bytes // MIB, 1)),
        "{heap_mib}": str(_heap_mib(step, memory_bytes)),
    }
    lists = {"{sources}": [f"./{name}" for name in sources], "{files}": list(files)}

    def fill(word: str) -> Iterator[str]:
        if word in lists:
            yield from lists[word]
            return
        for placeholder, number in numbers.items():
            word = word.replace(placeholder, number)
        # Last, so that a file called {heap_mib}.py stays what it is.
        yield word.replace("{entry}", entry or "")

    return StepPlan(
        argv=tuple(filled for word in step.argv for filled in fill(word)),
        env=tuple((name, next(fill(value))) for name, value in step.env),
        outputs=tuple(filled for word in step.outputs for filled in fill(word)),
        limits=step.limits,
    )


def _heap_mib(step: Step, memory_bytes: int) -> int:
    """Return what the runtime may use as its heap: a part of the limit, less its own needs."""
    share_bytes = memory_bytes * (step.heap_percent or 100) // 100 - step.heap_reserve_bytes
    return max(share_bytes // MIB, _HEAP_MIN_MIB)
