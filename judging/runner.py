"""A leased slot that outlives one fault of the host.

Owns the lease, what artefact is loaded on it, and the single retry. Knows nothing of verdicts.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sandbox.errors import Cancelled, ProtocolError, SandboxError
from sandbox.sealed import SealedFile

if TYPE_CHECKING:
    from judging.tools import Tools
    from sandbox.model import RunResult, RunSpec, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """A compiled program (or the sources of an interpreted one), ready to be seen at `/app`."""

    key: str
    archive: SealedFile

    @classmethod
    def from_bytes(cls, key: str, content: bytes) -> Self:
        """Seal an archive in the layout of `sandbox.archive`."""
        return cls(key=key, archive=SealedFile.from_bytes(content))


class Runner:
    """Runs one command after another on one leased slot; use it as a context manager.

    The lease is taken with the first run. A run that meets a SandboxError is tried once more, on
    a new lease and after a pause; Cancelled is passed on at once.
    """

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._lease = ExitStack()
        self._slot: Slot | None = None
        self._loaded_key: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_lease()

    def run(self, spec: RunSpec, artefact: Artefact | None = None) -> RunResult:
        """Run `spec` with `artefact` at `/app`. Raises SandboxError when the retry fails too."""
        try:
            return self._run_once(spec, artefact)
        except Cancelled:
            raise
        except SandboxError:
            self._end_lease()
            time.sleep(self._tools.retry_pause_s)
            return self._run_once(spec, artefact)

    def _run_once(self, spec: RunSpec, artefact: Artefact | None) -> RunResult:
        if self._slot is None:
            lease = self._tools.sandbox.lease(wait_s=self._tools.lease_wait_s)
            self._slot = self._lease.enter_context(lease)
        if artefact is not None and artefact.key != self._loaded_key:
            self._loaded_key = None
            self._slot.load(artefact.archive)
            self._loaded_key = artefact.key
        try:
            return self._slot.run(spec)
        except ValueError as error:  # too many or too long strings for one request
            raise ProtocolError(f"the command cannot enter a jail: {error}") from error

    def _end_lease(self) -> None:
        self._slot = None
        self._loaded_key = None
        self._lease.close()
