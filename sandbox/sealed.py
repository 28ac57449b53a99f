"""Sealed memfds: the only files that cross into a jail.

A sealed memfd has no path, no hash and no way to write; it is charged to the process that made
it (memfd_create(2), F_ADD_SEALS in fcntl(2)), so a 20 MB input costs the program nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

_F_ADD_SEALS = 1033
_SEAL_ALL = 0x1 | 0x2 | 0x4 | 0x8  # F_SEAL_SEAL | SHRINK | GROW | WRITE


class SealedFile:
    """Immutable bytes behind a file descriptor. Close it, or use it as a context manager."""

    __slots__ = ("_fd", "size_bytes")

    def __init__(self, fd: int) -> None:
        """Take ownership of a memfd and seal it."""
        fcntl.fcntl(fd, _F_ADD_SEALS, _SEAL_ALL)
        self._fd = fd
        self.size_bytes = os.fstat(fd).st_size

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Seal a copy of `content`."""
        fd = _memfd()
        with os.fdopen(os.dup(fd), "wb") as out:
            out.write(content)
        return cls(fd)

    @classmethod
    def from_path(cls, path: Path) -> Self:
        """Seal a copy of the file at `path`. Raises OSError as `open` does."""
        with path.open("rb") as source:
            fd = _memfd()
            with os.fdopen(os.dup(fd), "wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
        return cls(fd)

    def open_reader(self) -> int:
        """Return a new read-only descriptor with an offset of its own; the caller closes it."""
        return os.open(f"/proc/self/fd/{self._fd}", os.O_RDONLY | os.O_CLOEXEC)

    def read(self, max_bytes: int = -1) -> bytes:
        """Return the first `max_bytes` bytes, or all of them."""
        length = self.size_bytes if max_bytes < 0 else min(max_bytes, self.size_bytes)
        return os.pread(self._fd, length, 0) if length else b""

    def close(self) -> None:
        """Close the descriptor; jails that were given it keep theirs."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


def _memfd() -> int:
    # The name is visible inside the jail through /proc/self/fd: always the same word.
    fd = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    # Born with mode 777: a program could set its times, and so leave word for the next run.
    os.fchmod(fd, 0o444)
    return fd
