"""`brig judge PACKAGE FILE...`: each file as a submission of its own against a problem package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.errors import BadInput
from cli.output import ExitCode, door, emit, note
from cli.toolbox import (
    compile_document,
    explanation_document,
    open_tools,
    progress_bar,
    read_submission,
    usable_cores,
)
from judging.events import TestJudged
from judging.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from judging.events import JudgeEvent
    from judging.model import Judgement, Problem, Submission, TestResult
    from judging.packages.package import Package
    from judging.tools import Tools

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def judge(  # noqa: PLR0913 - one parameter for each option of the command
    package: Annotated[Path, typer.Argument(help="Problem package: a folder or a zip.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Submissions: a file or a folder each.")
    ],
    *,
    language: Annotated[str | None, typer.Option(help="Default: by the extension.")] = None,
    run_all: Annotated[bool, typer.Option("--all", help="Go on after a failure.")] = False,
    cpu_ms: Annotated[int | None, typer.Option(help="Time limit instead of the package's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Judge each FILE against PACKAGE, stopping at its first test case that fails.

    Exit code 0 whatever the verdicts, 2 for bad input, 3 when one of them is JE.
    """
    with door(as_json=as_json):
        opened = open_input(package)
        with opened, open_tools(slots=usable_cores()) as tools:
            submissions = [read_submission(_sources(f), language, tools.registry) for f in files]
            problem = _with_time_limit(opened, tools, cpu_ms)
            judged = [
                (path, submission, _judge(problem, submission, tools, run_all=run_all))
                for path, submission in zip(files, submissions, strict=True)
            ]
        if as_json:
            documents = [_document(path, s, judgement) for path, s, judgement in judged]
            emit({
                "package": str(package),
                "time_limit_ms": problem.limits.cpu_ms,
                "submissions": documents,
            })  # fmt: skip
        else:
            _show([(path, judgement) for path, _, judgement in judged])
        if any(judgement.verdict is Verdict.JE for _, _, judgement in judged):
            raise typer.Exit(ExitCode.HOST_FAULT)


def open_input(path: Path) -> Package:
    """Open a package that a caller named. Raises BadInput and BadPackage."""
    from judging.packages.package import open_package

    try:
        return open_package(path)
    except OSError as error:
        raise BadInput("PACKAGE", str(error)) from error


def _sources(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
    return [path]


def _with_time_limit(package: Package, tools: Tools, cpu_ms: int | None) -> Problem:
    from judging.verify import infer_time_limit, with_time_limit
    from judging.wire import caller_limits

    if cpu_ms is not None:
        return with_time_limit(package.problem, caller_limits({"cpu_ms": cpu_ms}, prefix="").cpu_ms)
    if package.problem.time_limit_is_given:
        return package.problem
    note("The package gives no time limit: judging its accepted submissions to find it ...")
    time_limit = infer_time_limit(package, tools, parallel=usable_cores())
    if time_limit is None:
        raise BadInput("cpu_ms", "is needed: the package gives no time limit and none follows")
    note(f"The time limit is {time_limit.cpu_ms} ms.")
    return with_time_limit(package.problem, time_limit.cpu_ms)


def _judge(problem: Problem, submission: Submission, tools: Tools, *, run_all: bool) -> Judgement:
    from judging.judge import JudgeRequest
    from judging.judge import judge as judge_submission

    request = JudgeRequest(submission=submission, problem=problem, run_all=run_all)
    with progress_bar("Judging") as show:
        return judge_submission(request, tools, _observer(show))


def _observer(show: Callable[[str, int, int], None]) -> Callable[[JudgeEvent], None]:
    def observe(event: JudgeEvent) -> None:
        if isinstance(event, TestJudged):
            show(event.result.name, event.index, event.total)

    return observe


def _document(path: Path, submission: Submission, judgement: Judgement) -> dict[str, Any]:
    return {
        "file": str(path),
        "language": submission.language,
        "verdict": judgement.verdict.value,
        "score": judgement.score,
        "explanation": explanation_document(judgement.explanation),
        "cpu_ms": judgement.cpu_ms,
        "wall_ms": judgement.wall_ms,
        "memory_bytes": judgement.memory_bytes,
        "compile": compile_document(judgement.compile),
        "test_cases": [_test_document(result) for result in judgement.test_results],
    }


def _test_document(result: TestResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "is_sample": result.is_sample,
        "verdict": result.verdict.value,
        "explanation": explanation_document(result.explanation),
        "cpu_ms": result.cpu_ms,
        "wall_ms": result.wall_ms,
        "memory_bytes": result.memory_bytes,
        "exit_code": result.exit_code,
        "signal": result.signal,
        "judge_message": result.judge_message,
        "team_message": result.team_message,
    }


def _show(judged: list[tuple[Path, Judgement]]) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from judging.verdicts import format_bytes, format_ms

    console = Console()
    for path, judgement in judged:
        table = Table(
            "test case", "verdict", "CPU", "wall", "memory", "why", title=escape(str(path))
        )
        for result in judgement.test_results:
            why = result.judge_message or (
                "" if result.explanation is None else result.explanation.text
            )
            table.add_row(
                result.name,
                result.verdict.value,
                format_ms(result.cpu_ms),
                format_ms(result.wall_ms),
                format_bytes(result.memory_bytes),
                escape(why),
            )
        if judgement.test_results:
            console.print(table)
        why = "" if judgement.explanation is None else f"  {judgement.explanation.text}"
        console.print(escape(f"{path}: {judgement.verdict.value}{why}"))
        compiled = judgement.compile
        if compiled is not None and compiled.verdict is not Verdict.AC and compiled.log:
            console.print(escape(compiled.log.decode("utf-8", "replace")))
