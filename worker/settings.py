"""What a worker process is told by the door that starts it; nothing here reads the environment."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Settings of one worker process and its children.

    `state_path` holds blobs and the package cache; `jailers_path` the jailers' sockets. `slots`
    is how many submissions it judges at a time: at most as many as there are jailers.

    A claim is renewed each third of `lease_s` and asked for a cancel each `watch_s`. A worker
    that vanished is found after `lease_s` and one `reap_s` more. A message waits for a free
    slot, and a result for the database, for as long as `patience_s`. On SIGTERM what runs may end
    within `drain_s`; then it goes back to the queue. `submission_limit_s` is a backstop far above
    the limits of the jails: the process that judges for longer is killed.
    """

    state_path: Path
    jailers_path: Path
    redis_url: str
    database_url: str
    slots: int
    prefix: str = "brig:"
    log_level: str = "info"
    lease_s: float = 30.0
    watch_s: float = 0.5
    reap_s: float = 5.0
    heartbeat_s: float = 10.0
    patience_s: float = 60.0
    drain_s: float = 8.0
    submission_limit_s: float = 3_600.0
    visibility_s: int = 300
    packages_kept: int = 100

    @property
    def lease(self) -> timedelta:
        """How long a claim holds without renewal."""
        return timedelta(seconds=self.lease_s)

    @property
    def blobs_path(self) -> Path:
        """Where the blob store is."""
        return self.state_path / "blobs"

    @property
    def packages_path(self) -> Path:
        """Where unpacked problem packages are kept; may be removed while no worker runs."""
        return self.state_path / "packages"

    def to_wire(self) -> dict[str, Any]:
        """Return what `json.dumps` takes, for a child process."""
        data = asdict(self)
        return {key: str(v) if isinstance(v, Path) else v for key, v in data.items()}

    @classmethod
    def from_wire(cls, data: Mapping[str, Any]) -> Self:
        """Undo `to_wire`."""
        paths = {field.name for field in fields(cls) if field.name.endswith("_path")}
        values: dict[str, Any] = {k: Path(v) if k in paths else v for k, v in data.items()}
        return cls(**values)
