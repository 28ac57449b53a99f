"""The files of a package folder, with symbolic links followed inside the package only."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from judging.packages.mistakes import Mistakes

MAX_FILES = 100_000
_MAX_DEPTH = 16
# The rule of the `legacy` format. Submissions are left out: `.c++` is an extension of the format.
_GOOD_NAME = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}")
_CHECKED_FOLDERS = (
    "data",
    "graders",
    "include",
    "input_format_validators",
    "input_validators",
    "output_validators",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeFile:
    """A regular file: its name inside the package, and the real path of its content."""

    name: str
    path: Path

    @property
    def base(self) -> str:
        """The last part of the name."""
        return self.name.rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The name without its last part."""
        return self.name.rpartition("/")[0]


class PackageTree:
    """Every file of a package that counts: names that start with a dot or a dash do not."""

    def __init__(self, root: Path, mistakes: Mistakes) -> None:
        self.root = root.resolve()
        self._mistakes = mistakes
        self._files: dict[str, TreeFile] = {}
        self._folders: set[str] = set()
        self._walk("", self.root, (self.root,))

    def file(self, name: str) -> TreeFile | None:
        """Return the file of this name, or None."""
        return self._files.get(name)

    def has_folder(self, name: str) -> bool:
        """Say whether there is a folder of this name."""
        return name in self._folders

    def below(self, folder: str) -> list[TreeFile]:
        """Return all files below a folder, in the order of their names."""
        return [self._files[n] for n in sorted(self._files) if n.startswith(folder + "/")]

    def children(self, folder: str) -> list[str]:
        """Return the names (in the package) of what stands directly in a folder, sorted."""
        names = [*self._files, *self._folders]
        return sorted(n for n in names if n.rpartition("/")[0] == folder and n)

    def _walk(self, name: str, path: Path, above: tuple[Path, ...]) -> None:
        if len(above) > _MAX_DEPTH:
            self._mistakes.add(name, f"folders are nested deeper than {_MAX_DEPTH}")
            return
        try:
            entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        except OSError as error:
            self._mistakes.add(name or ".", f"cannot be read: {error.strerror}")
            return
        for entry in entries:
            if not entry.name.startswith((".", "-")) or (not name and entry.name == ".timelimit"):
                self._enter(
                    f"{name}/{entry.name}" if name else entry.name, path / entry.name, above
                )

    def _enter(self, name: str, path: Path, above: tuple[Path, ...]) -> None:
        shown = name.encode("utf-8", "backslashreplace").decode()
        real = self._inside(shown, path)
        if real is None:
            return
        if name.partition("/")[0] in _CHECKED_FOLDERS and not _GOOD_NAME.fullmatch(path.name):
            self._mistakes.add(
                shown, "has a bad name: letters, digits, '_', '.' and '-' are allowed"
            )
            return
        mode = real.stat().st_mode
        if stat.S_ISDIR(mode):
            if real in above:
                self._mistakes.add(shown, "is a symbolic link to a folder above it")
                return
            self._folders.add(name)
            self._walk(name, real, (*above, real))
        elif not stat.S_ISREG(mode):
            self._mistakes.add(shown, "is neither a file nor a folder")
        elif len(self._files) < MAX_FILES:
            self._files[name] = TreeFile(name=name, path=real)
        else:
            self._mistakes.add(shown, f"is more than {MAX_FILES} files")

    def _inside(self, name: str, path: Path) -> Path | None:
        try:
            real = path.resolve(strict=True)
        except (OSError, RuntimeError):
            self._mistakes.add(name, "is a symbolic link to nowhere")
            return None
        if not real.is_relative_to(self.root):
            self._mistakes.add(name, "is a symbolic link that leaves the package")
            return None
        return real
