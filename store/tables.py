"""The tables as SQLAlchemy sees them; `migrations/` holds how a database came to have them.

JSON columns hold what `judging.wire` and `store.encoding` write. Rows never leave the
repositories.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)

if TYPE_CHECKING:
    from sqlalchemy import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times, always UTC. SQLite keeps no zone, so none is sent to it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; hand SQLite a naive one in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a stored time must be aware"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        """Return an aware time in UTC."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes rowid tables only of INTEGER; elsewhere a queue may outgrow 32 bits.
_Serial = BigInteger().with_variant(Integer(), "sqlite")

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("label", String, nullable=False),
    Column("secret_sha256", String, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

problems = Table(
    "problems",
    metadata,
    Column("id", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("is_newest", Boolean, nullable=False),
    Column("title", String, nullable=False),
    Column("limits", JSON, nullable=False),
    Column("samples", JSON, nullable=False),
    Column("case_total", Integer, nullable=False),
    Column("archive_sha256", String, nullable=False),
    Column("archive_bytes", BigInteger, nullable=False),
    Column("code_bytes", BigInteger),
    Column("owner_id", String, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_problems_is_newest_id", "is_newest", "id"),
)

submissions = Table(
    "submissions",
    metadata,
    Column("serial", _Serial, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("owner_id", String, nullable=False),
    Column("idempotency_key", String),
    Column("request_sha256", String, nullable=False),
    Column("title", String, nullable=False),
    Column("language", String, nullable=False),
    Column("entry_point", String),
    Column("problem_id", String),
    Column("problem_revision", Integer),
    Column("request", JSON, nullable=False),
    Column("run_all", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("deliveries", Integer, nullable=False),
    Column("token", Integer, nullable=False),
    Column("worker", String),
    Column("lease_until", UtcDateTime),
    Column("case_total", Integer),
    Column("case_judged", Integer, nullable=False),
    Column("compile", JSON(none_as_null=True)),
    Column("verdict", String),
    Column("explanation", JSON(none_as_null=True)),
    Column("score", Float),
    Column("cpu_ms", Float),
    Column("wall_ms", Float),
    Column("memory_bytes", BigInteger),
    Column("created_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    ForeignKeyConstraint(["problem_id", "problem_revision"], ["problems.id", "problems.revision"]),
    UniqueConstraint("owner_id", "idempotency_key"),
    Index("ix_submissions_state_priority_serial", "state", "priority", "serial"),
    Index("ix_submissions_state_lease_until", "state", "lease_until"),
    Index("ix_submissions_state_verdict", "state", "verdict"),
    Index("ix_submissions_owner_id_serial", "owner_id", "serial"),
    Index("ix_submissions_finished_at", "finished_at"),
    # Serials of removed submissions are not used again: cursors and the order of the queue hold.
    sqlite_autoincrement=True,
)

test_results = Table(
    "test_results",
    metadata,
    Column(
        "serial", _Serial, ForeignKey("submissions.serial", ondelete="CASCADE"), primary_key=True
    ),
    Column("number", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("verdict", String, nullable=False),
    Column("result", JSON, nullable=False),
)

artefacts = Table(
    "artefacts",
    metadata,
    Column("key", String, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

hosts = Table(
    "hosts",
    metadata,
    Column("id", String, primary_key=True),
    Column("hostname", String, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("brig_version", String, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
