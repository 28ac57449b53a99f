"""A checked request becomes judging values: bytes decoded, names and sizes held to their caps.

Everything here blames one field of the request and stores nothing.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from judging.model import Checker, CheckerKind, JudgeLimits, SourceFile
from judging.wire import caller_limits
from languages.errors import LanguageError
from web.errors import BadField, TooLarge

if TYPE_CHECKING:
    from languages.model import LanguageInfo
    from languages.registry import Registry
    from web.schemas import CheckerIn, SourceFileIn, SubmissionIn, TestCaseIn
    from web.settings import WebSettings

NAME_MAX_BYTES = 255
# Control characters, both slashes, and the marks that turn the direction of text around.
_FORBIDDEN_IN_NAME = re.compile(r"[\x00-\x1f\x7f/\\\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SWITCHES = ("case_sensitive", "space_change_sensitive")
_FLOAT_FLAGS = ("float_tolerance", "float_absolute_tolerance", "float_relative_tolerance")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCase:
    """An inline test case with its bytes at hand; without an answer nothing is compared."""

    name: str
    input: bytes
    answer: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller wants judged. With `problem_id`, what follows it is empty: its own applies."""

    language: str
    files: tuple[SourceFile, ...]
    entry_point: str | None
    run_all: bool
    problem_id: str | None
    limits: JudgeLimits | None
    checker: Checker | None
    cases: tuple[GivenCase, ...]
    title: str


def read_order(asked: SubmissionIn, registry: Registry, settings: WebSettings) -> Order:
    """Turn a checked request into an order. Raises BadField, TooLarge or InvalidSubmission."""
    info = _language(asked.language, registry)
    files = _files(asked, info, registry)
    _check_sizes(files, asked, settings)
    own = asked.problem is None
    return Order(
        language=info.name,
        files=files,
        entry_point=_entry_point(asked.entry_point),
        run_all=asked.run_all,
        problem_id=_problem_id(asked.problem),
        limits=_limits(asked, settings) if own else None,
        checker=_checker(asked.checker) if own else None,
        cases=_cases(asked, settings) if own else (),
        title=_title(asked.title),
    )


def decode(text: str | None, encoded: str | None, field: str) -> bytes | None:
    """Return the bytes of a `field`/`field_base64` pair; None when neither was given."""
    if encoded is None:
        return None if text is None else text.encode("utf-8")
    try:
        return base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise BadField(f"{field}_base64", "This is not valid base64 (RFC 4648, padded).") from error


def check_file_name(name: str, field: str) -> str:
    """Return `name` if it is one plain file name, else raise BadField."""
    if not name or name in {".", ".."}:
        raise BadField(field, "A file needs a name.")
    if len(name.encode("utf-8")) > NAME_MAX_BYTES:
        raise BadField(field, f"A file name has at most {NAME_MAX_BYTES} bytes.")
    if _FORBIDDEN_IN_NAME.search(name):
        raise BadField(field, "A file name has no slash, backslash or control character.")
    if name.startswith("-"):
        raise BadField(field, "A file name that starts with a dash could be read as an option.")
    return name


def _language(name: str, registry: Registry) -> LanguageInfo:
    try:
        return registry.info(name)
    except LanguageError as error:
        raise BadField(
            "language", f"There is no language {name[:40]!r}; /api/v1/languages lists them."
        ) from error


def _files(asked: SubmissionIn, info: LanguageInfo, registry: Registry) -> tuple[SourceFile, ...]:
    if asked.files is None:
        content = _filled(decode(asked.source, asked.source_base64, "source"), "source")
        return (SourceFile(name=registry.file_name(info.name, content), content=content),)
    if not asked.files:
        raise BadField("files", "Give at least one file.")
    files = tuple(_file(given, f"files.{i}") for i, given in enumerate(asked.files))
    _check_unique(tuple(file.name for file in files))
    return files


def _file(given: SourceFileIn, field: str) -> SourceFile:
    content = decode(given.content, given.content_base64, f"{field}.content")
    name = check_file_name(given.name, f"{field}.name")
    return SourceFile(name=name, content=content or b"")


def _check_unique(names: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name.casefold() in seen:
            raise BadField(f"files.{index}.name", "Two files have this name.")
        seen.add(name.casefold())


def _filled(content: bytes | None, field: str) -> bytes:
    if not content or not content.strip():
        raise BadField(field, "The program is empty.")
    return content


def _check_sizes(files: tuple[SourceFile, ...], asked: SubmissionIn, settings: WebSettings) -> None:
    field = "source" if asked.files is None else "files"
    total = sum(len(file.content) for file in files)
    if total > settings.source_max_bytes:
        raise TooLarge(field, f"{total} bytes; at most {settings.source_max_bytes} are taken.")
    if total == 0:
        raise BadField(field, "The program is empty.")


def _entry_point(name: str | None) -> str | None:
    return None if name is None else check_file_name(name, "entry_point")


def _title(title: str) -> str:
    if not title.isprintable():
        raise BadField("title", "A title is one line of printable characters.")
    return title


def _problem_id(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", name):
        raise BadField("problem", "This is no problem id; /api/v1/problems lists them.")
    return name


def _limits(asked: SubmissionIn, settings: WebSettings) -> JudgeLimits:
    given = {} if asked.limits is None else asked.limits.model_dump(exclude_none=True)
    return caller_limits(given, maximum=settings.largest_limits)


def _checker(asked: CheckerIn | None) -> Checker:
    return Checker(kind=CheckerKind.TOKENS, flags=() if asked is None else _flags(asked))


def _flags(checker: CheckerIn) -> tuple[str, ...]:
    """Write the rule as the flags of the default validator."""
    flags = [name for name in _SWITCHES if getattr(checker, name)]
    for name in _FLOAT_FLAGS:
        tolerance = getattr(checker, name)
        if tolerance is not None:
            flags += [name, repr(tolerance)]
    return tuple(flags)


def _cases(asked: SubmissionIn, settings: WebSettings) -> tuple[GivenCase, ...]:
    if asked.test_cases is None:
        stdin = decode(asked.stdin, asked.stdin_base64, "stdin")
        answer = decode(asked.expected_output, asked.expected_output_base64, "expected_output")
        return (GivenCase(name="1", input=stdin or b"", answer=answer),)
    if len(asked.test_cases) > settings.test_cases_max:
        most = settings.test_cases_max
        raise BadField("test_cases", f"At most {most} test cases are taken.")
    return tuple(_case(case, index) for index, case in enumerate(asked.test_cases))


def _case(case: TestCaseIn, index: int) -> GivenCase:
    field = f"test_cases.{index}"
    stdin = decode(case.stdin, case.stdin_base64, f"{field}.stdin")
    answer = decode(case.expected_output, case.expected_output_base64, f"{field}.expected_output")
    name = str(index + 1) if case.name is None else check_file_name(case.name, f"{field}.name")
    return GivenCase(name=name, input=stdin or b"", answer=answer)
