"""The list of everything wrong with a package: a setter wants to see it all at once."""

from __future__ import annotations

from judging.errors import BadPackage, PackageMistake

_MAX_KEPT = 200


class Mistakes:
    """Collects mistakes by file and line; further ones than 200 are only counted."""

    def __init__(self) -> None:
        self._kept: list[PackageMistake] = []
        self._left_out = 0

    def add(self, path: str, message: str, line: int | None = None) -> None:
        """Note one mistake at `path` inside the package, `line` counted from 1."""
        if len(self._kept) < _MAX_KEPT:
            self._kept.append(PackageMistake(path=path, line=line, message=message))
        else:
            self._left_out += 1

    def raise_if_any(self) -> None:
        """Raise BadPackage with everything noted, in the order of paths and lines."""
        if not self._kept:
            return
        ordered = sorted(self._kept, key=lambda m: (m.path, m.line or 0))
        if self._left_out:
            more = PackageMistake(
                path=".", line=None, message=f"and {self._left_out} more mistakes"
            )
            ordered.append(more)
        raise BadPackage(tuple(ordered))
