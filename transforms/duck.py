"""DuckDB as these functions use it: in memory, bounded, and silent about where it may spill."""

import duckdb
import pyarrow as pa

# The caller's process sets memory, threads and an encrypted place to spill to; without them nothing is spilled.
_settings: dict[str, str] = {"temp_directory": ""}


def configure(**settings: str) -> None:
    """Set DuckDB's own settings (`memory_limit`, `threads`, `temp_directory`, …) for every later connection."""
    _settings.update(settings)


class Scratch:
    """A DuckDB that lives for one `with` and holds the Arrow tables given to it by name."""

    def __init__(self, **tables: pa.Table) -> None:
        """Open it with tables that SQL may name."""
        self._connection = duckdb.connect(config=dict(_settings))
        self._connection.execute("set timezone = 'UTC'")
        self.give(**tables)

    def __enter__(self) -> "Scratch":
        """Use it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget everything."""
        self._connection.close()

    def give(self, **tables: pa.Table) -> None:
        """Give it tables that SQL may name, in place of earlier ones of the same name."""
        for name, table in tables.items():
            self._connection.register(name, table)

    def run(self, sql: str, **values: object) -> None:
        """Carry out a statement; `$name` in it stands for a value."""
        self._connection.execute(sql, values or None)

    def table(self, sql: str, **values: object) -> pa.Table:
        """The rows of a query; `$name` in it stands for a value."""
        return self._connection.sql(sql, params=values or None).to_arrow_table()

    def number(self, sql: str) -> int:
        """The one number of a query."""
        return int(self._connection.sql(sql).fetchall()[0][0])


def name(column: str) -> str:
    """A column's name as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def names(columns: list[str]) -> str:
    """Columns' names as a list of SQL identifiers."""
    return ", ".join(name(column) for column in columns)
