"""Alembic's entry: one connection, one transaction, given by `cadre_cloud.commands.migrate`."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="ledger")
with context.begin_transaction():
    context.run_migrations()
