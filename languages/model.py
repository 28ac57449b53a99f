"""A language as data: how its sources become an artefact, and how the artefact is run.

Knows nothing of the queue, HTTP or verdicts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.model import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """One command of a language, ready to become a RunSpec.

    `argv[0]` is absolute inside the jail. A compile step finds the sources in `/box` and leaves
    `outputs` there; a run step finds the artefact read-only at `/app` and works in `/box`.
    """

    argv: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    limits: Limits
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageInfo:
    """What a caller may know of a language; `version` is None where it is not installed.

    `name` is the stable identifier (`cpp17`, `python3`), `title` is for people ("C++17").
    `kattis_codes` are the codes of the package format that mean this language.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    kattis_codes: tuple[str, ...]
    packages: tuple[str, ...]
    template: str
    version: str | None

    @property
    def is_installed(self) -> bool:
        """Say whether this host can compile and run it."""
        return self.version is not None
