"""A draft of a golden case: a first day with a row about an official, one about a stranger, and one that cannot be read."""

import csv
import hashlib
import io
import json
from typing import Any

import pyarrow as pa
import yaml

from cadre_cloud.drafts.catalogue import Entry, Item
from cadre_cloud.drafts.columns import columns
from cadre_cloud.drafts.contract import flow, is_own, mentions
from transforms.source_key import source_keys

DAY = "2026-06-01"
SALT = "a salt of tests"  # theirs, of hashed numbers
# An official of the roster of the golden cases (personnel/roster), and somebody who is none.
OFFICIAL = {
    "cadre_no": "C0001", "name": "王建国", "starred": "王**", "number": "529901197503120010", "male": True, "born": "19750312", "age": 51,
    "unit": "龙溪区人民政府", "unit_code": "U002", "uscc": "11529901000100028F",
}  # fmt: skip
STRANGER = OFFICIAL | {
    "cadre_no": "C9999", "name": "孙小海", "starred": "孙**", "number": "529903198001010222", "born": "19800101", "age": 46, "male": False,
}  # fmt: skip
_FORMATS = {"%Y": "2026", "%m": "05", "%-m": "5", "%d": "20", "%-d": "20"}

Row = dict[str, Any]


def files(entry: Entry) -> dict[str, bytes]:
    """The case's files by name."""
    typed = columns(entry)
    rows = [_row(entry, typed, person, number) for number, person in enumerate((OFFICIAL, STRANGER, STRANGER), start=1)]
    flaw = next((item for item in reversed(entry.items) if item.required and item.source not in (*entry.key, entry.delivery.cursor)), None)
    if flaw:
        rows[-1][flaw.source] = None
    else:
        rows.pop()
    name, content = _delivery(entry, rows)
    return {name: content, "expect.yaml": _expected(entry, typed, rows, flaw).encode()}


def _row(entry: Entry, typed: dict[str, Row], person: Row, number: int) -> Row:
    return {item.source: _value(item, typed[item.source], person, number) for item in entry.items}


def _value(item: Item, column: Row, person: Row, number: int) -> Any:
    """A value that is right, as it would be sent."""
    by_name = {
        "person_name": person["name"], "taxpayer": person["name"], "name_masked": person["starred"], "cadre_no": person["cadre_no"],
        "unit_name": person["unit"], "unit_code": person["unit_code"], "age": person["age"], "birth_year": int(person["born"][:4]),
        "year": 2025,
    }  # fmt: skip
    if item.name in by_name:
        return by_name[item.name]
    match column["type"]:
        case "id18" | "id15_18" | "id18_or_uscc":
            return person["number"]
        case "id_masked_6_4":
            return f"{person['number'][:6]}********{person['number'][-4:]}"
        case "id_sha256":
            return hashlib.sha256((SALT + person["number"]).encode()).hexdigest()
        case "uscc":
            return person["uscc"]
        case "integer":
            return number
        case "money":
            return 1000
        case "code":
            return next(iter(column["codes"]))
        case "term":
            return _term(column["terms"], person)
        case "boolean":
            return column.get("true", "true")
        case "region":
            return person["number"][:6]
        case "date_or_month":
            return person["born"]
        case "date" | "month":
            return _date(item, column, person)
        case "timestamp":
            return f"2026-05-31T10:00:0{number}+08:00"
    return (item.example or f"{item.name}{number}").ljust(column.get("length") or 0, "0")


def _term(terms: dict[str, str], person: Row) -> str:
    sexes = {"male", "female"}
    wanted = "male" if person["male"] else "female"
    return next(word for word, value in terms.items() if value == wanted or set(terms.values()) != sexes)


def _date(item: Item, column: Row, person: Row) -> str:
    form = column.get("format") or ("%Y%m" if column["type"] == "month" else "%Y-%m-%d")
    form = form if isinstance(form, str) else form[-1]
    born = item.name.startswith("born")
    parts = {"%Y": person["born"][:4], "%m": person["born"][4:6], "%d": person["born"][6:]} if born else _FORMATS
    for part, text in parts.items():
        form = form.replace(part, text)
    return form


def _delivery(entry: Entry, rows: list[Row]) -> tuple[str, bytes]:
    """As it is sent; workbooks and Parquet as text, as `tests/readable.py` has them."""
    delivery, header = entry.delivery, [item.source for item in entry.items]
    if delivery.kind == "api":
        return "changes.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *([row[name] for name in header] for row in rows)])
    if delivery.kind == "database":
        return "rows.csv", out.getvalue().encode()
    name = delivery.files.replace("YYYYMMDD", DAY.replace("-", "")).replace("YYYYMM", "202606").replace("YYYY", "2026")
    match delivery.format:
        case "xlsx":
            page = {delivery.sheet: {"rows": [header, *([row[name] for name in header] for row in rows)]}}
            return f"{name}.yaml", yaml.safe_dump(page, allow_unicode=True, sort_keys=False, default_flow_style=None).encode()
        case "parquet":
            return f"{name}.csv", out.getvalue().encode()
    return name, out.getvalue().encode(delivery.encoding)


def _expected(entry: Entry, typed: dict[str, Row], rows: list[Row], flaw: Item | None) -> str:
    good = 2
    named = mentions(entry)
    links = _links(entry, rows, named)
    same, asked = (sum(link["verdict"] == verdict for link in links) for verdict in ("same", "undecided"))
    own = int(is_own(entry) and bool(named))
    ledger = {"received": len(rows), "accepted": good, "quarantined": len(rows) - good, "duplicate": 0, "changed": good,
              "linked": same or own, "review": asked}  # fmt: skip
    words: Row = {"day": DAY, "after": ["personnel/roster"], "ledger": ledger, "outcome": "loaded"}
    if flaw:
        words["quarantine"] = [{"source_key": _key(entry, rows[-1]), "field": flaw.name, "reason": "missing"}]
    if is_own(entry):
        words[entry.resource] = [{"cadre_no": "C0001"}] if named else [{entry.key_items[0].name: rows[0][entry.key[0]]}] * good
    elif same:
        words["records"] = [{"source_key": _key(entry, rows[0]), "cadre_no": "C0001"}]
    if links:
        words["links"] = links
    head = f"# a first day of {entry.resource}: a row about an official, one about a stranger, one that cannot be read. DECIDE: more cases\n"
    return head + "".join(_line(word, value) for word, value in words.items())


def _line(word: str, value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return f"{word}:\n" + "".join(f"  - {flow(one)}\n" for one in value)
    return f"{word}: {value if word == 'day' else flow(value)}\n"


def _links(entry: Entry, rows: list[Row], named: list[Row]) -> list[Row]:
    """What must be held of the first row's official: how far their identity decides."""
    if is_own(entry):
        return []
    who, key = named[0], _key(entry, rows[0])
    verdict, method = "undecided", "name_unit"
    if "id_number" in who:
        verdict, method = "same", "full_id"
    elif "id_hash" in who:
        verdict, method = "same", "hashed_id"
    elif "id_masked" in who:
        verdict, method = ("same", "masked_id") if "age" in who else ("undecided", "masked_id_incomplete")
    found = [{"source_key": key, "cadre_no": "C0001", "verdict": verdict, "method": method}]
    if len(named) > 1 and named[1].get("id_masked"):
        found.append({"source_key": key, "cadre_no": "C0001", "verdict": "undecided", "method": "masked_id_incomplete"})
    return found


def _key(entry: Entry, row: Row) -> str:
    key = source_keys([pa.array([str(row[source])]) for source in entry.key])
    return str(key[0].as_py())
