"""What can go wrong with languages.

LanguageError
├── BadLanguageFile    languages.toml breaks its own rules (all mistakes listed)
├── UnknownLanguage    no language of that name, or none fits the file's extension
├── BadSources         the files or the entry point do not fit the language (the field is named)
└── NotInstalled       the language is known, its compiler or interpreter is not on this host
"""

from __future__ import annotations


class LanguageError(ValueError):
    """Superclass, never raised directly."""


class BadLanguageFile(LanguageError):
    """Raised on load, with every mistake of the file."""


class UnknownLanguage(LanguageError):
    """Raised for a name or extension that the registry does not have."""


class BadSources(LanguageError):
    """Raised when sources cannot be compiled as this language, before any compiler is asked.

    `field` is `files` or `entry_point`.
    """

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(reason)


class NotInstalled(LanguageError):
    """Raised when a known language cannot be used on this host."""
