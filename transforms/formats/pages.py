"""The bodies of a gateway's pages as they were pulled: a JSON text sequence (RFC 7464)."""

import json

import duckdb
import pyarrow as pa

from transforms.duck import Scratch, name
from transforms.formats.damage import row_errors
from transforms.formats.unreadable import Unreadable

SEPARATOR = b"\x1e"  # stands before each body; no JSON text holds it unescaped


def parse(raw: bytes, encoding: str = "utf-8") -> pa.Table:
    """Records of all pages as text, in the order pulled; null and absent are the same.

    Returns:
        One string column a name that any record has, `row_no` from 1, `row_error` (`undecodable` or null).

    Raises:
        Unreadable: a page is not a JSON object with a list `data`.
    """
    bodies = pa.table({"body": pa.array(raw.decode(encoding).split(SEPARATOR.decode())[1:], pa.string())})
    page = bodies.append_column("page_no", pa.array(range(len(bodies)), pa.int64()))
    with Scratch(page=page) as db:
        try:
            db.run("""
                create table record as
                select row_number() over (order by page_no, place) as row_no, value
                from (select page_no, unnest(data) as value, generate_subscripts(data, 1) as place
                      from (select page_no, from_json(body, '{"data": ["JSON"]}').data as data from page))""")
            keys = db.table("select distinct unnest(json_keys(value)) as name from record order by name")
        except duckdb.Error as error:
            raise Unreadable("broken") from error
        columns = "".join(f", value ->> {_path(key)} as {name(key)}" for key in keys["name"].to_pylist())
        table = db.table(f"select row_no {columns} from record order by row_no")
    text = table.drop_columns(["row_no"])
    return table.append_column("row_error", row_errors(text) if b"\\u0000" in raw else pa.nulls(len(table), pa.string()))


def _path(name: str) -> str:
    """A JSON path to a key whatever it is called, as an SQL literal."""
    path = "$." + json.dumps(name, ensure_ascii=False)
    return "'" + path.replace("'", "''") + "'"
