"""Rows for a drafted golden case: right values of every type, about an official of those cases' roster and about a stranger."""

import hashlib
from collections.abc import Callable
from typing import Any

from cadre_cloud.commands.drafts.catalogue import Entry, Item

Row = dict[str, Any]

SALT = "a salt of tests"  # theirs, of hashed numbers
# Of the roster of the golden cases (personnel/roster), and somebody who is none of it. Values go by the names of items.
OFFICIAL = {
    "cadre_no": "C0001", "person_name": "王建国", "name_masked": "王**", "number": "529901197503120010", "sex": "male",
    "born": "19750312", "birth_year": 1975, "age": 51,
}  # fmt: skip
STRANGER = {
    "cadre_no": "C9999", "person_name": "孙小海", "name_masked": "孙**", "number": "529903198001010222", "sex": "female",
    "born": "19800101", "birth_year": 1980, "age": 46,
}  # fmt: skip
_PLACE = {"unit_name": "龙溪区人民政府", "unit_code": "U002", "year": 2025}
_CODE = "11529901000100028F"  # of that unit
_DAY = "20260520"


def row(entry: Entry, typed: dict[str, Row], person: Row, number: int) -> Row:
    """A row that is right, as it would be sent.

    Args:
        entry: of the resource.
        typed: the words of its columns.
        person: `OFFICIAL` or `STRANGER`.
        number: of the row.
    """
    said = person | _PLACE | {"taxpayer": person["person_name"]}
    return {
        item.source: said[item.name]
        if item.name in said and item.name != "sex"
        else _value(item, typed[item.source], said, number)
        for item in entry.items
    }


def _value(item: Item, column: Row, person: Row, number: int) -> Any:
    if column["type"] in _BY_TYPE:
        return _BY_TYPE[column["type"]](column, person, number)
    if column["type"] in ("date", "month"):
        form = column.get("format") or ("%Y%m" if column["type"] == "month" else "%Y-%m-%d")
        return _written(person["born"] if item.name.startswith("born") else _DAY, form if isinstance(form, str) else form[-1])
    return (item.example or f"{item.name}{number}").ljust(column.get("length") or 0, "0")


def _term(column: Row, person: Row, _: int) -> str:
    """The first word, or that of the person's sex."""
    words: dict[str, str] = column["terms"]
    return next((word for word, value in words.items() if value == person["sex"]), next(iter(words)))


def _written(day: str, form: str) -> str:
    """A day (YYYYMMDD) in the form of a contract's date."""
    year, month, day = day[:4], day[4:6], day[6:]
    parts = {"%Y": year, "%m": month, "%d": day, "%-m": month.lstrip("0"), "%-d": day.lstrip("0")}
    for part, text in parts.items():
        form = form.replace(part, text)
    return form


def _number(_: Row, person: Row, __: int) -> str:
    return str(person["number"])


_BY_TYPE: dict[str, Callable[[Row, Row, int], Any]] = {
    "id18": _number,
    "id15_18": _number,
    "id18_or_uscc": _number,
    "id_masked_6_4": lambda _, person, __: f"{person['number'][:6]}********{person['number'][-4:]}",
    "id_sha256": lambda _, person, __: hashlib.sha256((SALT + person["number"]).encode()).hexdigest(),
    "uscc": lambda _, __, ___: _CODE,
    "integer": lambda _, __, number: number,
    "money": lambda _, __, ___: 1000,
    "code": lambda column, _, __: next(iter(column["codes"])),
    "term": _term,
    "boolean": lambda column, _, __: column.get("true", "true"),
    "region": lambda _, person, __: person["number"][:6],
    "date_or_month": lambda _, person, __: person["born"],
    "timestamp": lambda _, __, number: f"2026-05-31T10:00:0{number}+08:00",
}
