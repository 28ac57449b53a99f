"""The directories of one installation: who owns which, and the lock that keeps it single.

data_dir/          root's, so that no log or lock can be replaced by a link
    lock           held by the running `brig serve`
    logs/          root's: one file for each process
    state/         the service user's: SQLite and blobs
    redis/         the service user's: the append-only file
run_dir/serve-ID/  the service user's: Redis's socket
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.errors import BadInput, CannotServe
from cli.identity import become, needed_paths, service_user, show_paths

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cli.config import Config
    from cli.identity import Identity

_LOG_KEPT_BYTES = 10 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where one installation keeps its things."""

    data_path: Path
    state_path: Path
    redis_path: Path
    logs_path: Path
    runtime_path: Path
    has_log_files: bool

    def log_path(self, name: str) -> Path | None:
        """Return the log file of a process, or None where logs go to stderr."""
        return self.logs_path / f"{name}.log" if self.has_log_files else None


def places_of(config: Config) -> Places:
    """Derive the places from the configuration; makes nothing."""
    # From the data directory, which the lock protects: the next start finds what a kill left.
    name = hashlib.sha256(os.fsencode(config.data_dir)).hexdigest()[:12]
    return Places(
        data_path=config.data_dir,
        state_path=config.state_dir,
        redis_path=config.data_dir / "redis",
        logs_path=config.data_dir / "logs",
        runtime_path=config.run_dir / f"serve-{name}",
        has_log_files=config.log_to == "files",
    )


def prepare_data(places: Places, user: Identity) -> None:
    """Make the directories that last, with their owners. Raises BadInput."""
    try:
        for path in (places.data_path, places.logs_path):
            path.mkdir(mode=0o755, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                os.chown(path, 0, 0)
        for path in (places.state_path, places.redis_path):
            _make_owned(path, user)
    except OSError as error:
        raise BadInput("BRIG_DATA_DIR", f"{error.filename}: {error.strerror}") from error


@contextmanager
def lock_data(places: Places, part: str) -> Iterator[None]:
    """Hold the data directory for a part. Raises CannotServe when another server does."""
    fd = os.open(places.data_path / f"lock-{part}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(fd, 32, 0).decode(errors="replace").strip()
            raise CannotServe(
                f"another brig serve (process {owner}) uses {places.data_path}; "
                "stop it, or set BRIG_DATA_DIR to another directory"
            ) from None
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(fd)


@contextmanager
def runtime_directory(places: Places, user: Identity) -> Iterator[None]:
    """Make the directory of this server's sockets, and remove it. Raises BadInput."""
    try:
        places.runtime_path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput("BRIG_RUN_DIR", f"{error.filename}: {error.strerror}") from error
    with _fresh_directory(places.runtime_path, user):
        yield
    _remove_if_empty(places.runtime_path.parent)


@contextmanager
def temporary_directory(places: Places, part: str, user: Identity) -> Iterator[Path]:
    """Make the directory that services have as TMPDIR, and remove it with all that is in it."""
    path = places.data_path / f"tmp-{part}"
    with _fresh_directory(path, user):
        yield path


@contextmanager
def _fresh_directory(path: Path, user: Identity) -> Iterator[None]:
    # rmtree follows no link (shutil.rmtree.avoids_symlink_attacks), whatever the user put there.
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(mode=0o700)
    os.chown(path, user.uid, user.gid)
    try:
        yield
    finally:
        shutil.rmtree(path)


def start_logs_afresh(places: Places) -> None:
    """Keep a log that has grown large once, as `NAME.log.1`."""
    for path in places.logs_path.glob("*.log"):
        if path.stat().st_size > _LOG_KEPT_BYTES:
            path.replace(path.with_name(path.name + ".1"))


def work_as_service_user(config: Config) -> None:
    """Make this process the service's user: what root writes into the store others cannot."""
    user = service_user()
    prepare_data(places_of(config), user)
    show_paths(needed_paths(config.data_dir), user)
    become(user)


def _make_owned(path: Path, user: Identity) -> None:
    if not path.exists():
        path.mkdir(mode=0o700)
        os.chown(path, user.uid, user.gid)
    elif os.geteuid() == 0 and path.stat().st_uid != user.uid:
        raise BadInput(
            "BRIG_DATA_DIR",
            f"{path} belongs to another user; give it to the service with: "
            f"chown -R {user.uid}:{user.gid} {path}",
        )


def _remove_if_empty(path: Path) -> None:
    try:
        path.rmdir()
    except OSError:
        return  # others have sockets there
