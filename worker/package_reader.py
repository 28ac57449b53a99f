"""`python -m worker.package_reader ARCHIVE FOLDER`: unpack a stranger's package and write it down.

A short-lived child of a worker, without database or Redis, that limits itself before it looks at
the first byte. It leaves `FOLDER/content/` and `FOLDER/problem.json`, and prints
`{"mistakes": [...]}`, an empty list when the package is good.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path

from judging.errors import BadPackage
from judging.packages.package import open_package, package_root
from judging.packages.zips import unpack_zip
from worker.packages import CONTENT_FOLDER, PROBLEM_FILE
from worker.problem_wire import problem_to_wire

_LIMITS = {
    resource.RLIMIT_AS: 2 << 30,
    resource.RLIMIT_CPU: 100,
    resource.RLIMIT_FSIZE: 2 << 30,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
}


def main(archive: Path, folder: Path) -> None:
    """Read one package."""
    for which, most in _LIMITS.items():
        _, hard = resource.getrlimit(which)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (limit, limit))
    try:
        _read(archive, folder)
        mistakes = []
    except BadPackage as error:
        mistakes = [asdict(mistake) for mistake in error.mistakes]
    json.dump({"mistakes": mistakes}, sys.stdout)


def _read(archive: Path, folder: Path) -> None:
    content = folder / CONTENT_FOLDER
    content.mkdir()
    unpack_zip(archive, content)
    with open_package(package_root(content)) as package:
        document = problem_to_wire(package.problem, folder.resolve())
    (folder / PROBLEM_FILE).write_text(json.dumps(document))
    _sync(folder)


def _sync(folder: Path) -> None:
    """Write every file through: after a power cut an empty answer file would judge wrongly."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
