"""`problem.yaml` of the legacy formats, and the time limit that DOMjudge's own files give.

Keys, types and defaults follow the Kattis/ICPC problem package format (legacy, legacy-icpc), with
the defaults of problemtools. What cannot be honoured yet is refused by name, never ignored.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from judging.compare import parse_flags
from judging.model import CheckerKind, JudgeLimits
from judging.packages.fields import Fields
from judging.packages.yaml_lines import read_yaml_map

if TYPE_CHECKING:
    from judging.packages.mistakes import Mistakes
    from judging.packages.tree import PackageTree, TreeFile

MIB = 1 << 20
UNKNOWN_TIME_LIMIT_MS = 10_000
_PROBLEM_YAML = "problem.yaml"
_DOMJUDGE_INI = "domjudge-problem.ini"
_VERSIONS = ("legacy", "legacy-icpc")
_LICENSES = (
    "unknown", "public domain", "cc0", "cc by", "cc by-sa", "educational", "permission",
)  # fmt: skip
_MAX_SECONDS = 3_600
_MAX_MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What `problem.yaml` and DOMjudge's files say, with defaults laid under."""

    title: str
    checker_kind: CheckerKind
    validator_flags: tuple[str, ...]
    limits: JudgeLimits
    compilation: JudgeLimits
    validation: JudgeLimits
    code_bytes: int
    time_limit_is_given: bool
    time_multiplier: float
    time_safety_margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """The map `limits`, in the units of the format: seconds, MiB and KiB."""

    time_multiplier: float
    time_safety_margin: float
    memory: float
    output: float
    code: float
    compilation_time: float
    compilation_memory: float
    validation_time: float
    validation_memory: float
    validation_output: float


def read_metadata(tree: PackageTree, mistakes: Mistakes) -> Metadata | None:
    """Read what a package says of itself; None when its problem.yaml says nothing usable."""
    file = tree.file(_PROBLEM_YAML)
    if file is None:
        mistakes.add(_PROBLEM_YAML, "is missing")
        return None
    values = read_yaml_map(file.path, _PROBLEM_YAML, mistakes)
    if values is None:
        return None
    fields = Fields(values, _PROBLEM_YAML, mistakes)
    version = fields.text("problem_format_version", "legacy")
    if version not in _VERSIONS:
        known = " and ".join(_VERSIONS)
        fields.wrong("problem_format_version", f"{version!r} is not supported; {known} are")
        return None
    _read_type(fields, version)
    kind = _read_validation(fields)
    flags = _read_validator_flags(fields, kind)
    limits = _read_limits(fields.nested("limits"))
    title = fields.text("name")
    _read_the_rest(fields, version)
    fields.done()
    time_limit_s = _time_limit_s(tree, mistakes)
    return _metadata(title, (kind, flags), limits, time_limit_s)


def _metadata(
    title: str,
    validation: tuple[CheckerKind, tuple[str, ...]],
    limits: _Limits,
    time_limit_s: float | None,
) -> Metadata:
    given = time_limit_s is not None
    cpu_ms = UNKNOWN_TIME_LIMIT_MS if time_limit_s is None else math.ceil(time_limit_s * 1_000)
    return Metadata(
        title=title,
        checker_kind=validation[0],
        validator_flags=validation[1],
        limits=JudgeLimits(
            cpu_ms=cpu_ms,
            memory_bytes=_mib(limits.memory),
            output_bytes=_mib(limits.output),
        ),
        compilation=JudgeLimits(
            cpu_ms=math.ceil(limits.compilation_time * 1_000),
            memory_bytes=_mib(limits.compilation_memory),
            output_bytes=8 * MIB,
        ),
        validation=JudgeLimits(
            cpu_ms=math.ceil(limits.validation_time * 1_000),
            memory_bytes=_mib(limits.validation_memory),
            output_bytes=_mib(limits.validation_output),
        ),
        code_bytes=math.ceil(limits.code * 1024),
        time_limit_is_given=given,
        time_multiplier=limits.time_multiplier,
        time_safety_margin=limits.time_safety_margin,
    )


def _read_type(fields: Fields, version: str) -> None:
    if version == "legacy-icpc":
        return  # has no such key
    if fields.choice("type", ("pass-fail", "scoring"), "pass-fail") == "scoring":
        fields.wrong("type", "scoring problems are not supported yet; only pass-fail is")


