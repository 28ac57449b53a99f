"""Whose fault is it? The contestant's is a verdict; these are everybody else's.

JudgingError
├── InvalidSubmission   the caller's: names the field and the reason (4xx, exit code 2)
└── ProblemError        the problem setter's: JE, no retry
    ├── BadPackage      a package breaks its format; every mistake by file and line
    └── CheckerCrashed  a checker ended in a way its contract does not know
"""

from __future__ import annotations

from dataclasses import dataclass


class JudgingError(Exception):
    """Superclass, never raised directly."""


class InvalidSubmission(JudgingError, ValueError):
    """Raised for a submission that cannot be accepted; `field` is the name the caller used."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


class ProblemError(JudgingError):
    """Superclass of the problem setter's faults."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageMistake:
    """One mistake in a package: where (path inside it, line from 1 or None) and what to do."""

    path: str
    line: int | None
    message: str

    def __str__(self) -> str:
        """Format as `path:line: message`."""
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message}"


class BadPackage(ProblemError):
    """Raised on import with every mistake found; nothing is half imported."""

    def __init__(self, mistakes: tuple[PackageMistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(str(m) for m in mistakes))


class CheckerCrashed(ProblemError):
    """Raised when a checker crashed, hung, flooded or exited with a code outside its contract."""
