"""What a role may read, as files: every object of schema `mart` as Parquet and as CSV, with that role's rows and columns."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, BinaryIO

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq
from airflow.sdk import Connection
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, InvalidParameterValue

from cadre_cloud import settings
from cadre_cloud.readable import Readable

KEPT = 7  # days, each a role

_COLUMNS = """
select c.relname, array_agg(a.attname::text order by a.attnum), array_agg(format_type(a.atttypid, null) order by a.attnum)
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'mart'::regnamespace and c.relkind = 'v' and has_table_privilege(c.oid, 'select')
group by c.relname order by c.relname"""

_TYPES = {
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", "UTC"),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "numeric": pa.float64(),
    "boolean": pa.bool_(),
}  # of any other the text; arrays as JSON

# What a spreadsheet would take for a formula: somebody else wrote these texts.
_FORMULA = r"^([=+\-@\t\r])"


class NoSuchRole(Readable):
    """A role for which nothing can be exported."""


def export(role: str, day: date) -> Path:
    """Write what a role reads, all of it as of one moment; what was there of the day is replaced once the new files are whole.

    Args:
        role: a role of the warehouse that the pages' login may become, as `core.admit` makes them.
        day: the business day, after which the folder is named.

    Returns:
        The folder, with `<object>.parquet` and `<object>.csv`; a text that a spreadsheet would take for a formula has an
        apostrophe before it in the latter.

    Raises:
        NoSuchRole: no role is called so, or the pages' login may not become it.
        psycopg.Error: the warehouse is away.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", role):  # it becomes the name of a folder
        raise NoSuchRole("CADRE_EXPORT_ROLES: the name of a role has small letters, digits and underscores")
    above = settings.exports() / role
    above.mkdir(mode=0o750, parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=above))
    try:
        with _as(role) as reader:
            for name, columns, types in reader.execute(_COLUMNS).fetchall():
                _write(reader, name, dict(zip(columns, types, strict=True)), folder)
        folder.chmod(0o750)
        shutil.rmtree(above / day.isoformat(), ignore_errors=True)
        done = folder.rename(above / day.isoformat())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    for old in sorted(path for path in above.iterdir() if not path.name.startswith(".") and path != done)[: 1 - KEPT]:
        shutil.rmtree(old)
    return done


@contextmanager
def _as(role: str) -> Iterator[psycopg.Connection]:
    given = Connection.get("warehouse_web")
    with psycopg.connect(
        host=given.host, port=given.port, user=given.login, password=given.password, dbname=given.schema,
        application_name="cadre-cloud-export", options="-c timezone=UTC",
    ) as connection:  # fmt: skip
        connection.execute("set transaction isolation level repeatable read, read only")
        try:
            connection.execute(sql.SQL("set local role {}").format(sql.Identifier(role)))
        except (InvalidParameterValue, InsufficientPrivilege):
            raise NoSuchRole(f"CADRE_EXPORT_ROLES names {role}, which is no role that core.admit made") from None
        yield connection


def _write(reader: psycopg.Connection, name: str, columns: dict[str, str], folder: Path) -> None:
    """One object, in batches, by way of what COPY gives."""
    asked = sql.SQL("copy (select {} from {}) to stdout (format csv, header)").format(
        sql.SQL(", ").join(_asked(column, kind) for column, kind in columns.items()), sql.Identifier("mart", name)
    )
    with tempfile.TemporaryFile(dir=folder) as copied:
        with reader.cursor() as cursor, cursor.copy(asked) as blocks:
            for block in blocks:
                copied.write(block)
        copied.seek(0)
        schema = pa.schema([(column, _TYPES.get(kind, pa.string())) for column, kind in columns.items()])
        batches = _read(copied, schema)
        with _open(folder / f"{name}.csv") as text, _open(folder / f"{name}.parquet") as whole:
            text.write(b"\xef\xbb\xbf")  # so that spreadsheets know that it is UTF-8
            with pa.csv.CSVWriter(text, schema) as lines, pq.ParquetWriter(whole, schema, compression="zstd") as groups:
                for batch in batches:
                    groups.write_batch(batch)
                    lines.write_batch(_told(batch))


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb")


def _asked(column: str, kind: str) -> sql.Composable:
    asked = sql.Identifier(column)
    return sql.SQL("to_json({0}) as {0}").format(asked) if kind.endswith("[]") else asked


def _read(copied: IO[bytes], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    yield from pa.csv.open_csv(
        copied,
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(
            column_types=schema, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False,
            true_values=["t"], false_values=["f"],
        ),
    )  # fmt: skip


def _told(batch: pa.RecordBatch) -> pa.RecordBatch:
    """With an apostrophe before whatever a spreadsheet would reckon with."""
    columns = [pc.replace_substring_regex(c, _FORMULA, r"'\1") if pa.types.is_string(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
