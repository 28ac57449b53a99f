"""Is the output right? The default validator in this process, others in a jail of their own.

An output validator speaks by its exit code alone: 42 accepts, 43 rejects, anything else is the
problem setter's fault and never a verdict on the program. What it writes is text for people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from judging.compare import first_difference, parse_flags
from judging.errors import CheckerCrashed
from judging.model import Checker, CheckerKind, Explanation, Verdict
from judging.programs import Program, ProgramRun, build_program
from judging.verdicts import run_verdict, signal_name
from sandbox import archive
from sandbox.model import ExitKind, InputFile
from sandbox.sealed import SealedFile

if TYPE_CHECKING:
    from pathlib import Path

    from judging.model import Problem, TestCase
    from judging.runner import Runner
    from judging.tools import Tools
    from sandbox.model import RunResult

EXIT_ACCEPT = 42
EXIT_REJECT = 43
MESSAGE_MAX_BYTES = 64 << 10
_FEEDBACK = "feedback/"
_COLLECTED = tuple(
    _FEEDBACK + name for name in ("judgemessage.txt", "teammessage.txt", "score.txt")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A checker's word on one output: AC or WA, with messages for jury and contestant."""

    verdict: Verdict
    explanation: Explanation | None = None
    judge_message: str = ""
    team_message: str = ""


_ACCEPTED = CheckResult(verdict=Verdict.AC)


class OutputChecker:
    """Checks the outputs of one submission; its programs are built once, when it is made ready."""

    def __init__(self, problem: Problem, tools: Tools, runner: Runner) -> None:
        self._problem = problem
        self._tools = tools
        self._runner = runner
        self._programs: dict[Path, Program] = {}

    def make_ready(self) -> None:
        """Build every program that some test case needs. Raises CheckerCrashed, SandboxError."""
        for test_case in self._problem.test_cases:
            checker = self._checker_of(test_case)
            if checker.kind is CheckerKind.CUSTOM:
                if not checker.program_paths:
                    raise CheckerCrashed("the problem names no output validator")
                for path in checker.program_paths:
                    self._program(path)

    def check(self, test_case: TestCase, output: bytes) -> CheckResult:
        """Judge the output of a run that ended well. Raises CheckerCrashed, SandboxError."""
        checker = self._checker_of(test_case)
        match checker.kind:
            case CheckerKind.NONE:
                return _ACCEPTED
            case CheckerKind.TOKENS:
                return check_tokens(test_case, output, checker.flags)
            case CheckerKind.CUSTOM:
                return self._check_custom(checker, test_case, output)
        assert_never(checker.kind)

    def _checker_of(self, test_case: TestCase) -> Checker:
        return test_case.checker or self._problem.checker

    def _program(self, path: Path) -> Program:
        if path not in self._programs:
            self._programs[path] = build_program(path, self._problem, self._tools, self._runner)
        return self._programs[path]

    def _check_custom(self, checker: Checker, test_case: TestCase, output: bytes) -> CheckResult:
        if test_case.answer is None:
            raise CheckerCrashed(f"test case {test_case.name} has no answer for its validator")
        files = (
            InputFile(name="input.in", content=_content(test_case.input)),
            InputFile(name="answer.ans", content=_content(test_case.answer)),
            InputFile(name=_FEEDBACK + ".keep", content=b""),  # makes the directory
        )
        result = _ACCEPTED
        with SealedFile.from_bytes(output) as stdin:
            what = ProgramRun(
                args=("/box/input.in", "/box/answer.ans", f"/box/{_FEEDBACK}", *checker.flags),
                stdin=stdin,
                files=files,
                outputs=_COLLECTED,
            )
            for path in checker.program_paths:
                program = self._program(path)
                run = program.run(what, self._problem.validation, self._runner)
                result = validator_result(program.name, run, self._problem)
                if result.verdict is not Verdict.AC:
                    break
        return result


def check_tokens(test_case: TestCase, output: bytes, flags: tuple[str, ...]) -> CheckResult:
    """Compare with the default validator.

    Raises CheckerCrashed for flags it does not have, and where there is no answer to read: whoever
    wants every output accepted says CheckerKind.NONE.
    """
    if test_case.answer is None:
        raise CheckerCrashed(f"test case {test_case.name} has no answer to compare with")
    try:
        difference = first_difference(output, test_case.answer, parse_flags(flags))
    except (ValueError, OSError) as error:
        raise CheckerCrashed(f"the output cannot be compared: {error}") from error
    if difference is None:
        return _ACCEPTED
    # The contestant learns the contents of samples only.
    text = str(difference) if test_case.is_sample else f"{difference.place}: {difference.what}."
    if not test_case.is_sample and difference.what.startswith("the numbers"):
        text = f"{difference.place}: the numbers differ by more than is allowed."
    return CheckResult(
        verdict=Verdict.WA,
        explanation=Explanation(reason="difference", text=text),
        judge_message=str(difference),
    )


def validator_result(name: str, run: RunResult, problem: Problem) -> CheckResult:
    """Turn a validator's run into its word. Raises CheckerCrashed for all but 42 and 43."""
    judged = run_verdict(run, problem.validation)
    exit_code = run.exit_code if run.kind is ExitKind.EXITED else None
    over_limit = judged.verdict not in {Verdict.AC, Verdict.RTE}
    messages = _messages(run)
    if over_limit or exit_code not in {EXIT_ACCEPT, EXIT_REJECT}:
        raise CheckerCrashed(_crash_text(name, run, messages))
    if "score.txt" in messages:
        raise CheckerCrashed(f"output validator {name} wrote score.txt, but nothing is scored here")
    judge_message = _decode(messages.get("judgemessage.txt", b""))
    team_message = _decode(messages.get("teammessage.txt", b""))
    if exit_code == EXIT_ACCEPT:
        return CheckResult(
            verdict=Verdict.AC, judge_message=judge_message, team_message=team_message
        )
    return CheckResult(
        verdict=Verdict.WA,
        explanation=Explanation(
            reason="checker", text=f"The output validator {name} rejected the output."
        ),
        judge_message=judge_message,
        team_message=team_message,
    )


def _messages(run: RunResult) -> dict[str, bytes]:
    if run.archive is None:
        return {}
    return {file.name.removeprefix(_FEEDBACK): file.content for file in archive.unpack(run.archive)}


def _crash_text(name: str, run: RunResult, messages: dict[str, bytes]) -> str:
    match run.kind:
        case ExitKind.EXITED:
            how = f"ended with exit code {run.exit_code}; only 42 and 43 mean something"
        case ExitKind.SIGNALED:
            how = f"was ended by {signal_name(run.signal) or 'an unknown signal'}"
        case ExitKind.CPU_LIMIT | ExitKind.WALL_LIMIT:
            how = "took longer than its time limit"
        case ExitKind.MEMORY_LIMIT:
            how = "reached its memory limit"
        case ExitKind.OUTPUT_LIMIT:
            how = "wrote more than its output limit"
        case ExitKind.SYSCALL_DENIED:
            how = "made a forbidden system call"
        case _:
            assert_never(run.kind)
    said = _decode(messages.get("judgemessage.txt", b"") or run.stderr[:MESSAGE_MAX_BYTES])
    return f"output validator {name} {how}" + (f"\n{said}" if said else "")


def _decode(message: bytes) -> str:
    """Decode words for people; NUL cannot be stored as text everywhere."""
    return message[:MESSAGE_MAX_BYTES].decode("utf-8", "replace").replace("\0", "\ufffd")


def _content(data: bytes | Path) -> bytes:
    return data if isinstance(data, bytes) else data.read_bytes()
