"""What the web front end may do with the queue: say that there is work, hear what changed.

Connects on first use, and anew in each process after a fork. Knows nothing of judging.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import redis
from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from worker.broker import JUDGE_NEXT, broker_settings, changed_channel, queue_key
from worker.errors import QueueUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Listener", "QueueClient", "QueueUnavailable"]

_TIMEOUT_S = 2.0
_VISIBILITY_S = 300
_RECONNECT_S = 0.5
_RECONNECT_MAX_S = 5.0
_HEALTH_CHECK_S = 15
_SEND_POLICY = {"max_retries": 2, "interval_start": 0.0, "interval_step": 0.1, "interval_max": 0.2}

_log = logging.getLogger(__name__)


class Listener:
    """Hears of changes to one submission; changes that nobody waited for are remembered once."""

    def __init__(self) -> None:
        self._changed = threading.Event()

    def wait(self, timeout_s: float) -> bool:
        """Wait for a change; False when the time is over. True means: look into SQL again."""
        is_changed = self._changed.wait(timeout_s)
        self._changed.clear()
        return is_changed

    def notify(self) -> None:
        """Say that something changed."""
        self._changed.set()


class QueueClient:
    """Redis, as the web sees it. `prefix` is that of the worker's settings."""

    def __init__(self, redis_url: str, prefix: str = "brig:") -> None:
        self._redis_url = redis_url
        self._prefix = prefix
        self._lock = threading.Lock()
        self._connections: _Connections | None = None

    def enqueue_slot(self) -> None:
        """Say that one more submission is queued. Raises QueueUnavailable.

        A caller who meets QueueUnavailable after a commit has lost nothing: the reaper of any
        worker sends what is missing.
        """
        try:
            self._connected().celery.send_task(
                JUDGE_NEXT, ignore_result=True, retry=True, retry_policy=_SEND_POLICY
            )
        except (OperationalError, RedisError, OSError) as error:
            raise QueueUnavailable(f"Redis took no message: {error}") from error

    def publish_changed(self, submission_id: str, version: int) -> None:
        """Tell all listeners of all processes. Raises QueueUnavailable."""
        message = json.dumps({"id": submission_id, "version": version})
        with _redis_errors():
            self._connected().redis.publish(changed_channel(self._prefix), message)

    @contextmanager
    def subscribe(self, submission_id: str) -> Iterator[Listener]:
        """Listen for changes to a submission; subscribe first, then read SQL.

        All listeners of a process share one thread and one connection. While Redis is away a
        listener merely hears nothing, and hears once when it is back: poll SQL as well.
        """
        fan_out = self._connected().fan_out
        listener = Listener()
        fan_out.add(submission_id, listener)
        try:
            yield listener
        finally:
            fan_out.remove(submission_id, listener)

    def queue_length(self) -> int:
        """Count the messages that wait in Redis. Raises QueueUnavailable."""
        with _redis_errors():
            length = self._connected().redis.llen(queue_key(self._prefix))
        return int(length)

    def ping(self) -> None:
        """Ask Redis for a sign of life. Raises QueueUnavailable."""
        with _redis_errors():
            self._connected().redis.ping()

    def close(self) -> None:
        """Close connections and end the thread; listeners hear nothing any more."""
        with self._lock:
            connections, self._connections = self._connections, None
        if connections is not None and connections.pid == os.getpid():
            connections.close()

    def _connected(self) -> _Connections:
        with self._lock:
            if self._connections is None or self._connections.pid != os.getpid():
                self._connections = _Connections(self._redis_url, self._prefix)
            return self._connections


class _Connections:
    """Everything that must not be carried across a fork."""

    def __init__(self, redis_url: str, prefix: str) -> None:
        self.pid = os.getpid()
        self.redis = redis.Redis.from_url(
            redis_url, socket_timeout=_TIMEOUT_S, health_check_interval=_HEALTH_CHECK_S
        )
        self.celery = Celery(set_as_current=False)
        self.celery.conf.update(broker_settings(redis_url, prefix, _VISIBILITY_S))
        self.fan_out = _FanOut(redis_url, changed_channel(prefix))

    def close(self) -> None:
        self.fan_out.close()
        self.celery.close()
        self.redis.close()


class _FanOut:
    """One thread that hears every change and tells those who listen for it."""

    def __init__(self, redis_url: str, channel: str) -> None:
        self._redis_url = redis_url
        self._channel = channel
        self._lock = threading.Lock()
        self._listeners: defaultdict[str, set[Listener]] = defaultdict(set)
        self._thread: threading.Thread | None = None
        self._is_ready = threading.Event()
        self._is_closing = threading.Event()

    def add(self, submission_id: str, listener: Listener) -> None:
        with self._lock:
            self._listeners[submission_id].add(listener)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="changes", daemon=True)
                self._thread.start()
        # What is published after `subscribe` returned must be heard; without Redis, go on.
        self._is_ready.wait(_TIMEOUT_S)

    def remove(self, submission_id: str, listener: Listener) -> None:
        with self._lock:
            listeners = self._listeners[submission_id]
            listeners.discard(listener)
            if not listeners:
                del self._listeners[submission_id]

    def close(self) -> None:
        self._is_closing.set()
        if self._thread is not None:
            self._thread.join(2 * _TIMEOUT_S)

    def _run(self) -> None:
        pause_s = _RECONNECT_S
        while not self._is_closing.is_set():
            try:
                self._listen()
                pause_s = _RECONNECT_S
            except (RedisError, OSError) as error:
                if self._is_ready.is_set():
                    pause_s = _RECONNECT_S
                    _log.warning("lost the channel of changes: %s", error)
                self._is_ready.clear()
                self._is_closing.wait(pause_s)
                pause_s = min(2 * pause_s, _RECONNECT_MAX_S)

    def _listen(self) -> None:
        client = redis.Redis.from_url(
            self._redis_url,
            socket_connect_timeout=_TIMEOUT_S,
            health_check_interval=_HEALTH_CHECK_S,
        )
        with client, client.pubsub() as channel:  # type: ignore[no-untyped-call]
            channel.subscribe(self._channel)
            while not self._is_closing.is_set():
                message = channel.get_message(timeout=1.0)
                if message is not None:
                    self._tell(message)

    def _tell(self, message: dict[str, Any]) -> None:
        if message["type"] == "subscribe":
            # Nobody knows what was told while nobody listened.
            self._tell_all()
            self._is_ready.set()
        elif message["type"] == "message":
            try:
                submission_id = json.loads(message["data"])["id"]
            except (ValueError, KeyError, TypeError):
                _log.warning("a message on the channel of changes cannot be read")
                return
            with self._lock:
                listeners = tuple(self._listeners.get(submission_id, ()))
            for listener in listeners:
                listener.notify()

    def _tell_all(self) -> None:
        with self._lock:
            listeners = [x for group in self._listeners.values() for x in group]
        for listener in listeners:
            listener.notify()


@contextmanager
def _redis_errors() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise QueueUnavailable(f"Redis does not answer: {error}") from error
