"""The parts that requests work with, made once per process and handed to every view.

Made after gunicorn's fork: connections are never carried across one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from languages.registry import load_registry
from store.blobs import BlobStore
from store.database import open_database
from store.hosts import Hosts
from store.keys import Keys
from store.problems import Problems
from store.submissions import Submissions
from web.budget import ThreadBudget
from web.login import LoginLink
from worker.client import QueueClient

if TYPE_CHECKING:
    from languages.registry import Registry
    from web.settings import WebSettings

EXTENSION = "brig"


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Repositories, the queue, the registry and the budgets of this process."""

    settings: WebSettings
    submissions: Submissions
    problems: Problems
    keys: Keys
    hosts: Hosts
    blobs: BlobStore
    queue: QueueClient
    registry: Registry
    waits: ThreadBudget
    streams: ThreadBudget
    login_link: LoginLink | None


def open_services(settings: WebSettings) -> Services:
    """Connect to what the settings name. Raises StoreError and LanguageError."""
    database = open_database(settings.database_url)
    blobs = BlobStore(settings.data_path / "blobs")
    return Services(
        settings=settings,
        submissions=Submissions(database, blobs),
        problems=Problems(database),
        keys=Keys(database),
        hosts=Hosts(database),
        blobs=blobs,
        queue=QueueClient(settings.redis_url),
        registry=load_registry(settings.languages_path),
        waits=ThreadBudget(settings.wait_slots, settings.wait_slots),
        streams=ThreadBudget(settings.stream_slots, settings.streams_per_owner),
        login_link=_login_link(settings),
    )


def _login_link(settings: WebSettings) -> LoginLink | None:
    if settings.login_token_sha256 is None or settings.login_key is None:
        return None
    return LoginLink(settings.login_token_sha256, settings.login_key)


def services() -> Services:
    """Return the services of the app that serves this request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Services)  # noqa: S101 - create_app put it there; tells mypy
    return found
