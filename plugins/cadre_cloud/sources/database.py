"""A table in a department's exchange database: read once a day, in key order, and never written to."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from airflow.sdk import Connection

from cadre_cloud.settings import SHANGHAI
from cadre_cloud.sources.arrival import Arrival, SourceError
from transforms.contract import Contract, DatabaseSource

LATE = timedelta(days=3)  # a record may come with a cursor this far behind what was read before
_DRIVERS = {"postgres": "postgresql+psycopg", "mysql": "mysql+pymysql"}
_ROWS = 5_000


def arrivals(contract: Contract, day: date, since: datetime | None) -> list[Arrival]:
    """One reading of the contract's table: all of it, or what was altered since the cursor and three days before."""
    assert isinstance(contract.source, DatabaseSource)  # noqa: S101  # chosen by kind
    table = contract.source.table
    return [Arrival(file=table, snapshot_on=day, chunks=partial(_chunks, contract, contract.source, since))]


def _chunks(contract: Contract, source: DatabaseSource, since: datetime | None) -> Iterable[bytes]:
    """The rows as CSV, UTF-8; NULL is an empty field."""
    engine = sa.create_engine(_address(source.connection), poolclass=sa.NullPool)
    try:
        with engine.connect().execution_options(stream_results=True, max_row_buffer=_ROWS) as connection:
            table = sa.Table(source.table, sa.MetaData(), autoload_with=connection)
            result = connection.execute(_query(table, contract, since))
            yield _csv([list(result.keys())])
            for rows in result.partitions(_ROWS):
                yield _csv([[_text(value) for value in row] for row in rows])
    except sa.exc.NoSuchTableError as error:
        raise SourceError(f"{contract.resource}: the exchange database has no table {source.table}") from error
    except sa.exc.SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise SourceError(f"{contract.resource}: the exchange database did not deliver ({kind})") from None
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
    as_text = isinstance(cursor.type, sa.String)  # then as ISO 8601 in the city's time, which sorts as it reads
    return query.where(sa.or_(cursor >= (begin.astimezone(SHANGHAI).isoformat() if as_text else begin), cursor.is_(None)))


def _address(name: str) -> sa.URL:
    connection = Connection.get(name)
    return sa.URL.create(
        _DRIVERS.get(connection.conn_type, connection.conn_type),
        username=connection.login,
        password=connection.password,
        host=connection.host,
        port=connection.port,
        database=connection.schema,
        query=connection.extra_dejson,
    )


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat() if value.tzinfo else value.isoformat()
    return str(value)


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)  # it quotes of a line's ends only those that it uses itself
    return out.getvalue().encode()
