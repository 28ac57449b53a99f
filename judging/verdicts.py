"""The only place where what the kernel saw (`ExitKind`) becomes what a judge says (`Verdict`).

It sees numbers of the kernel and nothing the program wrote. A program's fault is a verdict here,
never an exception; what cannot be explained is a judge error.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from judging.limits import judged_wall_ms
from judging.model import Explanation, JudgeLimits, Verdict
from sandbox.model import ExitKind

if TYPE_CHECKING:
    from sandbox.model import RunResult

_SIGNAL_MEANINGS = {
    signal.SIGSEGV: "segmentation fault: memory that is not the program's, or too deep recursion",
    signal.SIGABRT: "abort: a failed assertion or an uncaught exception",
    signal.SIGFPE: "arithmetic error, such as a division by zero",
    signal.SIGBUS: "bus error: bad memory access, or a full work directory",
    signal.SIGILL: "illegal instruction",
    signal.SIGTRAP: "trap: the program stopped itself",
    signal.SIGKILL: "killed",
    signal.SIGTERM: "terminated",
    signal.SIGPIPE: "broken pipe: nobody reads what it writes",
    signal.SIGXFSZ: "file size limit exceeded",
    signal.SIGXCPU: "CPU time limit of its own exceeded",
    signal.SIGSYS: "bad system call",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunVerdict:
    """A verdict on a run alone, before anybody looked at its output; AC means a clean exit."""

    verdict: Verdict
    explanation: Explanation | None


def run_verdict(result: RunResult, judged: JudgeLimits) -> RunVerdict:
    """Say what a judge calls this run under the limits `judged`.

    A run over a limit is never AC, however it ended: the counters are looked at before the exit.
    """
    match result.kind:
        case ExitKind.CPU_LIMIT:
            return _cpu_exceeded(result, judged)
        case ExitKind.WALL_LIMIT:
            return _wall_exceeded(result, judged)
        case ExitKind.MEMORY_LIMIT:
            return _memory_exceeded(result, judged)
        case ExitKind.OUTPUT_LIMIT:
            return _output_exceeded(result, judged)
        case ExitKind.SYSCALL_DENIED:
            return _syscall_denied(result)
        case ExitKind.EXITED | ExitKind.SIGNALED:
            return _over_a_limit(result, judged) or _own_end(result)
    assert_never(result.kind)


def signal_name(number: int | None) -> str | None:
    """Name a signal as people know it: `SIGSEGV`, `SIGRTMIN+3`, or `signal 99`."""
    if number is None:
        return None
    try:
        return signal.Signals(number).name
    except ValueError:
        pass
    if signal.SIGRTMIN <= number <= signal.SIGRTMAX:
        return f"SIGRTMIN+{number - signal.SIGRTMIN}"
    return f"signal {number}"


def compile_verdict(result: RunResult, judged: JudgeLimits) -> RunVerdict:
    """Say what a judge calls this compile step: AC (it worked), CE with its reason, or JE."""
    run = run_verdict(result, judged)
    if run.explanation is None or run.verdict is Verdict.JE:
        return run
    reasons = {Verdict.TLE: "time", Verdict.MLE: "memory", Verdict.OLE: "output"}
    explanation = replace(
        run.explanation,
        reason=reasons.get(run.verdict, "error"),
        text=run.explanation.text.replace("The program", "The compiler", 1),
    )
    return RunVerdict(verdict=Verdict.CE, explanation=explanation)


def host_fault(text: str) -> RunVerdict:
    """Return the judge error for what went wrong on our side."""
    return RunVerdict(verdict=Verdict.JE, explanation=Explanation(reason="host", text=text))


def format_ms(value: float) -> str:
    """Format a time for people: `870 ms`, `1.20 s`."""
    return f"{value:.0f} ms" if value < 1_000 else f"{value / 1_000:.2f} s"  # noqa: PLR2004


def format_bytes(value: float) -> str:
    """Format a size for people, in binary units: `812 B`, `1.5 KiB`, `256 MiB`."""
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if value >= size:
            return f"{value / size:.2f}".rstrip("0").rstrip(".") + f" {unit}"
    return f"{value:.0f} B"


def _over_a_limit(result: RunResult, judged: JudgeLimits) -> RunVerdict | None:
    # The kind says how the main process ended. A child that the OOM killer took, or a program
    # that ended between the judged and the enforced limit, is over the limit all the same.
    if result.oom_kills > 0:
        return _memory_exceeded(result, judged)
    if result.output_bytes > judged.output_bytes:
        return _output_exceeded(result, judged)
    if result.cpu_ms > judged.cpu_ms:
        return _cpu_exceeded(result, judged)
    if result.wall_ms > judged_wall_ms(judged):
        return _wall_exceeded(result, judged)
    return None


def _own_end(result: RunResult) -> RunVerdict:
    if result.kind is ExitKind.EXITED and result.exit_code == 0:
        return RunVerdict(verdict=Verdict.AC, explanation=None)
    if result.kind is ExitKind.EXITED and result.exit_code is not None:
        text = f"The program ended with exit code {result.exit_code}."
        return _runtime_error("exit_code", text, result.exit_code, result)
    if result.kind is ExitKind.SIGNALED and result.signal is not None:
        text = f"A signal ended the program: {_signal_text(result.signal)}."
        return _runtime_error("signal", text, result.signal, result)
    return host_fault("The jail ended without saying how.")


def _runtime_error(reason: str, text: str, value: int, result: RunResult) -> RunVerdict:
    if result.processes_limit_hits > 0:
        text += f" It also met the limit of {result.limits.processes} processes and threads."
    return RunVerdict(
        verdict=Verdict.RTE, explanation=Explanation(reason=reason, text=text, value=value)
    )


def _signal_text(number: int) -> str:
    name = signal_name(number)
    meaning = _SIGNAL_MEANINGS.get(number)  # type: ignore[call-overload]
    return f"{name} ({meaning})" if meaning else str(name)


def _cpu_exceeded(result: RunResult, judged: JudgeLimits) -> RunVerdict:
    text = (
        f"The program used {format_ms(result.cpu_ms)} of CPU time; "
        f"the time limit is {format_ms(judged.cpu_ms)}."
    )
    if result.kind is ExitKind.CPU_LIMIT:
        text = (
            f"The program was stopped after {format_ms(result.cpu_ms)} of CPU time; "
            f"the time limit is {format_ms(judged.cpu_ms)}."
        )
    explanation = Explanation(
        reason="cpu", text=text, limit=judged.cpu_ms, value=result.cpu_ms, unit="ms"
    )
    return RunVerdict(verdict=Verdict.TLE, explanation=explanation)


def _wall_exceeded(result: RunResult, judged: JudgeLimits) -> RunVerdict:
    limit_ms = judged_wall_ms(judged)
    text = (
        f"The program did not end within the wall limit of {format_ms(limit_ms)}; "
        f"it used {format_ms(result.cpu_ms)} of CPU time."
    )
    explanation = Explanation(
        reason="wall", text=text, limit=limit_ms, value=result.wall_ms, unit="ms"
    )
    return RunVerdict(verdict=Verdict.TLE, explanation=explanation)


def _memory_exceeded(result: RunResult, judged: JudgeLimits) -> RunVerdict:
    text = (
        f"The program reached the memory limit of {format_bytes(judged.memory_bytes)} "
        f"(processes, and files in its work directory and /tmp, together)."
    )
    explanation = Explanation(
        reason="memory",
        text=text,
        limit=judged.memory_bytes,
        value=result.memory_bytes,
        unit="bytes",
    )
    return RunVerdict(verdict=Verdict.MLE, explanation=explanation)


def _output_exceeded(result: RunResult, judged: JudgeLimits) -> RunVerdict:
    text = (
        f"The program wrote more than the output limit of {format_bytes(judged.output_bytes)} "
        f"to its standard output and error."
    )
    explanation = Explanation(
        reason="output",
        text=text,
        limit=judged.output_bytes,
        value=result.output_bytes,
        unit="bytes",
    )
    return RunVerdict(verdict=Verdict.OLE, explanation=explanation)


def _syscall_denied(result: RunResult) -> RunVerdict:
    if result.denied is None:
        text = "The program made a system call that is forbidden here."
        explanation = Explanation(reason="syscall", text=text)
    else:
        denied = result.denied
        text = (
            f"The program made the forbidden system call {denied.name} "
            f"(number {denied.number}, architecture {denied.arch:#x})."
        )
        explanation = Explanation(reason="syscall", text=text, value=denied.number)
    return RunVerdict(verdict=Verdict.SV, explanation=explanation)
