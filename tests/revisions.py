"""Warehouses in the form of an earlier version."""

import sqlalchemy
from alembic import command
from alembic.config import Config

from cadre_cloud import settings


def migrate_to(revision: str, owner: str) -> None:
    """Give a database, empty or of an earlier revision, the form of a revision, as the version of that time did."""
    config = Config()
    config.set_main_option("script_location", str(settings.home() / "sql" / "migrations"))
    url = sqlalchemy.make_url(owner).set(drivername="postgresql+psycopg")
    with sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool).begin() as connection:
        connection.exec_driver_sql("create schema if not exists ledger")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
