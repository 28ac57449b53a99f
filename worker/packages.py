"""Problem packages, unpacked once per host and kept by the SHA-256 of their archive.

Packages come from strangers. A short-lived child without database or Redis unpacks and reads them
(`worker.package_reader`); here only the problem it wrote down is read back.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from judging.errors import BadPackage, PackageMistake
from worker.children import child_environment, module_argv
from worker.errors import ChildFailed
from worker.problem_wire import problem_from_wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from judging.model import Problem
    from store.blobs import BlobStore
    from store.model import ProblemRecord

PROBLEM_FILE = "problem.json"
CONTENT_FOLDER = "content"
_STAGING = "incoming-"
_CHILD_MAX_S = 120.0
_LAST_WORDS = 2_000


class PackageCache:
    """Unpacked packages below `root`, at most `kept` of them beside those in use."""

    def __init__(self, root: Path, blobs: BlobStore, *, kept: int = 100) -> None:
        self._root = root
        self._blobs = blobs
        self._kept = kept

    @contextmanager
    def open(self, record: ProblemRecord) -> Iterator[Problem]:
        """Yield the problem of a stored package; its files stay while the context is open.

        Raises BlobMissing, BadPackage and ChildFailed.
        """
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = self._root / record.archive.sha256
        with _locked(self._lock_path(folder), fcntl.LOCK_SH):
            if not folder.is_dir():
                self._unpack(record, folder)
                self._evict()
            os.utime(folder)
            document = json.loads((folder / PROBLEM_FILE).read_bytes())
            problem = problem_from_wire(document, folder)
            yield replace(problem, name=record.id, title=record.title)

    def remove_leftovers(self) -> None:
        """Remove what was being unpacked when a worker was killed; no child lives that long."""
        for path in self._root.glob(f"{_STAGING}*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < time.time() - 10 * _CHILD_MAX_S:
                    shutil.rmtree(path, ignore_errors=True)

    def _unpack(self, record: ProblemRecord, folder: Path) -> None:
        archive = self._blobs.path(record.archive.sha256)
        self._blobs.open(record.archive.sha256).close()  # BlobMissing, told before a child is
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self._root))
        try:
            _read_in_child(archive, staging)
            with suppress(OSError):  # another child was quicker
                staging.rename(folder)
            if not folder.is_dir():
                raise ChildFailed(f"the package could not be kept at {folder}")
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def _evict(self) -> None:
        """Remove what was not used for longest and is not in use."""
        folders = [p for p in self._root.iterdir() if p.is_dir() and "-" not in p.name]
        folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for folder in folders[self._kept :]:
            lock_path = self._lock_path(folder)
            with suppress(BlockingIOError), _locked(lock_path, fcntl.LOCK_EX | fcntl.LOCK_NB):
                self._remove(folder)

    def _remove(self, folder: Path) -> None:
        """Take it away at once: half a folder, left by a kill, would look like a whole one."""
        going = Path(tempfile.mkdtemp(prefix=_STAGING, dir=self._root))
        with suppress(FileNotFoundError):  # another child was quicker
            folder.rename(going / folder.name)
        shutil.rmtree(going, ignore_errors=True)

    def _lock_path(self, folder: Path) -> Path:
        return folder.with_suffix(".lock")


def _read_in_child(archive: Path, staging: Path) -> None:
    """Let a child unpack `archive` into `staging` and write the problem down beside it."""
    try:
        done = subprocess.run(
            module_argv("worker.package_reader", str(archive), str(staging)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=child_environment(TMPDIR=str(staging)),
            cwd="/",
            timeout=_CHILD_MAX_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChildFailed(f"reading a package took longer than {_CHILD_MAX_S:.0f} s") from error
    if done.returncode != 0:
        words = done.stderr[-_LAST_WORDS:].decode("utf-8", "replace")
        raise ChildFailed(f"the package reader ended with {done.returncode}: {words}")
    mistakes = json.loads(done.stdout)["mistakes"]
    if mistakes:
        raise BadPackage(tuple(PackageMistake(**mistake) for mistake in mistakes))


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    with path.open("a") as lock:
        fcntl.flock(lock, how)
        yield
