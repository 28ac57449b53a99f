"""Unpacking a zip from a stranger: checked as a whole first, then written with every byte counted.

Nothing is written when a name is bad, and never outside the given folder. What the directory of a
zip says of sizes may be a lie, so what counts is what comes out.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from judging.packages.mistakes import Mistakes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK_BYTES = 1 << 18
_UNIX = 3
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_SCRIPTS = {"build", "run"}
_NAME_MAX_BYTES = 255
_BAD_IN_NAME = re.compile(r"[\x00-\x1f\x7f\\\ud800-\udfff]")
_PATH_MAX_BYTES = 1024
# What zipfile raises for a damaged zip; found by damaging one at random.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipLimits:
    """What a zip may become. The ratio counts from `ratio_from_bytes` on: test data packs well."""

    total_bytes: int = 2 << 30
    files: int = 50_000
    ratio: int = 300
    ratio_from_bytes: int = 64 << 20


def unpack_zip(source: Path | IO[bytes], into: Path, limits: ZipLimits | None = None) -> None:
    """Unpack `source` into the existing empty folder `into`.

    Raises BadPackage with every bad member; the caller removes the folder then. Raises OSError
    when the disk does not take it.
    """
    limits = limits or ZipLimits()
    mistakes = Mistakes()
    try:
        with zipfile.ZipFile(source) as archive:
            members = _checked_members(archive, limits, mistakes)
            mistakes.raise_if_any()
            _Unpacking(archive, into, limits, mistakes).write_all(members)
    except _DAMAGE as error:
        mistakes.add(".", f"is no zip that can be read: {error}")
    mistakes.raise_if_any()


def _checked_members(
    archive: zipfile.ZipFile, limits: ZipLimits, mistakes: Mistakes
) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > limits.files:
        mistakes.add(".", f"holds {len(members)} members; {limits.files} are allowed")
        return []
    if sum(m.file_size for m in members) > limits.total_bytes:
        mistakes.add(".", f"unpacks to more than {limits.total_bytes >> 20} MiB")
        return []
    seen: set[str] = set()
    for member in members:
        wrong = _wrong_with(member)
        name = member.filename.rstrip("/")
        if wrong is None and name in seen:
            wrong = "stands twice"
        if wrong is not None:
            mistakes.add(_shown(member.filename), wrong)
        seen.add(name)
    files = {m.filename for m in members if not m.is_dir()}
    for name in sorted(seen):
        above = next((folder for folder in _folders_above(name) if folder in files), None)
        if above is not None:
            mistakes.add(_shown(name), f"lies below {_shown(above)}, which is a file")
    return members


def _folders_above(name: str) -> Iterator[str]:
    while name := name.rpartition("/")[0]:
        yield name


def _wrong_with(member: zipfile.ZipInfo) -> str | None:
    mode = member.external_attr >> 16 if member.create_system == _UNIX else 0
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        return "is a symbolic link"
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return "is a special file"
    if member.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if member.compress_type not in _METHODS:
        return "is packed by a method other than store and deflate"
    # ZipInfo.filename itself is cut at a NUL and has its separators turned round.
    return _wrong_with_name(member.orig_filename)


def _wrong_with_name(name: str) -> str | None:
    if _BAD_IN_NAME.search(name):
        return "has a control character, a backslash or bad UTF-8 in its name"
    if name.startswith("/") or name[1:2] == ":":
        return "has an absolute name"
    parts = name.removesuffix("/").split("/")
    if not {"", ".", ".."}.isdisjoint(parts):
        return "has a name that leaves its folder or is not clean"
    longest = max(len(part.encode()) for part in parts)
    if longest > _NAME_MAX_BYTES or len(name.encode()) > _PATH_MAX_BYTES:
        return "has too long a name"
    return None


class _Unpacking:
    """Members on their way to the disk, and how many bytes they have become."""

    def __init__(
        self, archive: zipfile.ZipFile, into: Path, limits: ZipLimits, mistakes: Mistakes
    ) -> None:
        self._archive = archive
        self._into = into
        self._limits = limits
        self._mistakes = mistakes
        self._packed_bytes = 0
        self._written_bytes = 0

    def write_all(self, members: list[zipfile.ZipInfo]) -> None:
        for member in members:
            target = self._into / member.filename
            if member.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            self._packed_bytes += member.compress_size
            if not self._write(member, target):
                return

    def _write(self, member: zipfile.ZipInfo, target: Path) -> bool:
        head = b""
        with self._archive.open(member) as source, target.open("xb") as out:
            while chunk := source.read(_CHUNK_BYTES):
                head = head or chunk[:2]
                self._written_bytes += len(chunk)
                if self._is_bomb():
                    name = _shown(member.filename)
                    self._mistakes.add(name, "unpacks to far more than a package may be")
                    return False
                out.write(chunk)
        if _is_executable(member, head):
            target.chmod(0o755)
        return True

    def _is_bomb(self) -> bool:
        if self._written_bytes > self._limits.total_bytes:
            return True
        return (
            self._written_bytes > self._limits.ratio_from_bytes
            and self._written_bytes > self._limits.ratio * max(self._packed_bytes, 1)
        )


def _is_executable(member: zipfile.ZipInfo, head: bytes) -> bool:
    # Many tools pack no such bit: a script is known by its name and `#!` as well.
    is_script = head == b"#!" and member.filename.rpartition("/")[2] in _SCRIPTS
    return is_script or bool(member.external_attr >> 16 & 0o111)


def _shown(name: str) -> str:
    return name.encode("unicode_escape").decode("ascii")[:200]
