"""Judged limits become enforced ones; a caller's limits are checked field by field."""

from __future__ import annotations

import pytest

from judging.errors import InvalidSubmission
from judging.limits import enforced_cpu_ms, enforced_limits, wall_limit_ms
from judging.model import JudgeLimits
from judging.wire import MAXIMUM_LIMITS, caller_limits
from sandbox.model import Limits

PLAN = Limits(cpu_ms=1, wall_ms=1, memory_bytes=1, processes=100, work_inodes=77)


@pytest.mark.parametrize(("judged", "enforced"), [(1, 51), (250, 300), (1_000, 1_200)])
def test_enforced_time_limit_leaves_room_to_measure(judged, enforced):
    assert enforced == enforced_cpu_ms(judged)


@pytest.mark.parametrize(("cpu", "wall"), [(100, 1_200), (1_000, 3_000), (5_000, 11_000)])
def test_wall_limit_follows_from_the_time_limit(cpu, wall):
    assert wall == wall_limit_ms(cpu)


def test_the_judge_overrides_what_problems_limit():
    judged = JudgeLimits(cpu_ms=2_000, wall_ms=7_000, memory_bytes=5, processes=10)
    limits = enforced_limits(judged, PLAN)
    assert (limits.cpu_ms, limits.wall_ms, limits.memory_bytes) == (2_400, 7_000, 5)
    assert (limits.processes, limits.work_inodes) == (100, 77)


@pytest.mark.parametrize(
    "value", [0, -1, 0.5, 1e308, 10**30, float("nan"), float("inf"), "1", True]
)
@pytest.mark.parametrize("field", ["cpu_ms", "wall_ms", "memory_bytes", "output_bytes"])
def test_impossible_limits_are_refused_by_name(field, value):
    with pytest.raises(InvalidSubmission) as caught:
        caller_limits({field: value})
    assert caught.value.field == f"limits.{field}"


def test_unknown_limits_are_refused_by_name():
    with pytest.raises(InvalidSubmission, match="cpu_time_limit"):
        caller_limits({"cpu_time_limit": 1})


def test_limits_lie_over_the_defaults():
    default = JudgeLimits(cpu_ms=7, processes=9)
    limits = caller_limits({"cpu_ms": 3.0, "wall_ms": None}, default=default)
    assert limits == JudgeLimits(cpu_ms=3, processes=9)


def test_the_maximum_itself_is_allowed():
    limits = caller_limits({"cpu_ms": MAXIMUM_LIMITS.cpu_ms})
    assert MAXIMUM_LIMITS.cpu_ms == limits.cpu_ms
