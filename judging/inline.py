"""A problem made on the spot: a program with its input, and what it should print if known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from judging.compare import parse_flags
from judging.errors import InvalidSubmission
from judging.model import Checker, CheckerKind, JudgeLimits, Problem, TestCase

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TEST_CASES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineTest:
    """One test case as a caller sends it; without an expected output any clean exit is AC."""

    stdin: bytes = b""
    expected_output: bytes | None = None


def inline_problem(
    tests: Sequence[InlineTest], limits: JudgeLimits, *, checker_flags: Sequence[str] = ()
) -> Problem:
    """Build a problem from test cases named `1`, `2`, ...; all may be shown to their sender.

    Raises InvalidSubmission for no or too many test cases, and for flags that the default
    validator does not have.
    """
    if not tests:
        raise InvalidSubmission("test_cases", "there must be at least one test case")
    if len(tests) > MAX_TEST_CASES:
        raise InvalidSubmission("test_cases", f"there may be at most {MAX_TEST_CASES} test cases")
    try:
        parse_flags(checker_flags)
    except ValueError as error:
        raise InvalidSubmission("checker_flags", str(error)) from error
    cases = tuple(
        TestCase(
            name=str(number),
            input=test.stdin,
            answer=test.expected_output,
            is_sample=True,
            checker=None if test.expected_output is not None else Checker(kind=CheckerKind.NONE),
        )
        for number, test in enumerate(tests, start=1)
    )
    return Problem(
        name="inline",
        title="",
        limits=limits,
        checker=Checker(kind=CheckerKind.TOKENS, flags=tuple(checker_flags)),
        test_cases=cases,
        code_bytes=None,
    )


def run_problem(stdin: bytes, expected_output: bytes | None, limits: JudgeLimits) -> Problem:
    """Build the problem of a submission without one: its input, and maybe what it should print."""
    return inline_problem([InlineTest(stdin=stdin, expected_output=expected_output)], limits)
