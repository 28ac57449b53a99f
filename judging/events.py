"""What happens while a submission is judged, told to an observer as it happens.

Plain values; the observer decides whether they become rows, messages or progress bars.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from judging.model import CompileResult, JudgeState, TestResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged:
    """The submission has entered `state` (COMPILING, then RUNNING)."""

    state: JudgeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The compile step has ended; when its verdict is not AC nothing follows."""

    result: CompileResult


@dataclass(frozen=True, slots=True, kw_only=True)
class TestJudged:
    """Test case number `index` (from 1) of `total` has its result; skipped ones are not told."""

    __test__ = False  # not a pytest class

    index: int
    total: int
    result: TestResult


JudgeEvent = StateChanged | Compiled | TestJudged
Observer = Callable[[JudgeEvent], None]


def ignore_events(_event: JudgeEvent) -> None:
    """Do nothing: the observer for callers who wait for the judgement only."""
