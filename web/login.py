"""The link that opens the page once, printed by whoever started the server.

The token is known here by its SHA-256 alone. It is redeemed in the memory of one process: the
server runs as one process with many threads (web.gunicorn_conf).
"""

from __future__ import annotations

import hashlib
import hmac
import threading


class LoginLink:
    """A token that can be exchanged once for the key that the session is made from."""

    def __init__(self, token_sha256: str, key_text: str) -> None:
        self._sha256 = token_sha256
        self._key_text: str | None = key_text
        self._lock = threading.Lock()

    def redeem(self, token: str) -> str | None:
        """Return the key's text for the right token, the first time only."""
        digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
        with self._lock:
            if self._key_text is None or not hmac.compare_digest(digest, self._sha256):
                return None
            text, self._key_text = self._key_text, None
            return text
