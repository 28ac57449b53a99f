"""API keys: `brig_<id>_<secret>`, of which only the SHA-256 of the secret is stored.

A secret has 256 random bits, so a fast hash is enough: there is nothing to guess.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from store.database import Database
from store.model import IssuedKey, KeyRecord, Scope, utc_now


class Keys:
    """The repository of API keys."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def issue(
        self, label: str, scopes: Collection[Scope], *, expires_at: datetime | None = None
    ) -> IssuedKey:
        """Make a key. Raises ValueError for no scope or an expiry in the past."""
        raise NotImplementedError

    def verify(self, text: str) -> KeyRecord | None:
        """Return the key that `text` proves, unless it is unknown, expired or revoked."""
        raise NotImplementedError

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key by its id, valid or not."""
        raise NotImplementedError

    def list(self) -> tuple[KeyRecord, ...]:
        """List all keys, oldest first."""
        raise NotImplementedError

    def revoke(self, key_id: str) -> bool:
        """Revoke a key from now on; False when there is none of this id."""
        raise NotImplementedError
