"""JSON bodies, read strictly: what two parsers could read in two ways is refused.

Duplicate keys, NaN, infinities, numbers of absurd length, deep nesting, lone surrogates and values
without number are errors here, so that nothing behind this module meets them. The cap on the size
of a body is Flask's `MAX_CONTENT_LENGTH`, enforced before a byte is parsed.
"""

from __future__ import annotations

import json
import math
import re
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import ClientDisconnected

from web.errors import ApiError, BadField, SlowBody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Request

MAX_DEPTH = 16
# Parsed, an empty list costs twenty times its two bytes. A thousand test cases have 7,000 marks.
MAX_MARKS = 100_000
# An unfinished string matches too, up to the end: no mark is looked at twice.
_MARK = re.compile(r'[\[{,]|"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_MAX_DIGITS = 19  # a 63-bit number; JSON itself has no bound


class UnsupportedMediaType(ApiError):
    """Raised when the body is not declared as JSON; a foreign page's form cannot declare it."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"


def read_object(request: Request) -> dict[str, Any]:
    """Return the request's body as a JSON object, or raise naming what is wrong with it."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the body as application/json.", field="body")
    try:
        body = request.get_data(cache=False)
    except ClientDisconnected as error:
        raise SlowBody("The body did not arrive in time.", field="body") from error
    value = parse_strict(body)
    if not isinstance(value, dict):
        raise BadField("body", "The body must be a JSON object.")
    return value


def parse_strict(body: bytes) -> Any:
    """Parse JSON text in UTF-8. Raises BadField for all that the module's head names."""
    try:
        text = body.decode("utf-8")
        _check_marks(text)
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_int=_bounded_int,
            parse_float=_finite_float,
        )
    except UnicodeDecodeError as error:
        raise BadField("body", f"The body is not UTF-8 (byte {error.start}).") from error
    except RecursionError as error:
        raise BadField("body", f"JSON is nested deeper than {MAX_DEPTH} levels.") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise BadField("body", f"The body is not JSON: {error.msg} at {where}.") from error
    _check_tree(value)
    return value


def _check_marks(text: str) -> None:
    """Bound how many values there can be, before any of them is made."""
    if next(islice(_MARK.finditer(text), MAX_MARKS, None), None) is not None:
        raise BadField("body", f"JSON with more than {MAX_MARKS} strings, commas and brackets.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise BadField(_printable(key), "The key is given twice.")
        table[key] = value
    return table


def _refuse_constant(name: str) -> float:
    raise BadField("body", f"{name} is not JSON.")


def _bounded_int(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        raise BadField("body", f"A number has {len(digits)} digits.")
    return int(digits)


def _finite_float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise BadField("body", "A number is too large.")
    return number


def _check_tree(value: Any) -> None:
    """Bound the depth and refuse lone surrogates, which no encoding can store."""
    for depth, text in _strings(value):
        if depth > MAX_DEPTH:
            raise BadField("body", f"JSON is nested deeper than {MAX_DEPTH} levels.")
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise BadField("body", "A text holds half of a surrogate pair.") from error


def _strings(value: Any) -> Iterator[tuple[int, str]]:
    """Walk without recursion; containers count as empty strings, so that depth is seen."""
    stack: list[tuple[int, Any]] = [(0, value)]
    while stack:
        depth, node = stack.pop()
        if isinstance(node, str):
            yield depth, node
        elif isinstance(node, dict):
            yield depth, ""
            stack.extend((depth + 1, part) for pair in node.items() for part in pair)
        elif isinstance(node, list):
            yield depth, ""
            stack.extend((depth + 1, part) for part in node)


def _printable(key: str) -> str:
    return key.encode("utf-8", "backslashreplace").decode("utf-8")[:80]
