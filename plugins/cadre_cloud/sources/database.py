"""A table in a department's exchange database: read once a day, as it is at one moment, in key order, and never written to."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from airflow.sdk import Connection

from cadre_cloud.settings import SHANGHAI
from cadre_cloud.sources.arrival import Arrival, Later, Rest, SourceError
from transforms.contract import Contract, DatabaseSource

LATE = timedelta(days=3)  # a record may come with a cursor this far behind what was read before
_ROWS = 5_000
_DRIVERS = {"postgres": "postgresql+psycopg", "mysql": "mysql+pymysql"}
# Seconds after which a database that keeps still is given up, by driver; what the connection's extras say goes before.
_BOUNDS = {
    "postgresql+psycopg": {"connect_timeout": "10", "keepalives_idle": "30", "keepalives_count": "3"},
    "mysql+pymysql": {"connect_timeout": "10", "read_timeout": "300", "write_timeout": "60"},
}
# One moment's state, by dialect: else a table that is written to meanwhile is read half before and half after.
_STILL: dict[str, dict[str, Any]] = {
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "mysql": {"isolation_level": "REPEATABLE READ"},
}
_AT_FIRST = {"postgresql": "set local statement_timeout = '5min'", "mysql": "start transaction read only"}


def arrivals(contract: Contract, day: date, since: datetime | None, rest: Rest) -> list[Arrival]:
    """One reading of the contract's table: all of it, or what was altered since the cursor and three days before."""
    assert isinstance(contract.source, DatabaseSource)  # noqa: S101  # chosen by kind
    table = contract.source.table
    return [Arrival(file=table, snapshot_on=day, chunks=partial(_chunks, contract, contract.source, since))]


def _chunks(contract: Contract, source: DatabaseSource, since: datetime | None) -> Iterable[bytes]:
    """The rows as CSV, UTF-8; NULL is an empty field. It begins anew each time that it is called."""
    engine = sa.create_engine(_address(source.connection), poolclass=sa.NullPool)
    dialect = engine.dialect.name
    try:
        with engine.connect().execution_options(**_STILL.get(dialect, {})) as connection:
            if dialect in _AT_FIRST:
                connection.exec_driver_sql(_AT_FIRST[dialect])
            table = sa.Table(source.table, sa.MetaData(), autoload_with=connection)
            streamed = {"stream_results": True, "max_row_buffer": _ROWS}
            result = connection.execute(_query(table, contract, since), execution_options=streamed)
            yield as_csv([list(result.keys())])
            for rows in result.partitions(_ROWS):
                yield as_csv([[as_text(value) for value in row] for row in rows])
    except sa.exc.NoSuchTableError:
        raise SourceError(f"{contract.resource}: the exchange database has no table {source.table}") from None
    except sa.exc.SQLAlchemyError as error:
        passes = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.InternalError)
        kind = type(getattr(error, "orig", None) or error).__name__
        raise (Later if passes else SourceError)(f"{contract.resource}: the exchange database did not deliver ({kind})") from None
    finally:
        engine.dispose()


def _query(table: sa.Table, contract: Contract, since: datetime | None) -> sa.Select[tuple[object, ...]]:
    by_name = {column.name: source for source, column in contract.columns.items()}
    keys = [table.c[by_name[name]] for name in contract.key if by_name[name] in table.c]
    query = sa.select(table).order_by(*keys)
    if contract.cursor is None or since is None or by_name[contract.cursor] not in table.c:
        return query
    cursor = table.c[by_name[contract.cursor]]
    begin = since - LATE
    is_text = isinstance(cursor.type, sa.String)  # then as ISO 8601 in the city's time, which sorts as it reads
    return query.where(sa.or_(cursor >= (begin.astimezone(SHANGHAI).isoformat() if is_text else begin), cursor.is_(None)))


def _address(name: str) -> sa.URL:
    connection = Connection.get(name)
    driver = _DRIVERS.get(connection.conn_type, connection.conn_type)
    return sa.URL.create(
        driver,
        username=connection.login,
        password=connection.password,
        host=connection.host,
        port=connection.port,
        database=connection.schema,
        query=_BOUNDS.get(driver, {}) | {name: str(value) for name, value in connection.extra_dejson.items()},
    )


def as_text(value: object) -> str:
    """A value as it is landed; NULL is an empty field."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    return str(value)


def as_csv(rows: list[list[str]]) -> bytes:
    """Rows as they are landed."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)  # it quotes of a line's ends only those that it uses itself
    return out.getvalue().encode()
