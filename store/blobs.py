"""Content-addressed bytes on disk: a blob's name is the SHA-256 of what it holds.

Written to a temporary file, synced, renamed: a blob is there wholly or not at all, also after a
power cut. Knows nothing of who refers to a blob.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from store.errors import BlobDamaged, BlobMissing
from store.model import BlobRef

_CHUNK_BYTES = 1 << 20
_LEFTOVER_S = 86_400.0
_SHA256 = re.compile(r"[0-9a-f]{64}")


class BlobStore:
    """Blobs below `root`, in 256 directories; safe for many processes at once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"

    def put(self, content: bytes) -> BlobRef:
        """Store bytes (once) and return their name. Raises OSError when the disk is full."""
        sha256 = hashlib.sha256(content).hexdigest()
        if self._is_kept(sha256, len(content)):
            return BlobRef(sha256=sha256, size_bytes=len(content))
        return self.put_stream(BytesIO(content))

    def put_path(self, path: Path) -> BlobRef:
        """Store a copy of the file at `path`. Raises OSError as `open` does."""
        with path.open("rb") as source:
            return self.put_stream(source)

    def put_stream(self, source: BinaryIO) -> BlobRef:
        """Store everything that `source` still has to read."""
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest = hashlib.sha256()
        fd, name = tempfile.mkstemp(dir=self._incoming)
        temporary = Path(name)
        try:
            with os.fdopen(fd, "wb") as out:
                while chunk := source.read(_CHUNK_BYTES):
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
                size_bytes = out.tell()
            self._keep(temporary, digest.hexdigest(), size_bytes)
        finally:
            temporary.unlink(missing_ok=True)
        return BlobRef(sha256=digest.hexdigest(), size_bytes=size_bytes)

    def get(self, sha256: str) -> bytes:
        """Return a blob's bytes, checked. Raises BlobMissing, BlobDamaged.

        A damaged blob is set aside as `<sha256>.damaged`: the same content can be put again.
        """
        with self.open(sha256) as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            path = self.path(sha256)
            path.replace(path.with_suffix(".damaged"))
            raise BlobDamaged(sha256)
        return content

    def open(self, sha256: str) -> BinaryIO:
        """Open a blob for reading, unchecked. Raises BlobMissing."""
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error

    def exists(self, sha256: str) -> bool:
        """Say whether the blob is stored."""
        return self.path(sha256).is_file()

    def path(self, sha256: str) -> Path:
        """Return where a blob stands, or would stand. Raises ValueError for what is no hash."""
        if not _SHA256.fullmatch(sha256):
            msg = f"{sha256!r} is no SHA-256 in hex"
            raise ValueError(msg)
        return self._root / sha256[:2] / sha256

    def remove_leftovers(self, older_than_s: float = _LEFTOVER_S) -> None:
        """Remove what writers left that were killed in the middle of a blob."""
        oldest = time.time() - older_than_s
        for path in self._incoming.glob("*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()

    def _is_kept(self, sha256: str, size_bytes: int) -> bool:
        path = self.path(sha256)
        try:
            if path.stat().st_size != size_bytes:
                return False  # damaged: to be written again
            # A clean-up removes what nobody refers to and nobody has touched for long.
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def _keep(self, temporary: Path, sha256: str, size_bytes: int) -> None:
        if self._is_kept(sha256, size_bytes):
            return
        target = self.path(sha256)
        if not target.parent.is_dir():
            target.parent.mkdir(mode=0o700, exist_ok=True)
            _sync_directory(self._root)
        temporary.replace(target)
        _sync_directory(target.parent)


def _sync_directory(path: Path) -> None:
    # The rename itself must survive a power cut (rename(2) and fsync(2): "also on the directory").
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
