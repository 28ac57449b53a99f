"""What a command itself can refuse; the faults of the rooms keep their own classes.

CommandError
├── BadInput      an option or file of the caller cannot be used (exit code 2)
├── ConfigError   BRIG_* variables or the file they name; every mistake is listed (exit code 2)
├── CannotInstall a language's packages could not be installed here (exit code 3)
└── CannotServe   a part of the service did not start or cannot go on (exit code 3)
"""

from __future__ import annotations

from dataclasses import dataclass


class CommandError(Exception):
    """Superclass, never raised directly."""


class BadInput(CommandError, ValueError):
    """Raised for an argument that cannot be used; `field` is the name the caller knows."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One mistake of the configuration: the variable's name, and what is wrong with it."""

    name: str
    message: str


class ConfigError(CommandError, ValueError):
    """Raised before anything starts, with every mistake found."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(f"{m.name}: {m.message}" for m in mistakes))


class CannotServe(CommandError):
    """Raised when a part of the service did not start, or died too often; names cause and cure."""


class CannotInstall(CommandError):
    """Raised when packages could not be installed; names cause and cure."""
