"""Alembic's entry point: runs the migrations in the transaction that wharfinger.journal.database opened."""

from alembic import context

from wharfinger.journal.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False)
context.run_migrations()
