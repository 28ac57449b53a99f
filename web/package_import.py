"""Reads an uploaded package in a short-lived child process that has no database and no Redis.

Zips, YAML and the names in them come from strangers; the parser (`judging.packages`) is never
loaded here. The child is told where the zip is and where it may unpack, limits its own memory, time
and file size, and prints one JSON document, which is checked like any other input.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app

from judging.model import JudgeLimits
from judging.wire import bytes_from_wire, from_wire
from store.model import SampleCase
from web.errors import ApiError, BadField, Busy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.settings import WebSettings

_ROOT = Path(__file__).resolve().parent.parent
_ANSWER_MAX_BYTES = 16 << 20
_CHILD_MEMORY_BYTES = 1 << 30
_TITLE_MAX_CHARS = 200
# YAML can escape what a file in UTF-8 cannot hold: control characters and half surrogate pairs.
_NO_TITLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSummary:
    """What the service keeps of a package besides the zip; `folder` is its one folder's name."""

    folder: str | None
    title: str
    limits: JudgeLimits
    samples: tuple[SampleCase, ...]
    case_total: int
    code_bytes: int | None


class RefusedPackage(ApiError):
    """Raised with every mistake that the parser found."""

    status = HTTPStatus.BAD_REQUEST
    code = "bad_package"

    def __init__(self, mistakes: list[dict[str, Any]]) -> None:
        self.mistakes = mistakes
        first = mistakes[0]
        place = first["path"] if first["line"] is None else f"{first['path']}:{first['line']}"
        super().__init__(f"{place}: {first['message']}", field="package")

    def details(self) -> dict[str, object]:
        """Return all mistakes, for the answer."""
        return {"mistakes": self.mistakes}


def read_package(zip_path: Path, settings: WebSettings) -> PackageSummary:
    """Summarise a zip. Raises RefusedPackage, BadField and Busy."""
    folder = zip_path.parent / "unpacked"
    folder.mkdir(mode=0o700)
    document = _ask_child(zip_path, folder, settings)
    if "mistakes" in document:
        raise RefusedPackage(document["mistakes"])
    return _summary(document["package"])


def _ask_child(zip_path: Path, folder: Path, settings: WebSettings) -> dict[str, Any]:
    """Run the parser. Its stdout goes to a file, so that it can never fill this process."""
    answer_path = zip_path.parent / "answer.json"
    try:
        with answer_path.open("wb") as out:
            done = subprocess.run(
                _argv(zip_path, settings),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.PIPE,
                env=_environment(folder),
                cwd=zip_path.parent,
                timeout=settings.package_timeout_s,
                start_new_session=True,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise BadField("package", "The package takes too long to read.") from error
    if done.returncode != 0 or answer_path.stat().st_size > _ANSWER_MAX_BYTES:
        last_words = done.stderr[-2000:].decode("utf-8", "replace")
        current_app.logger.warning("package parser ended %s: %s", done.returncode, last_words)
        raise BadField("package", "The package cannot be read within the limits.")
    try:
        document = json.loads(answer_path.read_bytes())
    except ValueError as error:
        raise Busy("The package parser failed.") from error
    return dict(document)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "TMPDIR": str(folder),
    }


def _argv(zip_path: Path, settings: WebSettings) -> list[str]:
    return [
        sys.executable,
        "-m",
        "judging.packages",
        str(zip_path),
        f"--memory-bytes={_CHILD_MEMORY_BYTES}",
        f"--cpu-s={int(settings.package_timeout_s)}",
        f"--file-bytes={settings.package_unpacked_max_bytes}",
    ]


def _summary(package: Mapping[str, Any]) -> PackageSummary:
    return PackageSummary(
        folder=None if package["folder"] is None else str(package["folder"]),
        title=_title(str(package["title"])),
        limits=from_wire(JudgeLimits, package["limits"]),
        samples=tuple(_sample(sample) for sample in package["samples"]),
        case_total=int(package["case_total"]),
        code_bytes=None if package["code_bytes"] is None else int(package["code_bytes"]),
    )


def _title(title: str) -> str:
    if len(title) > _TITLE_MAX_CHARS or _NO_TITLE.search(title):
        message = f"name: must be one line of at most {_TITLE_MAX_CHARS} characters"
        raise RefusedPackage([{"path": "problem.yaml", "line": None, "message": message}])
    return title


def _sample(sample: Mapping[str, Any]) -> SampleCase:
    answer = sample["answer"]
    return SampleCase(
        name=str(sample["name"]),
        input=bytes_from_wire(sample["input"]),
        answer=None if answer is None else bytes_from_wire(answer),
    )
