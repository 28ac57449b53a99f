"""How Celery is told about Redis: the settings that sender and receiver must share.

A slot message carries nothing: it says that there is work, and whoever gets it looks into SQL.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

JUDGE_NEXT = "brig.judge_next"
QUEUE = "slots"
_HEALTH_CHECK_S = 25


def broker_settings(redis_url: str, prefix: str, visibility_s: int) -> dict[str, Any]:
    """Return Celery settings that a sender and a worker have in common.

    The visibility timeout stands in three places because the smallest of all wins (Celery,
    "Using Redis", caveats). It bounds how long a lost message stays lost; a message that comes
    twice is harmless, since it carries nothing.
    """
    options = {
        "visibility_timeout": visibility_s,
        "global_keyprefix": prefix,
        "socket_connect_timeout": 2.0,
        "socket_timeout": 30.0,
        "socket_keepalive": True,
        "health_check_interval": _HEALTH_CHECK_S,
        "unacked_restore_throttle": 1,
        "max_retries": 3,
        "interval_start": 0.0,
        "interval_step": 0.2,
        "interval_max": 1.0,
    }
    return {
        "broker_url": broker_url(redis_url),
        "broker_transport_options": options,
        "result_backend_transport_options": {"visibility_timeout": visibility_s},
        "visibility_timeout": visibility_s,
        "task_default_queue": QUEUE,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "event_serializer": "json",
        "enable_utc": True,
        "timezone": "UTC",
    }


def broker_url(redis_url: str) -> str:
    """Turn the URL of a unix socket as redis-py knows it into kombu's; others stay."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    db = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={db}"


def queue_key(prefix: str) -> str:
    """Name the Redis list in which slot messages wait."""
    return f"{prefix}{QUEUE}"


def changed_channel(prefix: str) -> str:
    """Name the Redis channel on which changes are told."""
    return f"{prefix}changed"
