"""kombu's Redis transport, made to survive the death of Redis while a message is being worked on.

With kombu 5.7.0 the worker ends itself then ("'NoneType' object has no attribute 'hostname'"):
a channel whose connection is already gone tries to put unacknowledged messages back, and later to
acknowledge them. A slot message carries nothing and the reaper sends what is missing, so here a
lost message is let go. Seen with celery 5.7.0 by `tests/e2e/test_worker_redis.py`.
"""

from __future__ import annotations

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as kombu_redis


class Channel(kombu_redis.Channel):
    """A channel that leaves alone what it can no longer reach."""

    do_restore = False

    def basic_ack(self, delivery_tag: str, multiple: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's signature
        """Acknowledge, unless the connection that brought the message is gone."""
        if self._is_connected():
            super().basic_ack(delivery_tag, multiple=multiple)  # type: ignore[no-untyped-call]

    def basic_reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002 - kombu's signature
        """Reject, unless the connection that brought the message is gone."""
        if self._is_connected():
            super().basic_reject(delivery_tag, requeue=requeue)  # type: ignore[no-untyped-call]

    def _is_connected(self) -> bool:
        return self.connection is not None and self.connection.client is not None


class Transport(kombu_redis.Transport):
    """The Redis transport with our channel."""

    Channel = Channel


def use_for_redis() -> None:
    """Let this process use it for `redis://`, `rediss://` and unix sockets.

    kombu takes a transport from a URL by its alias alone, so the alias is what has to change.
    """
    name = f"{__name__}:{Transport.__name__}"
    TRANSPORT_ALIASES.update(redis=name, rediss=name)
