"""`brig run FILE`: one program in a jail, its input from stdin, and what it did."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.errors import BadInput
from cli.output import ExitCode, door, emit, note, write_bytes
from cli.toolbox import (
    compile_document,
    explanation_document,
    open_tools,
    read_file,
    read_submission,
)
from judging.model import Verdict

if TYPE_CHECKING:
    from judging.model import JudgeLimits, Judgement, Submission, TestResult
    from judging.tools import Languages

DEFAULT_CPU_MS = 5_000
DEFAULT_WALL_MS = 10_000
DEFAULT_PROCESSES = 64
INPUT_MAX_BYTES = 1 << 30
# As everywhere in this field, a megabyte of memory is 1024 x 1024 bytes.
_SIZE = re.compile(r"(\d{1,20})\s*([kmg]?)(?:i?b)?", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run(  # noqa: PLR0913 - one parameter for each option of the command
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Source file(s).")],
    *,
    language: Annotated[str | None, typer.Option(help="Default: by the extension.")] = None,
    entry_point: Annotated[str | None, typer.Option(help="Main file or class.")] = None,
    stdin: Annotated[Path | None, typer.Option(help="Input file; default: standard input.")] = None,
    expected: Annotated[Path | None, typer.Option(help="File with the output to expect.")] = None,
    cpu_ms: Annotated[int, typer.Option(help="CPU time limit.")] = DEFAULT_CPU_MS,
    wall_ms: Annotated[
        int | None,
        typer.Option(help=f"Wall limit; default: {DEFAULT_WALL_MS}, more with a longer --cpu-ms."),
    ] = None,
    memory_bytes: Annotated[str, typer.Option(help="268435456, 256MB, 1GB, ...")] = "256MB",
    processes: Annotated[int, typer.Option(help="Processes and threads.")] = DEFAULT_PROCESSES,
    output_bytes: Annotated[str, typer.Option(help="stdout and stderr together.")] = "16MB",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Run one program in a jail; with --json stdout and stderr are in the document.

    Exit code 0 whatever the program did, 2 for bad input, 3 when the host could not run it.
    """
    with door(as_json=as_json):
        from judging.inline import run_problem
        from judging.judge import JudgeRequest, judge

        limits = _limits(
            cpu_ms=cpu_ms,
            wall_ms=_wall_ms(cpu_ms) if wall_ms is None else wall_ms,
            memory_bytes=_size("memory_bytes", memory_bytes),
            processes=processes,
            output_bytes=_size("output_bytes", output_bytes),
        )
        answer = None if expected is None else read_file(expected, "expected", INPUT_MAX_BYTES)
        problem = run_problem(_input(stdin), answer, limits)
        with open_tools(slots=1) as tools:
            submission = read_submission(files, language, tools.registry, entry_point)
            submission = _with_beginning(submission, tools.registry)
            request = JudgeRequest(
                submission=submission, problem=problem, keep_bytes=limits.output_bytes
            )
            judgement = judge(request, tools)
        if as_json:
            emit(_document(judgement))
        else:
            _show(judgement)
        if judgement.verdict is Verdict.JE:
            raise typer.Exit(ExitCode.HOST_FAULT)


def _with_beginning(submission: Submission, registry: Languages) -> Submission:
    """Find the entry point, or raise BadSources: who runs a program can say where it begins."""
    from judging.compile import with_entry_point

    submission = with_entry_point(submission, registry)
    names = [file.name for file in submission.files]
    registry.plan_run(submission.language, names, submission.entry_point, 1)
    return submission


def _wall_ms(cpu_ms: int) -> int:
    """Return the wall limit where none is given: never so short that it hides the CPU limit."""
    from judging.limits import wall_limit_ms
    from judging.wire import MAXIMUM_LIMITS

    if cpu_ms <= DEFAULT_CPU_MS:
        return DEFAULT_WALL_MS
    return min(wall_limit_ms(cpu_ms), MAXIMUM_LIMITS.wall_ms or DEFAULT_WALL_MS)


def _limits(**given: int) -> JudgeLimits:
    from judging.wire import caller_limits

    return caller_limits(given, prefix="")


def _size(field: str, text: str) -> int:
    matched = _SIZE.fullmatch(text.strip())
    if matched is None:
        raise BadInput(field, f"must be a size such as 268435456, 256MB or 1GB; not {text!r}")
    return int(matched[1]) * _UNITS[matched[2].lower()]


def _input(path: Path | None) -> bytes:
    if path is not None:
        return read_file(path, "stdin", INPUT_MAX_BYTES)
    if sys.stdin is None or sys.stdin.isatty():
        return b""
    content = sys.stdin.buffer.read(INPUT_MAX_BYTES + 1)
    if len(content) > INPUT_MAX_BYTES:
        raise BadInput("stdin", f"is larger than {INPUT_MAX_BYTES >> 20} MiB")
    return content


def _document(judgement: Judgement) -> dict[str, Any]:
    result = _only_result(judgement)
    document: dict[str, Any] = {
        "verdict": judgement.verdict.value,
        "explanation": explanation_document(judgement.explanation),
        "exit_code": None if result is None else result.exit_code,
        "signal": None if result is None else result.signal,
        "cpu_ms": judgement.cpu_ms,
        "wall_ms": judgement.wall_ms,
        "memory_bytes": judgement.memory_bytes,
        "output_bytes": 0 if result is None else result.output_bytes,
        "compile": compile_document(judgement.compile),
    }
    for name in ("stdout", "stderr"):
        content = b"" if result is None else getattr(result, name)
        document |= _stream_document(name, content)
    return document


def _stream_document(name: str, content: bytes) -> dict[str, str]:
    """Give a stream as text, or as base64 with its encoding named where it is not UTF-8."""
    try:
        return {name: content.decode("utf-8"), f"{name}_encoding": "utf-8"}
    except UnicodeDecodeError:
        encoded = base64.b64encode(content).decode("ascii")
        return {name: encoded, f"{name}_encoding": "base64"}


def _show(judgement: Judgement) -> None:
    from judging.verdicts import format_bytes, format_ms

    result = _only_result(judgement)
    if result is not None:
        write_bytes(result.stdout)
        sys.stderr.buffer.write(result.stderr)
        sys.stderr.buffer.flush()
    compiled = judgement.compile
    if compiled is not None and compiled.verdict is not Verdict.AC:
        sys.stderr.buffer.write(compiled.log)
        sys.stderr.buffer.flush()
    why = "" if judgement.explanation is None else f"  {judgement.explanation.text}"
    note(f"{judgement.verdict.value}{why}")
    note(
        f"CPU {format_ms(judgement.cpu_ms)}, wall {format_ms(judgement.wall_ms)}, "
        f"memory {format_bytes(judgement.memory_bytes)}"
    )


def _only_result(judgement: Judgement) -> TestResult | None:
    return judgement.test_results[0] if judgement.test_results else None
