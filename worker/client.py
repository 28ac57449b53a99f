"""What the web front end may do with the queue: say that there is work, hear what changed.

Connects on first use, and anew in each process after a fork. Knows nothing of judging.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from worker.errors import QueueUnavailable

__all__ = ["Listener", "QueueClient", "QueueUnavailable"]


class Listener:
    """Hears of changes to one submission; changes that nobody waited for are remembered once."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for a change; False when the time is over. True means: look into SQL again."""
        raise NotImplementedError


class QueueClient:
    """Redis, as the web sees it. `prefix` is that of the worker's settings."""

    def __init__(self, redis_url: str, prefix: str = "brig:") -> None:
        self._redis_url = redis_url
        self._prefix = prefix

    def enqueue_slot(self) -> None:
        """Say that one more submission is queued. Raises QueueUnavailable.

        A caller who meets QueueUnavailable after a commit has lost nothing: the reaper of any
        worker sends what is missing.
        """
        raise NotImplementedError

    def publish_changed(self, submission_id: str, version: int) -> None:
        """Tell all listeners of all processes. Raises QueueUnavailable."""
        raise NotImplementedError

    @contextmanager
    def subscribe(self, submission_id: str) -> Iterator[Listener]:
        """Listen for changes to a submission; subscribe first, then read SQL.

        All listeners of a process share one thread and one connection. While Redis is away a
        listener merely hears nothing, and hears once when it is back: poll SQL as well.
        """
        raise NotImplementedError

    def queue_length(self) -> int:
        """Count the messages that wait in Redis. Raises QueueUnavailable."""
        raise NotImplementedError

    def ping(self) -> None:
        """Ask Redis for a sign of life. Raises QueueUnavailable."""
        raise NotImplementedError

    def close(self) -> None:
        """Close connections and end the thread; listeners hear nothing any more."""
        raise NotImplementedError
