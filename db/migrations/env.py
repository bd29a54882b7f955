"""Alembic runs this with a connection handed over by `db.migrate`; it never connects by itself."""

from alembic import context

from db.models import SQLModel

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
