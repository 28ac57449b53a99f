"""A problem as JSON and back, for the cache of packages: its paths are relative to a folder."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from judging.model import Checker, Include, JudgeLimits, Problem, SourceFile, TestCase
from judging.wire import bytes_from_wire, bytes_to_wire, from_wire, to_wire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def problem_to_wire(problem: Problem, folder: Path) -> dict[str, Any]:
    """Encode a problem whose files lie below `folder`. Raises ValueError for others."""
    return {
        "name": problem.name,
        "title": problem.title,
        "limits": to_wire(problem.limits),
        "validation": to_wire(problem.validation),
        "compilation": to_wire(problem.compilation),
        "checker": _checker_to_wire(problem.checker, folder),
        "test_cases": [_case_to_wire(case, folder) for case in problem.test_cases],
        "time_limit_is_given": problem.time_limit_is_given,
        "code_bytes": problem.code_bytes,
        "includes": [_include_to_wire(include) for include in problem.includes],
    }


def problem_from_wire(data: Mapping[str, Any], folder: Path) -> Problem:
    """Undo `problem_to_wire`."""
    return Problem(
        name=data["name"],
        title=data["title"],
        limits=from_wire(JudgeLimits, data["limits"]),
        validation=from_wire(JudgeLimits, data["validation"]),
        compilation=from_wire(JudgeLimits, data["compilation"]),
        checker=_checker_from_wire(data["checker"], folder),
        test_cases=tuple(_case_from_wire(case, folder) for case in data["test_cases"]),
        time_limit_is_given=data["time_limit_is_given"],
        code_bytes=data["code_bytes"],
        includes=tuple(_include_from_wire(include) for include in data["includes"]),
    )


def _checker_to_wire(checker: Checker, folder: Path) -> dict[str, Any]:
    paths = [str(path.relative_to(folder)) for path in checker.program_paths]
    return {**to_wire(checker), "program_paths": paths}


def _checker_from_wire(data: Mapping[str, Any], folder: Path) -> Checker:
    paths = [str(folder / path) for path in data["program_paths"]]
    return from_wire(Checker, {**data, "program_paths": paths})


def _case_to_wire(case: TestCase, folder: Path) -> dict[str, Any]:
    return {
        "name": case.name,
        "input": _content_to_wire(case.input, folder),
        "answer": None if case.answer is None else _content_to_wire(case.answer, folder),
        "is_sample": case.is_sample,
        "checker": None if case.checker is None else _checker_to_wire(case.checker, folder),
    }


def _case_from_wire(data: Mapping[str, Any], folder: Path) -> TestCase:
    answer, checker = data["answer"], data["checker"]
    return TestCase(
        name=data["name"],
        input=_content_from_wire(data["input"], folder),
        answer=None if answer is None else _content_from_wire(answer, folder),
        is_sample=data["is_sample"],
        checker=None if checker is None else _checker_from_wire(checker, folder),
    )


def _content_to_wire(content: bytes | Path, folder: Path) -> dict[str, str]:
    if isinstance(content, bytes):
        return bytes_to_wire(content)
    return {"path": str(content.relative_to(folder))}


def _content_from_wire(data: Mapping[str, str], folder: Path) -> bytes | Path:
    return folder / data["path"] if "path" in data else bytes_from_wire(data)


def _include_to_wire(include: Include) -> dict[str, Any]:
    files = [
        {"name": file.name, "content": base64.b64encode(file.content).decode("ascii")}
        for file in include.files
    ]
    return {"code": include.code, "files": files}


def _include_from_wire(data: Mapping[str, Any]) -> Include:
    files = tuple(
        SourceFile(name=file["name"], content=base64.b64decode(file["content"]))
        for file in data["files"]
    )
    return Include(code=data["code"], files=files)
