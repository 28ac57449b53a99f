"""`python -m judging.packages ZIP`: read one package from a stranger and print what it is, as JSON.

Started by the web front end as a child without database or Redis: it limits itself before it looks
at the first byte, unpacks below TMPDIR, and ends. It prints `{"package": ...}`, or `{"mistakes":
[...]}` with every mistake. Any other exit code than 0 means that the limits were reached.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from judging.errors import BadPackage, PackageMistake
from judging.packages.package import Package, open_package
from judging.wire import bytes_to_wire, to_wire

if TYPE_CHECKING:
    from judging.model import TestCase

_SAMPLES_MAX = 10
_SHOWN_BYTES = 64 << 10


def main(arguments: list[str]) -> int:
    """Print one JSON document."""
    parser = argparse.ArgumentParser(prog="python -m judging.packages", description=__doc__)
    parser.add_argument("zip", type=Path)
    parser.add_argument("--memory-bytes", type=int, required=True)
    parser.add_argument("--cpu-s", type=int, required=True)
    parser.add_argument("--file-bytes", type=int, required=True)
    options = parser.parse_args(arguments)
    _limit_self(resource.RLIMIT_AS, options.memory_bytes)
    _limit_self(resource.RLIMIT_CPU, options.cpu_s)
    _limit_self(resource.RLIMIT_FSIZE, options.file_bytes)
    _limit_self(resource.RLIMIT_CORE, 0)
    json.dump(_document(options.zip), sys.stdout)
    return 0


def _limit_self(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))


def _document(zip_path: Path) -> dict[str, Any]:
    try:
        with open_package(zip_path) as package:
            return {"package": _summary(package)}
    except BadPackage as error:
        return {"mistakes": [_mistake(mistake) for mistake in error.mistakes]}


def _summary(package: Package) -> dict[str, Any]:
    problem = package.problem
    samples = [case for case in problem.test_cases if case.is_sample][:_SAMPLES_MAX]
    is_folder = package.root != package.unpacked_path
    return {
        "folder": package.root.name if is_folder else None,
        "title": problem.title,
        "limits": to_wire(problem.limits),
        "samples": [_sample(case) for case in samples],
        "case_total": len(problem.test_cases),
        "code_bytes": problem.code_bytes,
    }


def _sample(case: TestCase) -> dict[str, Any]:
    answer = case.answer
    return {
        "name": case.name,
        "input": bytes_to_wire(_head(case.input)),
        "answer": None if answer is None else bytes_to_wire(_head(answer)),
    }


def _head(content: bytes | Path) -> bytes:
    """Return at most 64 kB: samples are for reading."""
    if isinstance(content, bytes):
        return content[:_SHOWN_BYTES]
    with content.open("rb") as file:
        return file.read(_SHOWN_BYTES)


def _mistake(mistake: PackageMistake) -> dict[str, Any]:
    return {"path": mistake.path, "line": mistake.line, "message": mistake.message}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