def _read_validation(fields: Fields) -> CheckerKind:
    words = fields.words("validation") or ("default",)
    if words == ("default",):
        return CheckerKind.TOKENS
    if words[0] != "custom":
        fields.wrong("validation", "must be default, or custom with or without a kind")
        return CheckerKind.TOKENS
    for word in words[1:]:
        if word in {"interactive", "score"}:
            fields.wrong("validation", f"{word} validation is not supported yet")
        else:
            fields.wrong("validation", f"custom validation has no kind {word!r}")
    return CheckerKind.CUSTOM


def _read_validator_flags(fields: Fields, kind: CheckerKind) -> tuple[str, ...]:
    flags = fields.words("validator_flags")
    if kind is CheckerKind.TOKENS:
        try:
            parse_flags(flags)
        except ValueError as error:
            fields.wrong("validator_flags", str(error))
    return flags


def _read_limits(fields: Fields) -> _Limits:
    limits = _Limits(
        time_multiplier=fields.positive("time_multiplier", 5, 1_000),
        time_safety_margin=fields.positive("time_safety_margin", 2, 1_000),
        memory=fields.positive("memory", 1024, _MAX_MIB),
        output=fields.positive("output", 8, _MAX_MIB),
        code=fields.positive("code", 128, 1 << 20),
        compilation_time=fields.positive("compilation_time", 60, _MAX_SECONDS),
        compilation_memory=fields.positive("compilation_memory", 1024, _MAX_MIB),
        validation_time=fields.positive("validation_time", 60, _MAX_SECONDS),
        validation_memory=fields.positive("validation_memory", 1024, _MAX_MIB),
        validation_output=fields.positive("validation_output", 8, _MAX_MIB),
    )
    fields.done()
    return limits


def _read_the_rest(fields: Fields, version: str) -> None:
    fields.choice("license", _LICENSES, "unknown")
    for key in ("author", "source", "source_url", "rights_owner", "keywords", "uuid"):
        fields.text(key)
    if version == "legacy":
        grading = fields.nested("grading")
        grading.choice("objective", ("max", "min"), "max")
        grading.flag("show_test_data_groups")
        # Older than the format's first version; they speak of scores only.
        grading.skip("accept_score", "reject_score", "range", "on_reject")
        grading.done()


def _time_limit_s(tree: PackageTree, mistakes: Mistakes) -> float | None:
    """Time limit in seconds: `.timelimit`, over which domjudge-problem.ini goes."""
    time_limit_s: float | None = None
    file = tree.file(".timelimit")
    if file is not None:
        time_limit_s = _seconds(_text(file, mistakes), (file.name, 1), mistakes)
    ini = tree.file(_DOMJUDGE_INI)
    if ini is None:
        return time_limit_s
    for number, line in enumerate(_text(ini, mistakes).splitlines(), start=1):
        key, value = _setting(line)
        if key == "timelimit":
            time_limit_s = _seconds(value, (ini.name, number), mistakes)
        elif key in {"special_run", "special_compare"}:
            mistakes.add(ini.name, f"{key} is not supported; use output_validators/", number)
        elif key is None and value:
            mistakes.add(ini.name, "is no line of the form key = value", number)
    return time_limit_s


def _setting(line: str) -> tuple[str | None, str]:
    text = line.strip()
    if not text or text.startswith(("#", ";", "[")):
        return None, ""
    key, equals, value = text.partition("=")
    if not equals:
        return None, text
    return key.strip().lower(), value.strip().strip("\"'")


def _seconds(text: str, where: tuple[str, int], mistakes: Mistakes) -> float | None:
    path, line = where
    if not re.fullmatch(r"\s*(\d+(\.\d*)?|\.\d+)\s*", text, re.ASCII):
        mistakes.add(path, f"the time limit must be a number of seconds, not {text[:40]!r}", line)
        return None
    seconds = float(text)
    if not 0 < seconds <= _MAX_SECONDS:
        mistakes.add(path, f"the time limit must be above 0 and at most {_MAX_SECONDS} s", line)
        return None
    return seconds


def _text(file: TreeFile, mistakes: Mistakes) -> str:
    try:
        return file.path.read_bytes()[: 64 << 10].decode("utf-8-sig")
    except UnicodeDecodeError:
        mistakes.add(file.name, "is not UTF-8")
    except OSError as error:
        mistakes.add(file.name, f"cannot be read: {error.strerror}")
    return ""


def _mib(value: float) -> int:
    return math.ceil(value * MIB)
