"""judge() as a plain function, on runs that a fake sandbox replays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from judging.errors import InvalidSubmission
from judging.events import Compiled, StateChanged, TestJudged
from judging.inline import InlineTest, inline_problem, run_problem
from judging.judge import JudgeRequest, judge
from judging.model import (
    Checker,
    CheckerKind,
    Include,
    JudgeLimits,
    JudgeState,
    Problem,
    SourceFile,
    Submission,
    TestCase,
    Verdict,
)
from judging.tools import MemoryArtefacts, Tools
from sandbox.archive import ArchiveFile, pack, unpack
from sandbox.errors import Cancelled, NoFreeSlot, SetupError
from sandbox.model import ExitKind
from tests.fakes import FakeRegistry, FakeSandbox, compiled, run_result

CPP = Submission(files=(SourceFile(name="a.cpp", content=b"int main(){}"),), language="cpp17")
PYTHON = Submission(files=(SourceFile(name="a.py", content=b"pass"),), language="python3")
TEXTS = (b"one", b"two", b"three")
PROBLEM = Problem(
    name="echo",
    title="Echo",
    limits=JudgeLimits(cpu_ms=1_000),
    checker=Checker(kind=CheckerKind.TOKENS),
    test_cases=tuple(
        TestCase(name=f"secret/{i}", input=text, answer=text) for i, text in enumerate(TEXTS)
    ),
)
ECHO = [run_result(stdout=text) for text in TEXTS]
BROKEN = SetupError("pivot_root", 1)


def run_judge(answers, submission=PYTHON, problem=PROBLEM, *, run_all=False, events=None):
    sandbox = FakeSandbox(answers)
    tools = Tools(
        sandbox=sandbox, registry=FakeRegistry(), artefacts=MemoryArtefacts(), retry_pause_s=0
    )
    request = JudgeRequest(submission=submission, problem=problem, run_all=run_all)
    observer = (lambda _event: None) if events is None else events.append
    judgement = judge(request, tools, observer)
    assert sandbox.open_leases == 0
    return judgement, sandbox


def verdicts(judgement):
    return "".join(f"{r.verdict.value} " for r in judgement.test_results).strip()


def test_right_outputs_are_accepted_each_in_a_jail_of_its_own():
    events: list[Any] = []
    judgement, sandbox = run_judge([compiled(), *ECHO], CPP, events=events)
    assert (judgement.verdict, judgement.score, verdicts(judgement)) == (
        Verdict.AC, 1.0, "AC AC AC"
    )  # fmt: skip
    assert sandbox.stdins == [None, *TEXTS]
    assert len(sandbox.loads) == 1
    assert [type(e) for e in events] == [
        StateChanged, Compiled, StateChanged, TestJudged, TestJudged, TestJudged
    ]  # fmt: skip
    assert [e.state for e in events[::2][:2]] == [JudgeState.COMPILING, JudgeState.RUNNING]
    assert (events[-1].index, events[-1].total) == (3, 3)


def test_the_first_failure_ends_judging_and_the_rest_is_skipped():
    judgement, sandbox = run_judge([ECHO[0], run_result(stdout=b"wrong")])
    assert (judgement.verdict, verdicts(judgement)) == (Verdict.WA, "AC WA SK")
    assert len(sandbox.specs) == 2


def test_run_all_goes_on_and_the_first_failure_decides():
    answers = [run_result(exit_code=1), run_result(stdout=b"wrong"), ECHO[2]]
    judgement, _ = run_judge(answers, run_all=True)
    assert (judgement.verdict, verdicts(judgement)) == (Verdict.RTE, "RTE WA AC")


@pytest.mark.parametrize(
    "fault",
    [
        {"cpu_ms": 1_050.0},
        {"oom_kills": 1},
        {"output_bytes": 1 << 30},
        {"exit_code": 1},
        {"kind": ExitKind.WALL_LIMIT},
    ],
)
def test_a_right_answer_over_a_limit_is_not_accepted(fault):
    judgement, _ = run_judge([run_result(stdout=TEXTS[0], **fault)])
    assert judgement.verdict not in {Verdict.AC, Verdict.WA, Verdict.JE}


def test_compile_errors_run_nothing():
    events: list[Any] = []
    bad = run_result(exit_code=1, stderr=b"a.cpp:1: no", archive=b"")
    judgement, sandbox = run_judge([bad], CPP, events=events)
    assert (judgement.verdict, judgement.test_results) == (Verdict.CE, ())
    assert judgement.compile is not None
    assert judgement.compile.log == b"a.cpp:1: no"
    assert [type(e) for e in events] == [StateChanged, Compiled]
    assert len(sandbox.specs) == 1


def test_a_compiler_that_makes_nothing_is_a_compile_error():
    judgement, _ = run_judge([compiled(b"", missing_outputs=("program",))], CPP)
    assert judgement.verdict is Verdict.CE


def test_equal_sources_are_compiled_once():
    artefacts = MemoryArtefacts()
    sandbox = FakeSandbox([compiled(), *ECHO, *ECHO])
    tools = Tools(sandbox=sandbox, registry=FakeRegistry(), artefacts=artefacts)
    first = judge(JudgeRequest(submission=CPP, problem=PROBLEM), tools)
    second = judge(JudgeRequest(submission=CPP, problem=PROBLEM), tools)
    assert first.compile is not None
    assert second.compile is not None
    assert (first.compile.from_cache, second.compile.from_cache) == (False, True)
    assert len(sandbox.specs) == 7


def test_interpreted_sources_are_the_artefact():
    _, sandbox = run_judge(ECHO)
    assert [(f.name, f.content) for f in unpack(sandbox.loads[0])] == [("a.py", b"pass")]


def test_a_host_fault_is_retried_once_on_a_new_lease():
    judgement, sandbox = run_judge([ECHO[0], BROKEN, ECHO[1], ECHO[2]])
    assert verdicts(judgement) == "AC AC AC"
    assert (sandbox.leases, len(sandbox.loads)) == (2, 2)


def test_a_lasting_host_fault_is_a_judge_error_never_the_programs():
    judgement, sandbox = run_judge([ECHO[0], BROKEN, BROKEN], run_all=True)
    assert (judgement.verdict, verdicts(judgement)) == (Verdict.JE, "AC JE SK")
    assert judgement.explanation is not None
    assert judgement.explanation.reason == "host"
    assert len(sandbox.specs) == 3


def test_a_command_that_fits_no_jail_is_a_judge_error():
    def refuse(_spec):
        raise ValueError("a request of 70000 bytes")

    judgement, sandbox = run_judge(refuse)
    assert judgement.verdict is Verdict.JE
    assert sandbox.open_leases == 0


def test_a_host_fault_while_compiling_is_a_judge_error():
    judgement, _ = run_judge([BROKEN, BROKEN], CPP)
    assert judgement.verdict is Verdict.JE


def test_no_free_slot_is_a_judge_error():
    sandbox = FakeSandbox([], slots=0)
    tools = Tools(
        sandbox=sandbox, registry=FakeRegistry(), artefacts=MemoryArtefacts(), retry_pause_s=0
    )
    judgement = judge(JudgeRequest(submission=PYTHON, problem=PROBLEM), tools)
    assert judgement.verdict is Verdict.JE
    assert NoFreeSlot.__name__ in str(judgement.explanation)


def test_cancelling_ends_judging_at_once():
    with pytest.raises(Cancelled):
        run_judge([ECHO[0], Cancelled()])


def test_unknown_languages_are_judge_errors():
    submission = Submission(files=PYTHON.files, language="cobol")
    judgement, _ = run_judge([], submission)
    assert judgement.verdict is Verdict.JE


def test_too_long_sources_are_compile_errors():
    submission = Submission(
        files=(SourceFile(name="a.py", content=b"#" * 200_000),), language="python3"
    )
    judgement, _ = run_judge([], submission)
    assert judgement.verdict is Verdict.CE
    assert judgement.explanation is not None
    assert judgement.explanation.reason == "code_size"


def test_a_problem_without_test_cases_accepts_nothing():
    empty = Problem(
        name="empty", title="", limits=JudgeLimits(), checker=PROBLEM.checker, test_cases=()
    )
    judgement, _ = run_judge([], problem=empty)
    assert judgement.verdict is Verdict.JE


@pytest.mark.parametrize("kind", [CheckerKind.TOKENS, CheckerKind.CUSTOM])
def test_a_lost_answer_is_a_judge_error_and_accepts_nothing(tmp_path, kind):
    (tmp_path / "check.py").write_bytes(b"accept")
    checker = Checker(kind=kind, program_paths=(tmp_path / "check.py",))
    test_case = TestCase(name="secret/1", input=b"one", answer=None)
    problem = replace(PROBLEM, checker=checker, test_cases=(test_case,))
    judgement, _ = run_judge([ECHO[0], run_result(exit_code=42)], problem=problem)
    assert (judgement.verdict, verdicts(judgement)) == (Verdict.JE, "JE")
    assert "no answer" in judgement.test_results[0].judge_message


def test_missing_test_data_is_a_judge_error(tmp_path):
    lost = TestCase(name="secret/1", input=tmp_path / "1.in", answer=tmp_path / "1.ans")
    problem = Problem(
        name="lost", title="", limits=JudgeLimits(), checker=PROBLEM.checker, test_cases=(lost,)
    )
    judgement, _ = run_judge([], problem=problem)
    assert judgement.verdict is Verdict.JE


def test_included_files_lie_over_the_submission():
    include = Include(
        code="python3",
        files=(SourceFile(name="a.py", content=b"main"), SourceFile(name="b.py", content=b"lib")),
    )
    problem = Problem(
        name="p",
        title="",
        limits=JudgeLimits(),
        checker=PROBLEM.checker,
        test_cases=PROBLEM.test_cases,
        includes=(include, Include(code="cpp", files=())),
    )
    _, sandbox = run_judge(ECHO, problem=problem)
    assert [(f.name, f.content) for f in unpack(sandbox.loads[0])] == [
        ("a.py", b"main"),
        ("b.py", b"lib"),
    ]


def test_differences_of_secret_test_cases_are_for_the_jury():
    problem = inline_problem([InlineTest(stdin=b"", expected_output=b"41")], JudgeLimits())
    shown, _ = run_judge([run_result(stdout=b"42")], problem=problem)
    secret, _ = run_judge([run_result(stdout=b"42")])
    assert "41" in str(shown.explanation)
    assert secret.explanation is not None
    assert "one" not in secret.explanation.text
    assert '"one"' in secret.test_results[0].judge_message


def test_streams_are_cut_and_signals_named():
    flood = run_result(ExitKind.SIGNALED, signal=6, stdout=b"x" * 100_000, stderr=b"y" * 100_000)
    judgement, _ = run_judge([flood])
    result = judgement.test_results[0]
    assert (len(result.stdout), len(result.stderr), result.signal) == (65_536, 65_536, "SIGABRT")


def test_without_expected_output_any_clean_exit_is_accepted():
    problem = run_problem(b"in", None, JudgeLimits())
    clean, sandbox = run_judge([run_result(stdout=b"anything")], problem=problem)
    crashed, _ = run_judge([run_result(exit_code=1)], problem=problem)
    assert (clean.verdict, crashed.verdict) == (Verdict.AC, Verdict.RTE)
    assert sandbox.stdins == [b"in"]


def test_inline_problems_name_what_is_wrong():
    with pytest.raises(InvalidSubmission, match="test_cases"):
        inline_problem([], JudgeLimits())
    with pytest.raises(InvalidSubmission, match="checker_flags"):
        inline_problem([InlineTest()], JudgeLimits(), checker_flags=["fuzzy"])


def feedback(**messages):
    return pack(
        ArchiveFile(name=f"feedback/{name}.txt", content=content)
        for name, content in messages.items()
    )


class CustomProblem:
    """A problem whose validators' runs a test scripts by name."""

    def __init__(self, tmp_path, count=1):
        for i in range(count):
            (tmp_path / f"v{i}.py").write_text("validator")
        checker = Checker(
            kind=CheckerKind.CUSTOM,
            flags=("tight",),
            program_paths=tuple(tmp_path / f"v{i}.py" for i in range(count)),
        )
        self.problem = Problem(
            name="c",
            title="",
            limits=JudgeLimits(),
            checker=checker,
            test_cases=PROBLEM.test_cases[:1],
        )

    def judge(self, *validator_runs):
        return run_judge([run_result(stdout=b"out"), *validator_runs], problem=self.problem)


