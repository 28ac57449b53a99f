"""What each end of a run is called, and that a run over a limit is never accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judging.model import JudgeLimits, Verdict
from judging.verdicts import compile_verdict, format_bytes, format_ms, run_verdict, signal_name
from sandbox.model import DeniedSyscall, ExitKind
from tests.fakes import run_result

JUDGED = JudgeLimits(cpu_ms=1_000, memory_bytes=64 << 20, output_bytes=1_000)
ACCEPTED = (Verdict.AC, None)


def verdict_of(kind=ExitKind.EXITED, **values):
    found = run_verdict(run_result(kind, **values), JUDGED)
    return found.verdict, None if found.explanation is None else found.explanation.reason


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (ExitKind.EXITED, {}, (Verdict.AC, None)),
        (ExitKind.EXITED, {"exit_code": 1}, (Verdict.RTE, "exit_code")),
        (ExitKind.EXITED, {"exit_code": 137}, (Verdict.RTE, "exit_code")),
        (ExitKind.SIGNALED, {"signal": 11}, (Verdict.RTE, "signal")),
        (ExitKind.SIGNALED, {"signal": 9}, (Verdict.RTE, "signal")),
        (ExitKind.SIGNALED, {"signal": None}, (Verdict.JE, "host")),
        (ExitKind.EXITED, {"exit_code": None}, (Verdict.JE, "host")),
        (ExitKind.CPU_LIMIT, {"cpu_ms": 1_201.0}, (Verdict.TLE, "cpu")),
        (ExitKind.WALL_LIMIT, {"wall_ms": 3_001.0}, (Verdict.TLE, "wall")),
        (ExitKind.MEMORY_LIMIT, {"memory_bytes": 64 << 20}, (Verdict.MLE, "memory")),
        (ExitKind.OUTPUT_LIMIT, {"output_bytes": 1_001}, (Verdict.OLE, "output")),
        (ExitKind.SYSCALL_DENIED, {}, (Verdict.SV, "syscall")),
        (ExitKind.EXITED, {"cpu_ms": 1_000.1}, (Verdict.TLE, "cpu")),
        (ExitKind.EXITED, {"cpu_ms": 1_100.0, "exit_code": 3}, (Verdict.TLE, "cpu")),
        (ExitKind.EXITED, {"cpu_ms": 1_000.0}, (Verdict.AC, None)),
        (ExitKind.EXITED, {"wall_ms": 3_000.5}, (Verdict.TLE, "wall")),
        (ExitKind.EXITED, {"oom_kills": 1}, (Verdict.MLE, "memory")),
        (ExitKind.EXITED, {"output_bytes": 1_001}, (Verdict.OLE, "output")),
        (ExitKind.EXITED, {"output_bytes": 1_000}, (Verdict.AC, None)),
    ],
)
def test_every_end_has_its_verdict(kind, values, expected):
    assert expected == verdict_of(kind, **values)


@given(
    kind=st.sampled_from(ExitKind),
    exit_code=st.sampled_from([None, 0, 1, 42]),
    cpu_ms=st.sampled_from([1.0, 1_000.0, 1_001.0]),
    wall_ms=st.sampled_from([1.0, 3_001.0]),
    oom_kills=st.sampled_from([0, 1]),
    output_bytes=st.sampled_from([0, 1_001]),
)
def test_accepted_only_without_any_fault(**values):
    clean = (
        values["kind"] is ExitKind.EXITED
        and values["exit_code"] == 0
        and values["cpu_ms"] <= 1_000
        and values["wall_ms"] <= 3_000
        and values["oom_kills"] == 0
        and values["output_bytes"] <= 1_000
    )
    assert clean == (verdict_of(**values) == ACCEPTED)


def test_explanations_name_limit_value_and_unit():
    found = run_verdict(run_result(ExitKind.CPU_LIMIT, cpu_ms=1_204.0), JUDGED).explanation
    assert found is not None
    assert (found.limit, found.value, found.unit) == (1_000, 1_204.0, "ms")
    assert "1.20 s" in found.text


def test_signals_and_syscalls_are_named():
    segfault = run_verdict(run_result(ExitKind.SIGNALED, signal=11), JUDGED).explanation
    denied = DeniedSyscall(number=101, arch=0xC000003E, name="ptrace")
    syscall = run_verdict(run_result(ExitKind.SYSCALL_DENIED, denied=denied), JUDGED).explanation
    assert segfault is not None
    assert syscall is not None
    assert "SIGSEGV" in segfault.text
    assert "ptrace (number 101, architecture 0xc000003e)" in syscall.text
    assert [signal_name(n) for n in (None, 9, 34, 40, 99)] == [
        None,
        "SIGKILL",
        "SIGRTMIN",
        "SIGRTMIN+6",
        "signal 99",
    ]


def test_a_met_process_limit_is_told():
    run = run_result(exit_code=1, processes_limit_hits=3)
    found = run_verdict(run, JUDGED).explanation
    assert found is not None
    assert "limit of 64 processes" in found.text


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (ExitKind.EXITED, {}, (Verdict.AC, None)),
        (ExitKind.EXITED, {"exit_code": 1}, (Verdict.CE, "error")),
        (ExitKind.SIGNALED, {"signal": 11}, (Verdict.CE, "error")),
        (ExitKind.CPU_LIMIT, {}, (Verdict.CE, "time")),
        (ExitKind.WALL_LIMIT, {}, (Verdict.CE, "time")),
        (ExitKind.MEMORY_LIMIT, {}, (Verdict.CE, "memory")),
        (ExitKind.OUTPUT_LIMIT, {}, (Verdict.CE, "output")),
        (ExitKind.SYSCALL_DENIED, {}, (Verdict.CE, "error")),
        (ExitKind.SIGNALED, {"signal": None}, (Verdict.JE, "host")),
    ],
)
def test_compile_steps_fail_with_a_reason(kind, values, expected):
    found = compile_verdict(run_result(kind, **values), JUDGED)
    reason = None if found.explanation is None else found.explanation.reason
    assert expected == (found.verdict, reason)
    assert found.explanation is None or "The program" not in found.explanation.text


def test_numbers_are_formatted_for_people():
    assert [format_ms(870.4), format_ms(1_204)] == ["870 ms", "1.20 s"]
    assert [format_bytes(812), format_bytes(1536), format_bytes(256 << 20)] == [
        "812 B",
        "1.5 KiB",
        "256 MiB",
    ]
