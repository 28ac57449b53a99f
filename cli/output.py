"""What every command shares at its outer edge: one JSON document, or one message and a number.

stdout carries results, stderr everything else. Knows no room but its errors.
"""

from __future__ import annotations

import json
import os
import select
import sys
import traceback
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
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
    READER_GONE = 141  # and for SIGPIPE: whoever read stdout had enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failure as the caller sees it; `mistakes` lists all of them where there are several."""

    exit_code: ExitCode
    field: str | None
    message: str
    mistakes: tuple[Mapping[str, object], ...] = ()


_INTERRUPTED = Fault(exit_code=ExitCode.INTERRUPTED, field=None, message="interrupted")
_has_emitted: ContextVar[bool] = ContextVar("_has_emitted", default=False)


def emit(document: Mapping[str, Any]) -> None:
    """Write the one JSON document of `--json` to stdout, in UTF-8 whatever the locale."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    _has_emitted.set(True)
    # Half a surrogate pair (a file name that is not UTF-8) becomes what JSON calls it: \udcff.
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_bytes(content: bytes) -> None:
    """Write to stdout to the last byte. Raises BrokenPipeError when nobody reads them."""
    sys.stdout.flush()
    rest = memoryview(content)
    while rest:  # under PYTHONUNBUFFERED one write may take only a part
        rest = rest[sys.stdout.buffer.write(rest) :]
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Write a line for people to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def door(*, as_json: bool) -> Iterator[None]:
    """Turn every exception of a command's body into a message and an exit code.

    With `as_json`, stdout gets `{"error": {"field", "message", "mistakes"}}` as its document,
    unless it has one already.
    """
    _has_emitted.set(False)
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except KeyboardInterrupt:
        _report(_INTERRUPTED, as_json=as_json)
        sys.exit(_INTERRUPTED.exit_code)
    except Exception as error:  # noqa: BLE001 - the outer door of every command
        if isinstance(error, BrokenPipeError) and _is_reader_gone():
            _drop_stdout()
            sys.exit(ExitCode.READER_GONE)
        fault = describe(error)
        if fault is None:
            traceback.print_exc()
            fault = Fault(exit_code=ExitCode.HOST_FAULT, field=None, message=_last_words(error))
        _report(fault, as_json=as_json)
        sys.exit(fault.exit_code)


def describe(error: Exception) -> Fault | None:  # noqa: PLR0911 - one for each kind of fault
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
        case typer.TyperException():
            return Fault(
                exit_code=ExitCode.BAD_INPUT, field=_option(error), message=error.format_message()
            )
        case LanguageError():
            return Fault(exit_code=ExitCode.BAD_INPUT, field="language", message=str(error))
        case SandboxError() | ProblemError() | CannotServe() | CannotInstall():
            return Fault(exit_code=ExitCode.HOST_FAULT, field=None, message=str(error))
        case _:
            return None


def _option(error: typer.TyperException) -> str | None:
    """Name the argument or option that typer refused, where it says which."""
    parameter = getattr(error, "param", None)
    if parameter is not None:
        return str(parameter.metavar or parameter.name)
    return getattr(error, "option_name", None)


def _is_reader_gone() -> bool:
    """Say whether stdout is a pipe that nobody reads: another pipe may have broken."""
    stdout = select.poll()
    stdout.register(sys.stdout.fileno(), 0)  # an error is told without being asked for
    return bool(stdout.poll(0))


def _drop_stdout() -> None:
    """Let what is left in buffers go nowhere; the interpreter flushes them when it ends."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _last_words(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {error}"


def _report(fault: Fault, *, as_json: bool) -> None:
    where = f"{fault.field}: " if fault.field else ""
    note(f"brig: {where}{fault.message}")
    if as_json and not _has_emitted.get():
        error: dict[str, object] = {"field": fault.field, "message": fault.message}
        if fault.mistakes:
            error["mistakes"] = list(fault.mistakes)
        emit({"error": error})