def test_validators_accept_with_42_and_reject_with_43(tmp_path):
    custom = CustomProblem(tmp_path)
    accepted, sandbox = custom.judge(run_result(exit_code=42, archive=feedback()))
    messages = feedback(judgemessage=b"off by one\xff", teammessage=b"close")
    rejected, _ = custom.judge(run_result(exit_code=43, archive=messages))
    assert (accepted.verdict, rejected.verdict) == (Verdict.AC, Verdict.WA)
    assert rejected.test_results[0].judge_message == "off by one\ufffd"
    assert rejected.test_results[0].team_message == "close"
    spec = sandbox.specs[1]
    assert spec.argv == (
        "/usr/bin/python3", "/app/v0.py",
        "/box/input.in", "/box/answer.ans", "/box/feedback/", "tight",
    )  # fmt: skip
    assert sandbox.stdins[1] == b"out"
    assert {f.name: f.content for f in spec.files if f.content} == {
        "input.in": b"one",
        "answer.ans": b"one",
    }


@pytest.mark.parametrize(
    "run",
    [
        run_result(exit_code=0),
        run_result(exit_code=1, stderr=b"assertion failed"),
        run_result(exit_code=42, cpu_ms=60_001.0),
        run_result(ExitKind.SIGNALED, signal=11),
        run_result(ExitKind.CPU_LIMIT),
        run_result(ExitKind.WALL_LIMIT),
        run_result(ExitKind.MEMORY_LIMIT),
        run_result(ExitKind.OUTPUT_LIMIT),
        run_result(ExitKind.SYSCALL_DENIED),
        run_result(exit_code=42, archive=feedback(score=b"1e9")),
    ],
)
def test_a_failing_validator_is_a_judge_error(tmp_path, run):
    judgement, _ = CustomProblem(tmp_path).judge(run)
    assert judgement.verdict is Verdict.JE
    assert judgement.explanation is not None
    assert judgement.explanation.reason == "checker"


