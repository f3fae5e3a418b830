"""Runs revisions on the connection, and in the transaction, that the caller has opened."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
