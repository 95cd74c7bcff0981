"""Writing rows as departments do. Keys of a row that begin with `_` are ours and are never delivered."""

import codecs
import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path

UNDECODABLE = "□"  # stands where bytes that can be decoded by no means are to be


def csv_text(columns: Iterable[str], rows: Iterable[dict], header: Iterable[str] = (), newline: str = "\n") -> str:
    """Rows as CSV. A row's `_fields` says how many fields to write, where they are fewer or more than the columns."""
    columns = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator=newline)
    writer.writerow(header or columns)
    for row in rows:
        values = [row.get(column, "") for column in columns]
        writer.writerow([*values, ""][: row.get("_fields", len(columns))])
    return buffer.getvalue()


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[dict], header: Iterable[str] = ()) -> None:
    """Write UTF-8 CSV with LF line ends; `header` replaces the columns' names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_text(columns, rows, header).encode())


def write_encoded(path: Path, columns: Iterable[str], rows: Iterable[dict], encoding: str, newline: str) -> None:
    """Write CSV in GB18030 or UTF-8 (`utf-8-sig`: with a BOM), with bytes of no encoding where a cell says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mark, plain = (codecs.BOM_UTF8, "utf-8") if encoding == "utf-8-sig" else (b"", encoding)
    text = csv_text(columns, rows, newline=newline)
    path.write_bytes(mark + b"\xff\xff".join(piece.encode(plain) for piece in text.split(UNDECODABLE)))


def write_json_lines(path: Path, columns: Iterable[str], rows: Iterable[dict]) -> None:
    """Write UTF-8 JSON, one object a line; a column that a row lacks is absent."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(columns)
    lines = (json.dumps({c: row[c] for c in columns if c in row}, ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes("".join(lines).encode())
