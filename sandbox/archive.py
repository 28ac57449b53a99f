"""The flat archive in which files enter and leave a jail.

A sequence of records, little endian: u32 magic, u16 mode, u16 name length, u64 size, then the
name (UTF-8 by contract, any bytes in fact) and the content. Only regular files; a mode is 0o644
or 0o755. The jailer writes this layout for collected outputs and reads it for artefacts.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAGIC = 0x47495242  # "BRIG"
NAME_MAX_BYTES = 1024
_HEADER = struct.Struct("<IHHQ")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFile:
    """One file: a relative name without `.`, `..` or empty parts, its mode and its bytes."""

    name: str
    content: bytes
    mode: int = 0o644


def is_safe_name(name: str) -> bool:
    """Say whether `name` is relative, clean and short enough to enter a jail."""
    parts = name.split("/")
    encoded = name.encode("utf-8", "surrogateescape")
    return (
        0 < len(encoded) <= NAME_MAX_BYTES
        and "\0" not in name
        and all(part not in {"", ".", ".."} for part in parts)
        and all(len(part.encode("utf-8", "surrogateescape")) <= 255 for part in parts)  # noqa: PLR2004 - NAME_MAX
    )


def pack(files: Iterable[ArchiveFile]) -> bytes:
    """Write files one behind the other. Raises ValueError for an unsafe name."""
    chunks: list[bytes] = []
    for file in files:
        if not is_safe_name(file.name):
            msg = f"file name {file.name!r} cannot enter a jail"
            raise ValueError(msg)
        name = file.name.encode("utf-8", "surrogateescape")
        mode = 0o755 if file.mode & 0o111 else 0o644
        chunks += [_HEADER.pack(MAGIC, mode, len(name), len(file.content)), name, file.content]
    return b"".join(chunks)


def unpack(data: bytes) -> Iterator[ArchiveFile]:
    """Read what `pack` or a jail wrote. Raises ProtocolError when the layout is broken."""
    offset = 0
    while offset < len(data):
        if len(data) - offset < _HEADER.size:
            raise ProtocolError("archive ends inside a header")
        magic, mode, name_bytes, size = _HEADER.unpack_from(data, offset)
        offset += _HEADER.size
        if magic != MAGIC or name_bytes + size > len(data) - offset:
            raise ProtocolError("archive record is damaged")
        name = data[offset : offset + name_bytes].decode("utf-8", "surrogateescape")
        offset += name_bytes
        if not is_safe_name(name):
            raise ProtocolError(f"archive holds the unsafe name {name!r}")
        yield ArchiveFile(name=name, content=data[offset : offset + size], mode=mode)
        offset += size
