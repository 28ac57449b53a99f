"""Does a package keep its own promises? Every jury submission against what its folder expects.

The time limit is the package's, or follows from its accepted submissions by the rule of the legacy
format. Input validators must accept every input. Everything runs in jails, over as many slots as
the caller says are free.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from enum import Enum
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from judging.checkers import EXIT_ACCEPT, OutputChecker
from judging.errors import CheckerCrashed, PackageMistake
from judging.judge import JudgeRequest, judge
from judging.model import Explanation, Submission, Verdict
from judging.packages.jury import CRASHES, Expectation
from judging.programs import Program, ProgramRun, build_program
from judging.runner import Runner
from judging.verdicts import format_ms, run_verdict, signal_name
from languages.errors import BadSources, LanguageError
from sandbox.model import ExitKind
from sandbox.sealed import SealedFile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from judging.model import Judgement, Problem, TestResult
    from judging.packages.jury import JurySubmission
    from judging.packages.package import Package
    from judging.packages.testdata import PackageTest
    from judging.tools import Tools
    from sandbox.model import RunResult

# An accepted submission may take this long while no time limit is known.
INFERENCE_CPU_MS = 60_000
_STDERR_SHOWN = 500

_T = TypeVar("_T")
_R = TypeVar("_R")


class CheckStatus(Enum):
    """Whether a jury submission got what it should; SKIPPED ones could not be judged here."""

    OK = "ok"
    DIFFERS = "differs"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionCheck:
    """One jury submission judged; `reason` says what differs or why it was skipped."""

    submission: JurySubmission
    status: CheckStatus
    language: str | None = None
    judgement: Judgement | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """The time limit in force, and where it comes from."""

    cpu_ms: int
    is_inferred: bool
    slowest_accepted_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Everything found; `mistakes` break the package, `warnings` do not."""

    time_limit: TimeLimit | None
    checks: tuple[SubmissionCheck, ...]
    mistakes: tuple[PackageMistake, ...]
    warnings: tuple[PackageMistake, ...]

    @property
    def is_ok(self) -> bool:
        """Say whether nothing differs and nothing is broken."""
        return not self.mistakes and all(c.status is not CheckStatus.DIFFERS for c in self.checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One more step of `total` is done; `name` says which."""

    name: str
    done: int
    total: int


def ignore_progress(_progress: Progress) -> None:
    """Do nothing: for callers who wait for the end only."""


def verify(
    package: Package,
    tools: Tools,
    *,
    parallel: int = 1,
    observer: Callable[[Progress], None] = ignore_progress,
) -> Verification:
    """Verify a package on `parallel` slots, telling `observer` each step (one at a time).

    Raises SandboxError when programs of the package cannot be run at all.
    """
    return _Verifying(package, tools, parallel, observer).verify()


def infer_time_limit(package: Package, tools: Tools, *, parallel: int = 1) -> TimeLimit | None:
    """Return the package's time limit, judging its accepted submissions where it gives none.

    None means that no accepted submission could be judged.
    """
    verifying = _Verifying(package, tools, parallel, ignore_progress)
    return verifying.find_time_limit(verifying.judge_accepted())


def with_time_limit(problem: Problem, cpu_ms: int) -> Problem:
    """Return the problem under a time limit that its package does not give."""
    limits = replace(problem.limits, cpu_ms=cpu_ms)
    return replace(problem, limits=limits, time_limit_is_given=True)


class _Verifying:
    """One package on its way through verification."""

    def __init__(
        self,
        package: Package,
        tools: Tools,
        parallel: int,
        observer: Callable[[Progress], None],
    ) -> None:
        self._package = package
        self._tools = tools
        self._parallel = max(1, parallel)
        self._observer = observer
        self._done = 0
        self._lock = Lock()
        self._warnings = list(package.warnings)
        self._total = len(package.jury_submissions)
        if package.input_validators:
            self._total += len(package.tests)

    def verify(self) -> Verification:
        mistakes = self._broken_validators() or self._bad_inputs()
        if mistakes:
            return self._result(None, (), tuple(mistakes))
        accepted = self.judge_accepted()
        time_limit = self.find_time_limit(accepted)
        if time_limit is None:
            nothing = _mistake("submissions/accepted", "no accepted submission could be judged")
            return self._result(None, accepted, (nothing,))
        others = self._judge_others(time_limit)
        return self._result(time_limit, accepted + others, ())

    def judge_accepted(self) -> tuple[SubmissionCheck, ...]:
        problem = self._package.problem
        if not problem.time_limit_is_given:
            problem = with_time_limit(problem, INFERENCE_CPU_MS)
        submissions = self._submissions(accepted=True)
        return tuple(self._map(lambda s: self._judge_one(s, problem), submissions))

    def find_time_limit(self, accepted: Sequence[SubmissionCheck]) -> TimeLimit | None:
        """Apply the legacy rule: the slowest accepted times the multiplier, up to whole seconds."""
        judgements = [c.judgement for c in accepted if c.judgement is not None]
        times = [j.cpu_ms for j in judgements if j.verdict is Verdict.AC]
        slowest_ms = max(times, default=None)
        if self._package.problem.time_limit_is_given:
            return TimeLimit(
                cpu_ms=self._package.problem.limits.cpu_ms,
                is_inferred=False,
                slowest_accepted_ms=slowest_ms,
            )
        if slowest_ms is None:
            return None
        seconds = max(1, math.ceil(slowest_ms * self._package.time_multiplier / 1_000))
        return TimeLimit(cpu_ms=seconds * 1_000, is_inferred=True, slowest_accepted_ms=slowest_ms)

    def _judge_others(self, time_limit: TimeLimit) -> tuple[SubmissionCheck, ...]:
        problem = with_time_limit(self._package.problem, time_limit.cpu_ms)
        margin_ms = math.ceil(time_limit.cpu_ms * self._package.time_safety_margin)
        with_margin = with_time_limit(self._package.problem, margin_ms)

        def check(submission: JurySubmission) -> SubmissionCheck:
            # A limit that was inferred must lie well below what the slow submissions take.
            is_slow = submission.expectation is Expectation.TIME_LIMIT_EXCEEDED
            if is_slow and time_limit.is_inferred:
                return self._judge_one(submission, with_margin, time_limit.cpu_ms)
            return self._judge_one(submission, problem)

        return tuple(self._map(check, self._submissions(accepted=False)))

    def _submissions(self, *, accepted: bool) -> list[JurySubmission]:
        return [
            s
            for s in self._package.jury_submissions
            if (s.expectation is Expectation.ACCEPTED) == accepted
        ]

    def _judge_one(
        self, jury: JurySubmission, problem: Problem, time_limit_ms: int | None = None
    ) -> SubmissionCheck:
        try:
            if jury.expectation is Expectation.NOTHING:
                return _skipped(jury, "nothing is expected of it")
            language = self._language(jury)
            self._tools.registry.fingerprint(language)  # NotInstalled where it is not
        except LanguageError as error:
            return _skipped(jury, str(error))
        else:
            submission = Submission(files=jury.files, language=language)
            request = _request(jury.expectation, submission, problem)
            judgement = judge(request, self._tools)
            return _checked(jury, language, _at_limit(judgement, time_limit_ms), time_limit_ms)
        finally:
            self._step(jury.name)

    def _language(self, jury: JurySubmission) -> str:
        """Name the language. Raises UnknownLanguage (also for Python 2) and BadSources."""
        registry = self._tools.registry
        files = {file.name: file.content for file in jury.files}
        language = registry.choose(list(files), None)
        # Sources without a beginning are a compile error where one is expected, else not ours.
        with suppress(BadSources) if Verdict.CE in jury.verdicts else nullcontext():
            registry.find_entry_point(language, files)
        return language

    # -- validators --

    def _broken_validators(self) -> list[PackageMistake]:
        """Build the output validators once, before many submissions want them at a time."""
        with Runner(self._tools) as runner:
            try:
                OutputChecker(self._package.problem, self._tools, runner).make_ready()
            except CheckerCrashed as error:
                return [_mistake("output_validators", str(error))]
        return []

    def _bad_inputs(self) -> list[PackageMistake]:
        programs, mistakes = self._input_programs()
        if mistakes or not programs:
            return mistakes
        found = self._map(lambda test: self._check_input(test, programs), self._package.tests)
        return [mistake for several in found for mistake in several]

    def _input_programs(self) -> tuple[list[Program], list[PackageMistake]]:
        programs: list[Program] = []
        mistakes: list[PackageMistake] = []
        with Runner(self._tools) as runner:
            for path in self._package.input_validators:
                try:
                    programs.append(build_program(path, self._package.problem, self._tools, runner))
                except CheckerCrashed as error:
                    mistake = _mistake(f"{path.parent.name}/{path.name}", str(error))
                    # Inputs are checked here, not judged: a language that is lacking is no fault.
                    is_ours = isinstance(error.__cause__, LanguageError)
                    (self._warnings if is_ours else mistakes).append(mistake)
        return programs, mistakes

    def _check_input(self, test: PackageTest, programs: Sequence[Program]) -> list[PackageMistake]:
        mistakes: list[PackageMistake] = []
        name = f"data/{test.test_case.name}.in"
        content = test.test_case.input
        with Runner(self._tools) as runner:
            for program in programs:
                sealed = (
                    SealedFile.from_bytes(content)
                    if isinstance(content, bytes)
                    else SealedFile.from_path(content)
                )
                with sealed as stdin:
                    what = ProgramRun(args=test.input_flags.of(program.name), stdin=stdin)
                    run = program.run(what, self._package.problem.validation, runner)
                wrong = _wrong_with_input(program.name, run, self._package.problem)
                if wrong is not None:
                    mistakes.append(_mistake(name, wrong))
        self._step(name)
        return mistakes

    # -- the way through --

    def _map(self, act: Callable[[_T], _R], items: Sequence[_T]) -> list[_R]:
        if self._parallel == 1 or len(items) < 2:  # noqa: PLR2004 - one needs no pool
            return [act(item) for item in items]
        pool = ThreadPoolExecutor(max_workers=self._parallel)
        try:
            return list(pool.map(act, items))
        finally:
            # After an interrupt nobody waits for runs whose results nobody wants.
            pool.shutdown(wait=False, cancel_futures=True)

    def _step(self, name: str) -> None:
        with self._lock:
            self._done += 1
            self._observer(Progress(name=name, done=self._done, total=self._total))

    def _result(
        self,
        time_limit: TimeLimit | None,
        checks: tuple[SubmissionCheck, ...],
        mistakes: tuple[PackageMistake, ...],
    ) -> Verification:
        if time_limit is not None:
            self._warnings += self._time_warnings(time_limit, checks)
        return Verification(
            time_limit=time_limit,
            checks=tuple(sorted(checks, key=lambda c: c.submission.name)),
            mistakes=mistakes,
            warnings=tuple(self._warnings),
        )

    def _time_warnings(
        self, time_limit: TimeLimit, checks: tuple[SubmissionCheck, ...]
    ) -> tuple[PackageMistake, ...]:
        warnings: list[PackageMistake] = []
        slowest_ms = time_limit.slowest_accepted_ms
        if (
            slowest_ms is not None
            and slowest_ms * self._package.time_multiplier > time_limit.cpu_ms
        ):
            text = (
                f"the slowest accepted submission takes {format_ms(slowest_ms)}, more than the "
                f"time limit of {format_ms(time_limit.cpu_ms)} divided by the multiplier "
                f"{self._package.time_multiplier:g}"
            )
            warnings.append(_mistake("submissions/accepted", text))
        warnings.extend(
            _mistake(f"submissions/{check.submission.name}", check.reason)
            for check in checks
            if check.status is CheckStatus.OK and check.reason is not None
        )
        return tuple(warnings)


def _request(expectation: Expectation, submission: Submission, problem: Problem) -> JudgeRequest:
    """Judge as far as the expectation needs: each says something of all test cases, or of one."""
    stop_at: frozenset[Verdict] = frozenset()
    if expectation is Expectation.TIME_LIMIT_EXCEEDED:
        stop_at = frozenset({Verdict.TLE}) | CRASHES
    elif expectation is Expectation.RUN_TIME_ERROR:
        stop_at = CRASHES
    run_all = expectation not in {Expectation.ACCEPTED, Expectation.TAGGED}
    return JudgeRequest(submission=submission, problem=problem, run_all=run_all, stop_at=stop_at)


def _checked(
    jury: JurySubmission, language: str, judgement: Judgement, time_limit_ms: int | None
) -> SubmissionCheck:
    reason = jury.mismatch(judgement.verdict, judgement.test_results)
    status = CheckStatus.OK if reason is None else CheckStatus.DIFFERS
    if reason is not None and judgement.explanation is not None:
        reason = f"{reason}: {judgement.explanation.text}"
    if reason is None and time_limit_ms is not None and _is_near(judgement):
        reason = "is too slow by less than the safety margin"
    return SubmissionCheck(
        submission=jury, status=status, language=language, judgement=judgement, reason=reason
    )


def _at_limit(judgement: Judgement, time_limit_ms: int | None) -> Judgement:
    """Say what a judgement under a longer limit means under `time_limit_ms`."""
    if time_limit_ms is None:
        return judgement
    results = tuple(_result_at(result, time_limit_ms) for result in judgement.test_results)
    deciding = next((r for r in results if r.verdict is not Verdict.AC), None)
    if deciding is None:
        return judgement
    return replace(
        judgement,
        verdict=deciding.verdict,
        explanation=deciding.explanation,
        test_results=results,
        score=0.0,
    )


def _result_at(result: TestResult, time_limit_ms: int) -> TestResult:
    if result.verdict is Verdict.TLE or result.cpu_ms <= time_limit_ms:
        return result
    explanation = Explanation(
        reason="margin",
        text=f"The program used {format_ms(result.cpu_ms)} of CPU time; "
        f"the time limit is {format_ms(time_limit_ms)}.",
        limit=time_limit_ms,
        value=result.cpu_ms,
        unit="ms",
    )
    return replace(result, verdict=Verdict.TLE, explanation=explanation)


def _is_near(judgement: Judgement) -> bool:
    slow = [r for r in judgement.test_results if r.verdict is Verdict.TLE]
    return all(r.explanation is not None and r.explanation.reason == "margin" for r in slow)


def _wrong_with_input(name: str, run: RunResult, problem: Problem) -> str | None:
    if run.kind is ExitKind.EXITED and run.exit_code == EXIT_ACCEPT:
        judged = run_verdict(run, problem.validation)
        if judged.verdict is Verdict.RTE:  # the exit code 42, and nothing over a limit
            return None
    how = f"exit code {run.exit_code}"
    if run.kind is not ExitKind.EXITED:
        how = signal_name(run.signal) or "its limits"
        how = f"ended by {how} ({run.kind.value})"
    said = (run.stderr or run.stdout)[:_STDERR_SHOWN].decode("utf-8", "replace").strip()
    return f"is not accepted by input validator {name}: {how}" + (f": {said}" if said else "")


def _skipped(jury: JurySubmission, reason: str) -> SubmissionCheck:
    return SubmissionCheck(submission=jury, status=CheckStatus.SKIPPED, reason=reason)


def _mistake(path: str, message: str) -> PackageMistake:
    return PackageMistake(path=path, line=None, message=message)
