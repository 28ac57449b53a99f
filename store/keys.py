"""API keys: `brig_<id>_<secret>`, of which only the SHA-256 of the secret is stored.

A secret has 256 random bits, so a fast hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from store.model import IssuedKey, KeyRecord, Scope, utc_now
from store.tables import api_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import Row

    from store.database import Database

_ID_BYTES = 8
_SECRET_BYTES = 32
_PARTS = 3
_NO_HASH = "0" * 64


class Keys:
    """The repository of API keys."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def issue(
        self, label: str, scopes: Collection[Scope], *, expires_at: datetime | None = None
    ) -> IssuedKey:
        """Make a key. Raises ValueError for no scope or an expiry in the past."""
        now = self._clock()
        if not scopes:
            raise ValueError("a key needs at least one scope")
        if expires_at is not None and expires_at <= now:
            raise ValueError("a key cannot expire in the past")
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        record = KeyRecord(
            id=secrets.token_hex(_ID_BYTES),
            label=label,
            scopes=frozenset(scopes),
            created_at=now,
            expires_at=expires_at,
            revoked_at=None,
        )
        with self._database.write() as connection:
            connection.execute(
                insert(api_keys).values(
                    id=record.id,
                    label=label,
                    secret_sha256=_hash(secret),
                    scopes=sorted(scope.value for scope in record.scopes),
                    created_at=now,
                    expires_at=expires_at,
                )
            )
        return IssuedKey(record=record, text=f"brig_{record.id}_{secret}")

    def verify(self, text: str) -> KeyRecord | None:
        """Return the key that `text` proves, unless it is unknown, expired or revoked."""
        parts = text.split("_", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "brig":
            return None
        row = self._row(parts[1])
        stored = _NO_HASH if row is None else row.secret_sha256
        # Compared in constant time, and also for an unknown id: the answer's time tells nothing.
        is_proven = hmac.compare_digest(stored, _hash(parts[2]))
        if row is None or not is_proven:
            return None
        record = _record(row)
        return record if record.is_valid(self._clock()) else None

    def get(self, key_id: str) -> KeyRecord | None:
        """Return a key by its id, valid or not."""
        row = self._row(key_id)
        return None if row is None else _record(row)

    def list(self) -> tuple[KeyRecord, ...]:
        """List all keys, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(api_keys).order_by(api_keys.c.created_at)).all()
        return tuple(_record(row) for row in rows)

    def revoke(self, key_id: str) -> bool:
        """Revoke a key from now on; False when there is none of this id, or it is revoked."""
        with self._database.write() as connection:
            done = connection.execute(
                update(api_keys)
                .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )
        return done.rowcount == 1

    def _row(self, key_id: str) -> Row[Any] | None:
        with self._database.read() as connection:
            return connection.execute(select(api_keys).where(api_keys.c.id == key_id)).first()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _record(row: Row[Any]) -> KeyRecord:
    return KeyRecord(
        id=row.id,
        label=row.label,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
