"""The first tables: keys, problems, submissions and their results, artefacts, hosts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make every table of version 0.1."""
    _create_api_keys()
    _create_artefacts()
    _create_hosts()
    _create_problems()
    _create_submissions()
    _index_submissions()
    _create_test_results()


def _create_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )


def _create_artefacts() -> None:
    op.create_table(
        "artefacts",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artefacts")),
    )


def _create_hosts() -> None:
    op.create_table(
        "hosts",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("hostname", sa.String(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("brig_version", sa.String(), nullable=False),
        sa.Column("started_at", _TIME, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hosts")),
    )


def _create_problems() -> None:
    op.create_table(
        "problems",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("samples", sa.JSON(), nullable=False),
        sa.Column("case_total", sa.Integer(), nullable=False),
        sa.Column("archive_sha256", sa.String(), nullable=False),
        sa.Column("archive_bytes", sa.BigInteger(), nullable=False),
        sa.Column("code_bytes", sa.BigInteger(), nullable=True),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", "revision", name=op.f("pk_problems")),
    )
    op.create_index("ix_problems_is_newest_id", "problems", ["is_newest", "id"], unique=False)


def _create_submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("serial", _SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("request_sha256", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("entry_point", sa.String(), nullable=True),
        sa.Column("problem_id", sa.String(), nullable=True),
        sa.Column("problem_revision", sa.Integer(), nullable=True),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("run_all", sa.Boolean(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("deliveries", sa.Integer(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("case_total", sa.Integer(), nullable=True),
        sa.Column("case_judged", sa.Integer(), nullable=False),
        sa.Column("compile", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("explanation", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("cpu_ms", sa.Float(), nullable=True),
        sa.Column("wall_ms", sa.Float(), nullable=True),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("queued_at", _TIME, nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("finished_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["problem_id", "problem_revision"],
            ["problems.id", "problems.revision"],
            name=op.f("fk_submissions_problems"),
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_submissions")),
        sa.UniqueConstraint("id", name=op.f("uq_submissions_id")),
        sa.UniqueConstraint(
            "owner_id", "idempotency_key", name=op.f("uq_submissions_owner_id_idempotency_key")
        ),
        sqlite_autoincrement=True,
    )


def _index_submissions() -> None:
    op.create_index("ix_submissions_finished_at", "submissions", ["finished_at"], unique=False)
    op.create_index(
        "ix_submissions_owner_id_serial", "submissions", ["owner_id", "serial"], unique=False
    )
    op.create_index(
        "ix_submissions_state_lease_until", "submissions", ["state", "lease_until"], unique=False
    )
    op.create_index(
        "ix_submissions_state_priority_serial",
        "submissions",
        ["state", "priority", "serial"],
        unique=False,
    )
    op.create_index(
        "ix_submissions_state_verdict", "submissions", ["state", "verdict"], unique=False
    )


def _create_test_results() -> None:
    op.create_table(
        "test_results",
        sa.Column("serial", _SERIAL, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["serial"],
            ["submissions.serial"],
            name=op.f("fk_test_results_submissions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("serial", "number", name=op.f("pk_test_results")),
    )
