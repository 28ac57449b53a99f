"""What a process that judges works with, made once per process and after any fork."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.client import connect
from store.artefacts import StoredArtefacts
from store.blobs import BlobStore
from store.claims import Claims
from store.database import open_database
from store.problems import Problems
from worker.client import QueueClient
from worker.packages import PackageCache

if TYPE_CHECKING:
    from judging.tools import Languages
    from languages.registry import Registry
    from sandbox.model import Sandbox
    from worker.draining import Drain
    from worker.settings import WorkerSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Repositories, jailers, languages and the queue of this process."""

    settings: WorkerSettings
    name: str
    languages: tuple[str, ...]
    registry: Languages
    sandbox: Sandbox
    claims: Claims
    problems: Problems
    blobs: BlobStore
    artefacts: StoredArtefacts
    packages: PackageCache
    queue: QueueClient
    drain: Drain


def open_parts(settings: WorkerSettings, registry: Registry, name: str, drain: Drain) -> Parts:
    """Connect to what the settings name; `registry` has been probed. Raises StoreError."""
    database = open_database(settings.database_url, migrate=False)
    blobs = BlobStore(settings.blobs_path)
    return Parts(
        settings=settings,
        name=name,
        languages=tuple(info.name for info in registry.infos() if info.is_installed),
        registry=registry,
        sandbox=connect(settings.jailers_path),
        claims=Claims(database, blobs),
        problems=Problems(database),
        blobs=blobs,
        artefacts=StoredArtefacts(database, blobs),
        packages=PackageCache(settings.packages_path, blobs, kept=settings.packages_kept),
        queue=QueueClient(settings.redis_url, settings.prefix),
        drain=drain,
    )
