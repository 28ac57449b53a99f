"""Compiled programs, by key: the key names sources, language, version and flags.

The bytes are blobs; a table says which blob belongs to which key. Nobody depends on an entry: what
is missing is compiled again.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from store.errors import BlobDamaged, BlobMissing, StoreUnavailable
from store.model import utc_now
from store.tables import artefacts

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from store.blobs import BlobStore
    from store.database import Database
    from store.model import BlobRef

_log = logging.getLogger(__name__)


class StoredArtefacts:
    """Artefacts kept in the blob store (the protocol `judging.tools.Artefacts`)."""

    def __init__(
        self, database: Database, blobs: BlobStore, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def get(self, key: str) -> bytes | None:
        """Return the archive kept under `key`, or None."""
        query = select(artefacts.c.sha256).where(artefacts.c.key == key)
        try:
            with self._database.read() as connection:
                sha256 = connection.execute(query).scalar()
            return None if sha256 is None else self._blobs.get(sha256)
        except (BlobMissing, BlobDamaged, StoreUnavailable) as error:
            _log.warning("an artefact is compiled again: %s", error)
            return None

    def put(self, key: str, content: bytes) -> None:
        """Keep an archive under `key`, in place of an earlier one.

        A full disk, or a database that is away, is no failure.
        """
        try:
            self._keep(key, self._blobs.put(content))
        except (OSError, StoreUnavailable) as error:
            _log.warning("an artefact is not kept: %s", error)

    def _keep(self, key: str, blob: BlobRef) -> None:
        values = {
            "sha256": blob.sha256,
            "size_bytes": blob.size_bytes,
            "created_at": self._clock(),
        }
        with self._database.write() as connection:
            wanted = artefacts.c.key == key
            if connection.execute(artefacts.update().where(wanted).values(values)).rowcount:
                return
            try:
                with connection.begin_nested():
                    connection.execute(insert(artefacts).values(key=key, **values))
            except IntegrityError:
                return  # another worker compiled the same and was quicker
