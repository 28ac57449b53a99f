"""`brig verify PACKAGE...`: every jury submission against what its folder or tag expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.judge import open_input
from cli.output import ExitCode, door, emit
from cli.toolbox import explanation_document, open_tools, progress_bar, usable_cores

if TYPE_CHECKING:
    from judging.errors import PackageMistake
    from judging.packages.package import Package
    from judging.tools import Tools
    from judging.verify import SubmissionCheck, Verification

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def verify(
    packages: Annotated[list[Path], typer.Argument(metavar="PACKAGE...", help="Folders or zips.")],
    *,
    slots: Annotated[
        int | None, typer.Option(min=1, help="Runs at a time; default: cores.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Judge every jury submission of each PACKAGE, and its inputs by its input validators.

    Exit code 1 when a verdict differs from the expected one or an input is not accepted.
    """
    with door(as_json=as_json):
        count = slots or usable_cores()
        found: list[tuple[Path, Verification]] = []
        with open_tools(slots=count) as tools:
            for path in packages:
                with open_input(path) as package:
                    verification = _verify(package, tools, count)
                found.append((path, verification))
                if not as_json:
                    _show(path, verification)
        is_ok = all(verification.is_ok for _, verification in found)
        if as_json:
            emit({
                "ok": is_ok,
                "packages": [_package_document(path, v) for path, v in found],
                "submissions": [
                    _check_document(path, check) for path, v in found for check in v.checks
                ],
            })  # fmt: skip
        if not is_ok:
            raise typer.Exit(ExitCode.NEGATIVE)


def _verify(package: Package, tools: Tools, slots: int) -> Verification:
    from judging import verify as verification

    with progress_bar(package.problem.name) as show:
        return verification.verify(
            package,
            tools,
            parallel=slots,
            observer=lambda step: show(step.name, step.done, step.total),
        )


def _package_document(path: Path, verification: Verification) -> dict[str, Any]:
    limit = verification.time_limit
    return {
        "package": str(path),
        "ok": verification.is_ok,
        "time_limit_ms": None if limit is None else limit.cpu_ms,
        "time_limit_is_inferred": None if limit is None else limit.is_inferred,
        "slowest_accepted_ms": None if limit is None else limit.slowest_accepted_ms,
        "mistakes": [_mistake_document(m) for m in verification.mistakes],
        "warnings": [_mistake_document(m) for m in verification.warnings],
    }


def _mistake_document(mistake: PackageMistake) -> dict[str, Any]:
    return {"path": mistake.path, "line": mistake.line, "message": mistake.message}


def _check_document(path: Path, check: SubmissionCheck) -> dict[str, Any]:
    judgement = check.judgement
    document: dict[str, Any] = {
        "package": str(path),
        "submission": check.submission.name,
        "language": check.language,
        "expected": " ".join(check.submission.expected) or None,
        "actual": None if judgement is None else judgement.verdict.value,
        "status": check.status.value,
        "reason": check.reason,
    }
    if judgement is not None:
        document |= {
            "explanation": explanation_document(judgement.explanation),
            "cpu_ms": judgement.cpu_ms,
            "wall_ms": judgement.wall_ms,
            "memory_bytes": judgement.memory_bytes,
        }
    return document


def _show(path: Path, verification: Verification) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    from judging.verdicts import format_bytes, format_ms

    console = Console()
    limit = verification.time_limit
    title = str(path) if limit is None else f"{path}  (time limit {format_ms(limit.cpu_ms)})"
    table = Table(
        Column("submission", overflow="fold"),
        "expected",
        "actual",
        "",
        "CPU",
        "memory",
        "why",
        title=escape(title),
    )
    for check in verification.checks:
        judgement = check.judgement
        table.add_row(
            escape(check.submission.name),
            " ".join(check.submission.expected),
            "" if judgement is None else judgement.verdict.value,
            check.status.value,
            "" if judgement is None else format_ms(judgement.cpu_ms),
            "" if judgement is None else format_bytes(judgement.memory_bytes),
            escape(check.reason or ""),
        )
    console.print(table)
    for word, found in (("mistake", verification.mistakes), ("warning", verification.warnings)):
        for mistake in found:
            console.print(escape(f"{word}: {mistake}"))
