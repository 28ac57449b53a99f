#!/usr/bin/env python3
"""Write the test data of the example problems.

Each package has a `generators/cases.py` that yields its test cases and touches no file; this
script writes them. Without options it writes only what is too large for the checkout, and that
only where it is missing or damaged; with --all it writes every file again.

Needs nothing but Python, so that it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PROBLEMS = Path(__file__).resolve().parent / "problems"


def packages() -> list[Path]:
    """Return the folders of all example problems."""
    return sorted(path.parent for path in PROBLEMS.glob("*/problem.yaml"))


def test_files(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name below `data/` and the content of each file of test data."""
    for name, given, answer in _generator(package)["test_cases"]():
        yield f"{name}.in", given
        yield f"{name}.ans", answer


def on_demand(package: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below `data/` that is no part of the checkout."""
    digests: dict[str, str] = _generator(package).get("ON_DEMAND", {})
    return digests


def write_missing(package: Path) -> list[Path]:
    """Write the files that are made on demand and are not there; return their paths.

    Raises ValueError when the generator makes something else than the checkout was made for.
    """
    data = package / "data"
    missing = {
        name: digest
        for name, digest in on_demand(package).items()
        if _digest(data / name) != digest
    }
    if not missing:
        return []
    written = []
    for name, content in test_files(package):
        if name not in missing:
            continue
        if hashlib.sha256(content).hexdigest() != missing[name]:
            raise ValueError(f"{package.name}: the generator makes another {name}")
        written.append(_write(data / name, content))
    return written


def write_all(package: Path) -> list[Path]:
    """Write every file of test data again; return their paths."""
    data = package / "data"
    return [_write(data / name, content) for name, content in test_files(package)]


def main(arguments: list[str]) -> int:
    """Write what is missing, or everything, and say what was written."""
    parser = argparse.ArgumentParser(description="Write the test data of the example problems.")
    parser.add_argument("--all", action="store_true", help="write every file again")
    options = parser.parse_args(arguments)
    for package in packages():
        written = write_all(package) if options.all else write_missing(package)
        for path in written:
            sys.stderr.write(f"wrote {path}\n")
    return 0


def _generator(package: Path) -> dict[str, Any]:
    return runpy.run_path(str(package / "generators" / "cases.py"))


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, content: bytes) -> Path:
    # Renamed into place: whoever is interrupted leaves no half of a file behind.
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_bytes(content)
    return unfinished.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
