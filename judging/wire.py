"""Judging values as JSON-able dictionaries and back, and the check of limits that a caller sent.

Bytes become `{"text": ...}` where they are UTF-8 without NUL (PostgreSQL stores no NUL in text),
else `{"base64": ..., "encoding": "base64"}`. Knows nothing of HTTP, the kernel side or the queue.
"""

from __future__ import annotations

import base64
import math
from dataclasses import fields, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from judging.errors import InvalidSubmission
from judging.model import (
    Checker,
    CheckerKind,
    CompileResult,
    Explanation,
    JudgeLimits,
    Judgement,
    TestResult,
    Verdict,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WireValue = JudgeLimits | Checker | TestResult | CompileResult | Judgement | Explanation
_T = TypeVar("_T", JudgeLimits, Checker, TestResult, CompileResult, Judgement, Explanation)

# What one request may ask for at most; the host's own upper bounds may be lower.
MAXIMUM_LIMITS = JudgeLimits(
    cpu_ms=300_000,
    wall_ms=600_000,
    memory_bytes=16 << 30,
    processes=1024,
    output_bytes=64 << 20,
    file_bytes=1 << 30,
    stack_bytes=4 << 30,
    open_files=4096,
)


def to_wire(value: WireValue) -> dict[str, Any]:
    """Turn a judging value into a dictionary that `json.dumps` takes."""
    return {f.name: _field_to_wire(getattr(value, f.name)) for f in fields(value)}


def from_wire(kind: type[_T], data: Mapping[str, Any]) -> _T:
    """Rebuild what `to_wire` wrote. Raises KeyError, ValueError or TypeError for other data."""
    known = {f.name for f in fields(kind)}
    return kind(**{name: _READERS.get(name, _as_is)(data[name]) for name in known & set(data)})


def bytes_to_wire(content: bytes) -> dict[str, str]:
    """Turn bytes into text where that loses nothing, else into base64 with its encoding named."""
    if b"\0" not in content:
        try:
            return {"text": content.decode("utf-8")}
        except UnicodeDecodeError:
            pass
    return {"base64": base64.b64encode(content).decode("ascii"), "encoding": "base64"}


def bytes_from_wire(data: Mapping[str, str]) -> bytes:
    """Undo `bytes_to_wire`. Raises ValueError for damaged base64, KeyError for neither key."""
    if "text" in data:
        return data["text"].encode("utf-8")
    return base64.b64decode(data["base64"], validate=True)


def caller_limits(
    given: Mapping[str, object],
    *,
    default: JudgeLimits | None = None,
    maximum: JudgeLimits = MAXIMUM_LIMITS,
    prefix: str = "limits.",
) -> JudgeLimits:
    """Check limits as a caller sent them and lay them over the defaults.

    Absent and None values keep the default. Raises InvalidSubmission, naming the field with
    `prefix`, for unknown names, what is no whole number, NaN, zero, negative and too large.
    """
    base = default or JudgeLimits()
    names = {f.name for f in fields(JudgeLimits)}
    checked: dict[str, int] = {}
    for name, value in given.items():
        if name not in names:
            known = ", ".join(sorted(names))
            raise InvalidSubmission(f"{prefix}{name}", f"is no limit; the limits are {known}")
        if value is not None:
            checked[name] = _checked_limit(f"{prefix}{name}", value, getattr(maximum, name))
    return replace(base, **checked)


def _checked_limit(field: str, value: object, highest: int | None) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidSubmission(field, "must be a whole number")
    if isinstance(value, float) and (not math.isfinite(value) or not value.is_integer()):
        raise InvalidSubmission(field, f"must be a whole number, not {value}")
    if value <= 0:
        raise InvalidSubmission(field, "must be greater than zero")
    if highest is not None and value > highest:
        raise InvalidSubmission(field, f"must be at most {highest}")
    return int(value)


def _field_to_wire(value: object) -> object:
    match value:
        case bytes():
            return bytes_to_wire(value)
        case Enum():
            return value.value
        case Path():
            return str(value)
        case tuple():
            return [_field_to_wire(item) for item in value]
        case Explanation() | CompileResult() | TestResult():
            return to_wire(value)
    return value


def _as_is(value: Any) -> Any:
    return value


def _explanation(value: Mapping[str, Any] | None) -> Explanation | None:
    return None if value is None else from_wire(Explanation, value)


def _compile_result(value: Mapping[str, Any] | None) -> CompileResult | None:
    return None if value is None else from_wire(CompileResult, value)


def _test_results(value: list[Mapping[str, Any]]) -> tuple[TestResult, ...]:
    return tuple(from_wire(TestResult, item) for item in value)


def _paths(value: list[str]) -> tuple[Path, ...]:
    return tuple(Path(item) for item in value)


# Field names mean the same type wherever they occur in the values above.
_READERS: dict[str, Callable[[Any], Any]] = {
    "verdict": Verdict,
    "explanation": _explanation,
    "compile": _compile_result,
    "test_results": _test_results,
    "kind": CheckerKind,
    "flags": tuple,
    "program_paths": _paths,
    "log": bytes_from_wire,
    "stdout": bytes_from_wire,
    "stderr": bytes_from_wire,
}
