"""What every command shares at its outer edge: one JSON document, or one message and a number.

stdout carries results, stderr everything else. Knows no room but its errors.
"""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import typer

from cli.errors import BadInput, CannotInstall, CannotServe, ConfigError
from judging.errors import BadPackage, InvalidSubmission, ProblemError
from languages.errors import BadSources, LanguageError
from sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class ExitCode(IntEnum):
    """The number a command ends with."""

    OK = 0
    NEGATIVE = 1  # it worked, and the answer is no: a verdict differs, a check fails
    BAD_INPUT = 2  # the caller's: a field is named (also what typer uses for wrong options)
    HOST_FAULT = 3  # ours or the host's: no verdict could be given
    INTERRUPTED = 130  # as shells say for SIGINT


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failure as the caller sees it; `mistakes` lists all of them where there are several."""

    exit_code: ExitCode
    field: str | None
    message: str
    mistakes: tuple[Mapping[str, object], ...] = ()


def emit(document: Mapping[str, Any]) -> None:
    """Write the one JSON document of `--json` to stdout."""
    json.dump(document, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.write("\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Write a line for people to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def door(*, as_json: bool) -> Iterator[None]:
    """Turn every exception of a command's body into a message and an exit code.

    With `as_json`, stdout gets `{"error": {"field", "message", "mistakes"}}` as its document.
    """
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the outer door of every command
        fault = describe(error)
        if fault is None:
            traceback.print_exc()
            fault = Fault(exit_code=ExitCode.HOST_FAULT, field=None, message=_last_words(error))
        _report(fault, as_json=as_json)
        sys.exit(fault.exit_code)


def describe(error: Exception) -> Fault | None:
    """Say whose fault an exception is; None for one that nobody expected."""
    match error:
        case BadInput() | InvalidSubmission() | BadSources():
            return Fault(exit_code=ExitCode.BAD_INPUT, field=error.field, message=error.reason)
        case ConfigError():
            return Fault(
                exit_code=ExitCode.BAD_INPUT,
                field="configuration",
                message="; ".join(f"{m.name}: {m.message}" for m in error.mistakes),
                mistakes=tuple({"field": m.name, "message": m.message} for m in error.mistakes),
            )
        case BadPackage():
            return Fault(
                exit_code=ExitCode.BAD_INPUT,
                field="package",
                message=str(error),
                mistakes=tuple(
                    {"path": m.path, "line": m.line, "message": m.message} for m in error.mistakes
                ),
            )
        case LanguageError():
            return Fault(exit_code=ExitCode.BAD_INPUT, field="language", message=str(error))
        case SandboxError() | ProblemError() | CannotServe() | CannotInstall():
            return Fault(exit_code=ExitCode.HOST_FAULT, field=None, message=str(error))
        case _:
            return None


def _last_words(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {error}"


def _report(fault: Fault, *, as_json: bool) -> None:
    where = f"{fault.field}: " if fault.field else ""
    note(f"brig: {where}{fault.message}")
    if as_json:
        error: dict[str, object] = {"field": fault.field, "message": fault.message}
        if fault.mistakes:
            error["mistakes"] = list(fault.mistakes)
        emit({"error": error})
