"""What judging works with: where jails come from, what languages there are, where artefacts stay.

Given from outside, so that the same plain functions serve a worker, a command and a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from languages.model import LanguageInfo, StepPlan
    from sandbox.model import Sandbox


class Languages(Protocol):
    """The part of `languages.registry.Registry` that judging uses."""

    def info(self, name: str) -> LanguageInfo:
        """Describe a language. Raises UnknownLanguage."""

    def choose(self, file_names: Sequence[str], code: str | None) -> str:
        """Name the language of these files. Raises UnknownLanguage."""

    def find_entry_point(self, name: str, files: Mapping[str, bytes]) -> str | None:
        """Find where a submission begins. Raises BadSources or UnknownLanguage."""

    def plan_compile(
        self,
        name: str,
        file_names: Sequence[str],
        entry_point: str | None,
        memory_bytes: int | None = None,
    ) -> StepPlan | None:
        """Plan the compile step, or None where the sources are run as they are."""

    def plan_run(
        self, name: str, file_names: Sequence[str], entry_point: str | None, memory_bytes: int
    ) -> StepPlan:
        """Plan a run step."""

    def fingerprint(self, name: str) -> str:
        """Return a text that changes with the language's definition or version."""


class Artefacts(Protocol):
    """Where compiled programs are kept between submissions, by key."""

    def get(self, key: str) -> bytes | None:
        """Return the archive kept under `key`, or None."""

    def put(self, key: str, content: bytes) -> None:
        """Keep an archive under `key`."""


class MemoryArtefacts:
    """Artefacts kept for the life of one process: the choice of the commands."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return the archive kept under `key`, or None."""
        return self._kept.get(key)

    def put(self, key: str, content: bytes) -> None:
        """Keep an archive under `key`."""
        self._kept[key] = content


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The three things that judging is given.

    `retry_pause_s` is waited before the one retry after a fault of the host; `lease_wait_s` is
    how long to wait for a free slot (None: for ever).
    """

    sandbox: Sandbox
    registry: Languages
    artefacts: Artefacts
    retry_pause_s: float = 1.0
    lease_wait_s: float | None = None
