"""A submission becomes a judgement: compile once, run each test case in a jail of its own, check.

Plain functions over values. The contestant's faults are verdicts; the host's and the problem
setter's are JE, and so is whatever is unclear. Knows nothing of queues, SQL or HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from judging.checkers import CheckResult, OutputChecker
from judging.compile import (
    compile_submission,
    language_codes,
    with_entry_point,
    with_includes,
)
from judging.errors import CheckerCrashed
from judging.events import Compiled, StateChanged, TestJudged, ignore_events
from judging.limits import enforced_limits
from judging.model import (
    CompileResult,
    Explanation,
    Judgement,
    JudgeState,
    Problem,
    Submission,
    TestResult,
    Verdict,
)
from judging.runner import Runner
from judging.tools import Tools
from judging.verdicts import format_bytes, run_verdict, signal_name
from languages.errors import LanguageError
from sandbox.errors import Cancelled, SandboxError, SetupError
from sandbox.model import RunSpec
from sandbox.sealed import SealedFile

if TYPE_CHECKING:
    from pathlib import Path

    from judging.events import Observer
    from judging.model import TestCase
    from judging.runner import Artefact
    from languages.model import StepPlan
    from sandbox.model import RunResult

__all__ = ["JudgeRequest", "Tools", "judge"]

STREAM_MAX_BYTES = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRequest:
    """What to judge; `run_all` goes on after the first test case that fails.

    Even then a verdict in `stop_at` ends judging: the rest is skipped. Of each stream `keep_bytes`
    go into the results; comparing always sees everything.
    """

    submission: Submission
    problem: Problem
    run_all: bool = False
    stop_at: frozenset[Verdict] = frozenset()
    keep_bytes: int = STREAM_MAX_BYTES


def judge(request: JudgeRequest, tools: Tools, observer: Observer = ignore_events) -> Judgement:
    """Judge a submission against a problem, telling `observer` each step.

    Raises Cancelled when the lease was cancelled, and whatever `observer` raises. Every other
    fault of the host is a JE in the judgement.
    """
    try:
        with Runner(tools) as runner:
            return _Judging(request, tools, runner).judge(observer)
    except Cancelled:
        raise
    except SandboxError as error:
        return _without_tests(Verdict.JE, _host_explanation(error))


class _Judging:
    """One submission on its way; holds what every step needs."""

    def __init__(self, request: JudgeRequest, tools: Tools, runner: Runner) -> None:
        self._problem = request.problem
        self._run_all = request.run_all
        self._stop_at = request.stop_at
        self._keep_bytes = request.keep_bytes
        self._tools = tools
        self._runner = runner
        self._submission = request.submission
        self._checker = OutputChecker(request.problem, tools, runner)

    def judge(self, observer: Observer) -> Judgement:
        observer(StateChanged(state=JudgeState.COMPILING))
        refused = self._refusal()
        if refused is not None:
            return _refused(refused, observer)
        submission = self._complete()
        compiled = compile_submission(
            submission, self._problem.compilation, self._tools, self._runner
        )
        plan = self._plan(submission)
        if compiled.artefact is None:
            return _refused(compiled.result, observer)
        observer(Compiled(result=compiled.result))
        try:
            self._checker.make_ready()
        except CheckerCrashed as error:
            return self._unjudgeable(compiled.result, error)
        observer(StateChanged(state=JudgeState.RUNNING))
        results = self._judge_tests(plan, compiled.artefact, observer)
        return summarise(compiled.result, results)

    def _unjudgeable(self, compiled: CompileResult, error: CheckerCrashed) -> Judgement:
        """Return JE for the first test case: no output of this problem can be checked."""
        check = _judge_error(error)
        skipped = tuple(_skipped(test_case) for test_case in self._problem.test_cases[1:])
        first = tuple(_test_result(t, None, check, 0) for t in self._problem.test_cases[:1])
        return summarise(compiled, first + skipped)

    def _refusal(self) -> CompileResult | None:
        """Return what ends judging before anything runs, or None."""
        too_long = _code_too_long(self._submission, self._problem.code_bytes)
        if too_long is not None:
            return too_long
        registry = self._tools.registry
        try:
            registry.fingerprint(self._submission.language)
        except LanguageError as error:  # unknown, or not on this host: no fault of the program
            explanation = Explanation(reason="language", text=str(error))
            return CompileResult(verdict=Verdict.JE, explanation=explanation, log=b"")
        try:
            submission = self._complete()
            self._plan(submission)
        except LanguageError as error:  # the sources themselves: no entry point, a bad name
            explanation = Explanation(reason="error", text=str(error))
            return CompileResult(verdict=Verdict.CE, explanation=explanation, log=b"")
        return None

    def _complete(self) -> Submission:
        submission = self._submission
        registry = self._tools.registry
        if self._problem.includes:
            codes = language_codes(registry, submission.language)
            files = with_includes(submission.files, self._problem.includes, codes)
            submission = replace(submission, files=files)
        return with_entry_point(submission, registry)

    def _plan(self, submission: Submission) -> StepPlan:
        return self._tools.registry.plan_run(
            submission.language,
            [file.name for file in submission.files],
            submission.entry_point,
            self._problem.limits.memory_bytes,
        )

    def _judge_tests(
        self, plan: StepPlan, artefact: Artefact, observer: Observer
    ) -> tuple[TestResult, ...]:
        test_cases = self._problem.test_cases
        results: list[TestResult] = []
        for index, test_case in enumerate(test_cases, start=1):
            result = self._judge_test(test_case, plan, artefact)
            results.append(result)
            observer(TestJudged(index=index, total=len(test_cases), result=result))
            if result.verdict is not Verdict.AC and not self._goes_on_after(result):
                break
        results += [_skipped(test_case) for test_case in test_cases[len(results) :]]
        return tuple(results)

    def _goes_on_after(self, result: TestResult) -> bool:
        # A host that failed twice will fail again: every further test case would wait for it.
        return self._run_all and result.verdict not in self._stop_at and not _is_host_fault(result)

    def _judge_test(self, test_case: TestCase, plan: StepPlan, artefact: Artefact) -> TestResult:
        run: RunResult | None = None
        try:
            run = self._run_test(test_case, plan, artefact)
            check = self._check(test_case, run)
        except Cancelled:
            raise
        except (CheckerCrashed, SandboxError, OSError) as error:
            check = _not_started(error) if _is_own_exec(plan, error) else _judge_error(error)
        return _test_result(test_case, run, check, self._keep_bytes)

    def _run_test(self, test_case: TestCase, plan: StepPlan, artefact: Artefact) -> RunResult:
        with _sealed(test_case.input) as stdin:
            spec = RunSpec(
                argv=plan.argv,
                env=plan.env,
                limits=enforced_limits(self._problem.limits, plan.limits),
                stdin=stdin,
                use_app=True,
            )
            return self._runner.run(spec, artefact)

    def _check(self, test_case: TestCase, run: RunResult) -> CheckResult:
        judged = run_verdict(run, self._problem.limits)
        if judged.verdict is not Verdict.AC:
            return CheckResult(verdict=judged.verdict, explanation=judged.explanation)
        return self._checker.check(test_case, run.stdout)


def summarise(compiled: CompileResult, results: tuple[TestResult, ...]) -> Judgement:
    """Fold test results: the first that failed decides; without any, the program is accepted."""
    if not results:
        explanation = Explanation(reason="test_data", text="The problem has no test cases.")
        return _without_tests(Verdict.JE, explanation, compiled)
    deciding = next((r for r in results if r.verdict is not Verdict.AC), None)
    return Judgement(
        verdict=Verdict.AC if deciding is None else deciding.verdict,
        explanation=None if deciding is None else deciding.explanation,
        compile=compiled,
        test_results=results,
        score=1.0 if deciding is None else 0.0,
        cpu_ms=max(r.cpu_ms for r in results),
        wall_ms=max(r.wall_ms for r in results),
        memory_bytes=max(r.memory_bytes for r in results),
    )


def _refused(compiled: CompileResult, observer: Observer) -> Judgement:
    observer(Compiled(result=compiled))
    return _without_tests(compiled.verdict, compiled.explanation, compiled)


def _without_tests(
    verdict: Verdict, explanation: Explanation | None, compiled: CompileResult | None = None
) -> Judgement:
    return Judgement(
        verdict=verdict, explanation=explanation, compile=compiled, test_results=(), score=0.0
    )


def _code_too_long(submission: Submission, limit_bytes: int | None) -> CompileResult | None:
    size = sum(len(file.content) for file in submission.files)
    if limit_bytes is None or size <= limit_bytes:
        return None
    text = f"The source has {format_bytes(size)}; this problem allows {format_bytes(limit_bytes)}."
    explanation = Explanation(
        reason="code_size", text=text, limit=limit_bytes, value=size, unit="bytes"
    )
    return CompileResult(verdict=Verdict.CE, explanation=explanation, log=b"")


def _judge_error(error: Exception) -> CheckResult:
    if isinstance(error, CheckerCrashed):
        text = "The problem's output validator failed; this is not the program's fault."
        explanation = Explanation(reason="checker", text=text)
        return CheckResult(verdict=Verdict.JE, explanation=explanation, judge_message=str(error))
    if isinstance(error, SandboxError):
        return CheckResult(verdict=Verdict.JE, explanation=_host_explanation(error))
    explanation = Explanation(reason="test_data", text="The test data could not be read.")
    return CheckResult(verdict=Verdict.JE, explanation=explanation, judge_message=str(error))


def _is_own_exec(plan: StepPlan, error: Exception) -> bool:
    # The jail stands, the artefact is there, and the kernel refuses what the sources made of it:
    # an interpreter of its own naming (`.interp`), or no executable at all.
    is_exec = isinstance(error, SetupError) and error.step == "exec"
    return is_exec and plan.argv[0].startswith("/app/")


def _not_started(error: Exception) -> CheckResult:
    text = "The kernel could not start the compiled program: it is no executable for this host."
    explanation = Explanation(reason="exec", text=text)
    return CheckResult(verdict=Verdict.RTE, explanation=explanation, judge_message=str(error))


def _host_explanation(error: SandboxError) -> Explanation:
    text = f"The judging host failed, and failed again: {type(error).__name__}: {error}"
    return Explanation(reason="host", text=text)


def _is_host_fault(result: TestResult) -> bool:
    explanation = result.explanation
    return result.verdict is Verdict.JE and explanation is not None and explanation.reason == "host"


def _skipped(test_case: TestCase) -> TestResult:
    return TestResult(
        name=test_case.name,
        verdict=Verdict.SK,
        explanation=None,
        is_sample=test_case.is_sample,
    )


def _test_result(
    test_case: TestCase, run: RunResult | None, check: CheckResult, keep_bytes: int
) -> TestResult:
    result = TestResult(
        name=test_case.name,
        verdict=check.verdict,
        explanation=check.explanation,
        is_sample=test_case.is_sample,
        judge_message=check.judge_message,
        team_message=check.team_message,
    )
    if run is None:
        return result
    return replace(
        result,
        cpu_ms=run.cpu_ms,
        wall_ms=run.wall_ms,
        memory_bytes=run.memory_bytes,
        exit_code=run.exit_code,
        signal=signal_name(run.signal),
        stdout=run.stdout[:keep_bytes],
        stderr=run.stderr[:keep_bytes],
        output_bytes=run.output_bytes,
    )


def _sealed(content: bytes | Path) -> SealedFile:
    if isinstance(content, bytes):
        return SealedFile.from_bytes(content)
    return SealedFile.from_path(content)
