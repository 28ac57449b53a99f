"""What can go wrong with what lasts.

StoreError
├── StoreUnavailable      the database cannot be reached, or stayed locked for too long (503)
├── SchemaTooNew          the database was written by a newer version; this one refuses to start
├── UnsupportedDatabase   the URL names no database that Brig knows
├── IdempotencyConflict   the same idempotency key came with another body (409)
├── StaleToken            a claim was lost: its lease ran out, or it has already been published
├── UnknownProblem        no problem (or revision) has this id
├── BlobMissing           no blob has this hash
└── BlobDamaged           a blob's bytes are not those that its name promises
"""

from __future__ import annotations


class StoreError(Exception):
    """Superclass, never raised directly."""


class StoreUnavailable(StoreError):
    """Raised when the database cannot be reached or stayed locked; nothing was committed."""


class SchemaTooNew(StoreError):
    """Raised at start when the database's schema is unknown to this version of Brig."""


class UnsupportedDatabase(StoreError):
    """Raised at start for a database URL that is neither SQLite (a file) nor PostgreSQL."""


class IdempotencyConflict(StoreError):
    """Raised on create when the owner used this idempotency key for another submission."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"idempotency key {key!r} was used before, for another submission")


class StaleToken(StoreError):
    """Raised to the holder of a claim that is no longer the newest; it stops and says nothing."""

    def __init__(self, submission_id: str, token: int) -> None:
        self.submission_id = submission_id
        self.token = token
        super().__init__(f"claim {token} of submission {submission_id} is no longer held")


class UnknownProblem(StoreError):
    """Raised when a submission names a problem that is not there."""

    def __init__(self, problem_id: str) -> None:
        self.problem_id = problem_id
        super().__init__(f"there is no problem {problem_id!r}")


class BlobMissing(StoreError):
    """Raised when a blob is asked for that is not stored."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"blob {sha256} is not stored")


class BlobDamaged(StoreError):
    """Raised when a blob on disk no longer hashes to its name."""

    def __init__(self, sha256: str) -> None:
        self.sha256 = sha256
        super().__init__(f"blob {sha256} is damaged on disk")
