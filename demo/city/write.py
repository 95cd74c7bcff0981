"""Writing rows as departments do. Keys of a row that begin with `_` are ours and are never delivered."""

import csv
import json
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

UNDECODABLE = "\udcff\udcff"  # is written as bytes that can be decoded by no means


def write_fields(path: Path, records: Iterable[Iterable], encoding: str = "utf-8", newline: str = "\n") -> None:
    """Write records of fields as CSV, the first one being the header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, errors="surrogateescape", newline="") as file:
        csv.writer(file, lineterminator=newline).writerows(records)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict], header: Sequence[str] = (), **form: str) -> None:
    """Write rows as CSV, `form` is its encoding and line end; `header` replaces the columns' names.

    A row's `_fields` says how many fields to write, where they are fewer or more than the columns.
    """
    write_fields(path, chain([header or columns], (_fields(columns, row) for row in rows)), **form)


def _fields(columns: Sequence[str], row: dict) -> Iterable:
    values = map(row.get, columns)
    return [*values, ""][: row["_fields"]] if "_fields" in row else values


def write_json_lines(path: Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """Write UTF-8 JSON, one object a line; a column that a row lacks is absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(columns)
    lines = (json.dumps({c: row[c] for c in columns if c in row}, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes("".join(lines).encode())