def test_all_validators_must_accept(tmp_path):
    custom = CustomProblem(tmp_path, count=2)
    accept, reject = run_result(exit_code=42), run_result(exit_code=43)
    assert custom.judge(accept, accept)[0].verdict is Verdict.AC
    assert custom.judge(accept, reject)[0].verdict is Verdict.WA
    assert custom.judge(reject)[0].verdict is Verdict.WA


def test_a_validator_that_no_language_fits_is_a_judge_error(tmp_path):
    custom = CustomProblem(tmp_path)
    (tmp_path / "v0.py").rename(tmp_path / "v0.unknown")
    checker = Checker(kind=CheckerKind.CUSTOM, program_paths=(tmp_path / "v0.unknown",))
    problem = Problem(
        name="c", title="", limits=JudgeLimits(), checker=checker, test_cases=PROBLEM.test_cases
    )
    judgement, _ = run_judge([], problem=problem)
    assert (judgement.verdict, verdicts(judgement)) == (Verdict.JE, "JE SK SK")
    assert custom.problem.checker != checker


def test_a_directory_with_build_and_run_is_built_in_a_jail(tmp_path):
    program = tmp_path / "checker"
    program.mkdir()
    (program / "build").write_text("#!/bin/sh\n")
    (program / "build").chmod(0o755)
    (program / "data.txt").write_text("x")
    problem = Problem(
        name="c",
        title="",
        limits=JudgeLimits(),
        checker=Checker(kind=CheckerKind.CUSTOM, program_paths=(program,)),
        test_cases=PROBLEM.test_cases[:1],
    )
    made = pack([ArchiveFile(name="run", content=b"#!/bin/sh\n", mode=0o755)])
    answers = [run_result(archive=made), run_result(), run_result(exit_code=42)]
    judgement, sandbox = run_judge(answers, problem=problem)
    assert judgement.verdict is Verdict.AC
    assert [spec.argv[0] for spec in sandbox.specs] == [
        "/box/build", "/usr/bin/python3", "/app/run"
    ]  # fmt: skip
    nothing, _ = run_judge([run_result(archive=pack([]))], problem=problem)
    assert nothing.verdict is Verdict.JE


def test_an_executable_that_the_kernel_refuses_is_a_run_time_error():
    refused = SetupError("exec", 8)
    judgement, _ = run_judge([compiled(), refused, refused], CPP)
    assert verdicts(judgement) == "RTE SK SK"
    assert judgement.explanation is not None
    assert judgement.explanation.reason == "exec"


def test_an_interpreter_that_does_not_start_is_our_fault():
    refused = SetupError("exec", 2)
    judgement, _ = run_judge([refused, refused], PYTHON)
    assert judgement.verdict is Verdict.JE
