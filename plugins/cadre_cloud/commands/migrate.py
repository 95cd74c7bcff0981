"""The warehouse's form: migrations, then the published schema built anew, then who may see it; one transaction."""

import argparse
import os

import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config

from cadre_cloud import settings

# Functions before the views that they may read.
_PUBLISHED = """
select format('routine %%I.%%I(%%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) as published, 1 as place
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'mart'
union all
select format('view %%I.%%I', schemaname, viewname), 2 from pg_views where schemaname = 'mart'
order by place"""


def upgrade(owner_dsn: str) -> None:
    """Bring a warehouse to this version's form; what it holds survives.

    Args:
        owner_dsn: a `postgresql://` address of the database `warehouse`, for a role that owns it and may create roles.
    """
    url = sqlalchemy.make_url(owner_dsn).set(drivername="postgresql+psycopg")
    with sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool).begin() as connection:
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('cadre migrate'))")
        _run(connection, _sql("security/roles.sql"))
        connection.exec_driver_sql("create schema if not exists ledger")
        _drop_mart(connection)
        _migrate(connection)
        connection.exec_driver_sql("create schema if not exists mart")
        for view in sorted((settings.home() / "sql" / "mart").glob("*.sql")):
            _run(connection, view.read_text(encoding="utf-8"))
        _run(connection, _sql("security/grants.sql"))
        if connection.exec_driver_sql("select rolsuper from pg_roles where rolname = current_user").scalar():
            _run(connection, _sql("security/server.sql"))


def _migrate(connection: sqlalchemy.Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(settings.home() / "sql" / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _drop_mart(connection: sqlalchemy.Connection) -> None:
    """Drop what is published, one by one and never with CASCADE: what others built on it stops the upgrade, by name."""
    for published, _ in connection.exec_driver_sql(_PUBLISHED).all():
        connection.exec_driver_sql(f"drop {published}")


def _run(connection: sqlalchemy.Connection, script: str) -> None:
    """Carry out a script as it stands; the driver alone would take its percent signs for parameters."""
    connection.connection.driver_connection.execute(script)  # type: ignore[union-attr]


def _sql(path: str) -> str:
    return (settings.home() / "sql" / path).read_text(encoding="utf-8")


def main() -> None:
    """`python -m cadre_cloud.commands.migrate`: upgrade the warehouse that AIRFLOW_CONN_WAREHOUSE_OWNER names."""
    argparse.ArgumentParser(description=main.__doc__).parse_args()
    try:
        upgrade(os.environ["AIRFLOW_CONN_WAREHOUSE_OWNER"])
    except (KeyError, psycopg.Error, sqlalchemy.exc.SQLAlchemyError) as error:
        raise SystemExit(f"The warehouse could not be brought up to date: {error}") from error


if __name__ == "__main__":
    main()
