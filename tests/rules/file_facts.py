"""Facts of the officials' own files, as a rule's cases tell them: rows of core tables, each under its key."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from cadre_cloud import contracts
from cadre_cloud.warehouse.connection import known_at

CADRE = {
    "id_cipher": b"", "id_lookup": b"", "id_masked": "", "sex": "male", "born_on": "198001", "work_started_on": date(2002, 7, 1),
    "duty_level": "141", "unit_code": "U", "post_title": "P", "updated_at": known_at(date(2002, 7, 1)),
}  # fmt: skip
ABOUT = {"day", "left", "cadre"}

Row = dict[str, Any]


def told(files: dict[str, list[Row]], usual: dict[str, Row], first_day: date) -> Iterator[tuple[date, str, str, Row]]:
    """The day, table, key column and row of each fact; of a key that comes again what is not said is as before."""
    keys = {contract.table.name: contract.key for contract in contracts.every() if contract.table}
    for table, facts in files.items():
        before: dict[str, Row] = {}
        for fact in facts:
            said = {name: value for name, value in fact.items() if name not in ABOUT}
            row = usual.get(table, {}) | {"cadre_no": fact["cadre"]} | said
            key = "|".join(_item(row[name]) for name in keys[table])
            day = fact.get("day", date(2002, 7, 1) if table == "cadre" else first_day)
            column = keys[table][0] if len(keys[table]) == 1 else "source_key"
            before[key] = before.get(key, {}) | row | {column: key, "left_on": day if fact.get("left") else None}
            yield day, table, column, before[key]


def write(owner: psycopg.Connection, table: str, key: str, row: Row, day: date) -> None:
    """End what was known under a row's key, and write what is known of it since a day."""
    row = {"original": "{}", "known_from": known_at(day), "delivery_id": "d"} | row
    names = {"table": sql.Identifier("core", table), "key": sql.Identifier(key)}
    ended = sql.SQL("update {table} set known_to = %s where {key} = %s and known_to is null").format(**names)
    owner.execute(ended, [row["known_from"], row[key]])
    columns = sql.SQL(", ").join(map(sql.Identifier, row))
    values = sql.SQL(", ").join([sql.Placeholder()] * len(row))
    owner.execute(sql.SQL("insert into {table} ({columns}) values ({values})").format(**names, columns=columns, values=values),
                  list(row.values()))  # fmt: skip


def _item(value: Any) -> str:
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value)
