"""How gunicorn serves `web`: one process, many threads.

A thread per request is what an open event stream or a `?wait=` costs, so the budgets of
`web.settings.WebSettings` (32 streams, 16 waits) leave 16 of the 64 threads for short requests.
gthread's worker beats its heart from the thread that accepts, so long responses are not taken for
a hang (the sync worker would be killed at `timeout`). One process, because the link that opens the
page is redeemed in its memory, and SQLite has one writer anyway. The app is made after the fork.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

_STALLED_S = 20

worker_class = "gthread"
workers = 1
threads = 64
preload_app = False
worker_connections = 256
backlog = 512
timeout = 60
graceful_timeout = 3  # an open event stream holds a stop for as long; its client comes back
keepalive = 5
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
accesslog = None
loglevel = "info"


def post_worker_init(worker: Any) -> None:
    """Let no stalled client hold a thread: a read or write that waits this long fails.

    Accepted sockets inherit both options from the listener (socket(7)). A client that keeps
    sending single bytes is not stopped by this; a proxy in front of a public server is.
    """
    limit = struct.pack("ll", _STALLED_S, 0)
    for listener in worker.sockets:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
