"""What the web room is told at its door: plain values, read from the environment by `cli` alone.

A thread is the cost of a waiting client: `threads` is what gunicorn starts (web.gunicorn_conf);
of these at most `wait_slots` may sleep in `?wait=` and at most `stream_slots` may hold an event
stream, so that the rest stay free for short requests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from judging.wire import MAXIMUM_LIMITS

if TYPE_CHECKING:
    from pathlib import Path

    from judging.model import JudgeLimits

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Everything that `create_app` needs to know; nothing here is read again later.

    `trusted_hosts` empty means any Host header is served (right for loopback). The `_bytes` caps
    answer 413. `package_timeout_s` bounds the child that parses an uploaded package.
    `login_token_sha256` and `login_key` belong together: `/login?token=...` opens the page once,
    with a session made from this API key.
    """

    database_url: str
    redis_url: str
    data_path: Path
    languages_path: Path | None = None
    trusted_hosts: tuple[str, ...] = ()
    threads: int = 64
    wait_slots: int = 16
    stream_slots: int = 32
    streams_per_owner: int = 16
    max_wait_s: float = 60.0
    stream_lifetime_s: float = 300.0
    heartbeat_s: float = 15.0
    poll_s: float = 1.0
    body_max_bytes: int = 32 * MIB
    source_max_bytes: int = 1 * MIB
    package_max_bytes: int = 512 * MIB
    package_unpacked_max_bytes: int = 2048 * MIB
    package_timeout_s: float = 120.0
    batch_max: int = 100
    test_cases_max: int = 1000
    largest_limits: JudgeLimits = MAXIMUM_LIMITS
    session_s: int = 7 * 86_400
    secure_cookie: bool = False
    login_token_sha256: str | None = None
    login_key: str | None = field(default=None, repr=False)
