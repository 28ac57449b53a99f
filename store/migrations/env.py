"""Runs migrations on the connection that `store.database` hands over, in its transaction."""

from __future__ import annotations

from alembic import context

from store.tables import metadata


def run_migrations() -> None:
    """Run what is missing; the caller commits, so a step is done wholly or not at all."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite alters a table by copying it
        transactional_ddl=True,
    )
    context.run_migrations()


run_migrations()
