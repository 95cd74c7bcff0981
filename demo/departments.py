"""Stands in for the departments on a day of a rehearsal: fills their exchange database and drops their files."""

import csv
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from psycopg import Connection, DataError
from psycopg.sql import SQL, Composed, Identifier

STAGE, LINE = Identifier("staged_delivery"), Identifier("staged_line_no")


@dataclass(frozen=True)
class Table:
    """A resource's table in the exchange database. `mode` is `snapshot` or `changes`; `columns` are what it has when empty."""

    resource: str
    table: str
    mode: str
    key: tuple[str, ...]
    cursor: str | None = None
    columns: tuple[str, ...] = ()


def load_exchange(connection: Connection, city: Path, day: str, tables: Iterable[Table]) -> dict[str, int]:
    """Bring each table to its state on a day, whatever it was before; returns how many rows its last delivery put, by resource.

    `connection` must not be in a transaction. A resource that delivered nothing by then has an empty table.
    """
    put = {}
    for table in tables:
        paths = [path for path in sorted((city / table.resource).glob("*/rows.csv")) if path.parent.name <= day]
        if table.mode == "snapshot":
            paths = paths[-1:]
        with connection.transaction():
            _run(connection, "drop table if exists {table}", table=Identifier(table.table))
            if not paths:
                _create(connection, table.table, dict.fromkeys(table.columns, "text"))
            for path in paths:
                put[table.resource] = _load(connection, path, table)
    return put


def drop_files(city: Path, day: str, resource: str, folder: Path) -> list[str]:
    """Put what a department delivers on a day into a drop folder, and return the names; nothing appears before it is whole.

    Files keep their time of modification. Whatever else lies there, such as a folder, comes as it is.
    """
    source = city / resource / day
    folder.mkdir(parents=True, exist_ok=True)
    names = sorted(path.name for path in source.iterdir()) if source.is_dir() else []
    for name in names:
        part, target = folder / f".{name}.part", folder / name
        _remove(part)
        _copy(source / name, part)
        if part.is_dir() or target.is_dir():  # which is not replaced, nor replaces anything, by itself
            _remove(target)
        os.replace(part, target)
    return names


def _copy(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _load(connection: Connection, path: Path, table: Table) -> int:
    """Stage a file's rows, let the table follow its columns, and put the rows into it."""
    # A cursor without an offset is a department's own time.
    connection.execute("set local timezone to 'Asia/Shanghai'")
    columns = _stage(connection, path)
    types = dict.fromkeys(columns, "text")
    if table.cursor in types and _is_timestamps(connection, table.cursor):
        types[table.cursor] = "timestamptz"
    if table.mode == "snapshot":
        _follow(connection, table.table, types)
        _run(connection, "delete from {table}", table=Identifier(table.table))
    else:
        _extend(connection, table.table, types)
        _forget(connection, table)
    count = _insert(connection, table, types)
    _run(connection, "drop table {stage}", stage=STAGE)
    return count


def _run(connection: Connection, statement: str, **parts: Identifier | Composed | SQL) -> int:
    """Run a statement of which only names differ; returns the number of rows."""
    return connection.execute(SQL(statement).format(**parts)).rowcount


def _names(columns: Iterable[str]) -> Composed:
    return SQL(", ").join(Identifier(column) for column in columns)


def _stage(connection: Connection, path: Path) -> list[str]:
    """Copy a file into a temporary table, all text, lines numbered; returns its columns."""
    with path.open(encoding="utf-8", newline="") as lines:
        columns = next(csv.reader(lines))
    defined = SQL(", ").join(SQL("{} text").format(Identifier(column)) for column in columns)
    _run(
        connection,
        "create temporary table {stage} ({line} bigint generated always as identity, {columns}) on commit drop",
        stage=STAGE,
        line=LINE,
        columns=defined,
    )
    copy = SQL("copy {} ({}) from stdin (format csv, header true, encoding 'UTF8', force_null ({}))")
    names = _names(columns)
    with connection.cursor().copy(copy.format(STAGE, names, names)) as target, path.open("rb") as source:
        while chunk := source.read(1 << 16):
            target.write(chunk)
    return columns


def _is_timestamps(connection: Connection, column: str) -> bool:
    """Whether all staged values of a column can be read as timestamps."""
    try:
        with connection.transaction():
            statement = SQL("select count(({})::timestamptz) from {}")
            connection.execute(statement.format(Identifier(column), STAGE))
    except DataError:
        return False
    return True


def _types_of(connection: Connection, table: str) -> dict[str, str]:
    """The columns of a table and their types, in order; empty where there is no such table."""
    statement = """
        select attname, format_type(atttypid, null) from pg_attribute
        where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum
    """
    found = connection.execute(statement, [Identifier(table).as_string(connection)]).fetchall()
    short = {"timestamp with time zone": "timestamptz"}
    return {name: short.get(kind, kind) for name, kind in found}


def _create(connection: Connection, table: str, types: dict[str, str]) -> None:
    columns = SQL(", ").join(SQL("{} {}").format(Identifier(name), SQL(kind)) for name, kind in types.items())
    _run(connection, "create table {table} ({columns})", table=Identifier(table), columns=columns)


def _follow(connection: Connection, table: str, types: dict[str, str]) -> None:
    """A snapshot's table has the columns of the delivery, whatever it had before."""
    if _types_of(connection, table) != types:
        _run(connection, "drop table if exists {table}", table=Identifier(table))
        _create(connection, table, types)


def _extend(connection: Connection, table: str, types: dict[str, str]) -> None:
    """A table of changes keeps its columns and gains new ones; one that is not as delivered becomes text."""
    present = _types_of(connection, table)
    if not present:
        return _create(connection, table, types)
    for name, kind in types.items():
        parts = {"table": Identifier(table), "column": Identifier(name), "kind": SQL(kind)}
        if name not in present:
            _run(connection, "alter table {table} add column {column} {kind}", **parts)
        elif kind == "text" != present[name]:
            _run(connection, "alter table {table} alter column {column} type text", **parts)
    return None


def _forget(connection: Connection, table: Table) -> None:
    """Delete the rows whose keys are delivered again."""
    same = SQL(" and ").join(SQL("old.{0} = new.{0}").format(Identifier(column)) for column in table.key)
    statement = "delete from {table} old using {stage} new where {same}"
    _run(connection, statement, table=Identifier(table.table), stage=STAGE, same=same)


def _insert(connection: Connection, table: Table, types: dict[str, str]) -> int:
    """Insert the staged rows; of changes with one key only the last line, of a snapshot all."""
    present = _types_of(connection, table.table)
    values = SQL(", ").join(SQL("{}::{}").format(Identifier(name), SQL(present[name])) for name in types)
    last, order = SQL(""), SQL("")
    if table.mode == "changes":
        last = SQL("distinct on ({})").format(_names(table.key))
        order = SQL("{}, ").format(_names(table.key))
    return _run(
        connection,
        "insert into {table} ({columns}) select {last} {values} from {stage} order by {order} {line} desc",
        table=Identifier(table.table),
        columns=_names(types),
        last=last,
        values=values,
        stage=STAGE,
        order=order,
        line=LINE,
    )
