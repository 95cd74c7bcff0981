"""A draft of a golden case: a first day with a row about an official, one about a stranger, and one that cannot be read."""

import csv
import io
import json
from typing import Any

import pyarrow as pa
import yaml

from cadre_cloud.commands.drafts.catalogue import Entry, Item
from cadre_cloud.commands.drafts.columns import columns
from cadre_cloud.commands.drafts.contract import flow, is_own, mentions
from cadre_cloud.commands.drafts.rows import OFFICIAL, STRANGER, Row, row
from transforms.source_key import source_keys

DAY = "2026-06-01"


def files(entry: Entry) -> dict[str, bytes]:
    """The case's files by name."""
    typed = columns(entry)
    rows = [row(entry, typed, person, number) for number, person in enumerate((OFFICIAL, STRANGER, STRANGER), start=1)]
    needed = [item for item in entry.items if item.required and item.source not in (*entry.key, entry.delivery.cursor)]
    flaw = needed[-1] if needed else None
    if flaw:
        rows[-1][flaw.source] = None
    else:
        rows.pop()
    name, content = _delivery(entry, rows)
    return {name: content, "expect.yaml": _expected(entry, rows, flaw).encode()}


def _delivery(entry: Entry, rows: list[Row]) -> tuple[str, bytes]:
    """As it is sent; workbooks and Parquet as text, as `tests/readable.py` has them."""
    delivery, header = entry.delivery, [item.source for item in entry.items]
    if delivery.kind == "api":
        return "changes.jsonl", "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *([one[name] for name in header] for one in rows)])
    if delivery.kind == "database":
        return "rows.csv", out.getvalue().encode()
    name = delivery.files.replace("YYYYMMDD", DAY.replace("-", "")).replace("YYYYMM", "202606").replace("YYYY", "2026")
    match delivery.format:
        case "xlsx":
            page = {delivery.sheet: {"rows": [header, *([one[name] for name in header] for one in rows)]}}
            return f"{name}.yaml", yaml.safe_dump(page, allow_unicode=True, sort_keys=False, default_flow_style=None).encode()
        case "parquet":
            return f"{name}.csv", out.getvalue().encode()
    return name, out.getvalue().encode(delivery.encoding)


def _expected(entry: Entry, rows: list[Row], flaw: Item | None) -> str:
    good = 2
    named = mentions(entry)
    links = _links(entry, rows, named)
    same, asked = (sum(link["verdict"] == verdict for link in links) for verdict in ("same", "undecided"))
    own = int(is_own(entry) and bool(named))
    ledger = {"received": len(rows), "accepted": good, "quarantined": len(rows) - good, "duplicate": 0, "changed": good,
              "linked": same or own, "review": asked}  # fmt: skip
    words: Row = {"day": DAY, "after": ["personnel/roster"], "ledger": ledger, "outcome": "loaded"}
    if flaw:
        tells = any(columns(entry)[source]["type"] == "name" for source in entry.key)  # such a key is not told
        key = None if tells else _key(entry, rows[-1])
        words["quarantine"] = [{"source_key": key, "field": flaw.name, "reason": "missing"}]
    if is_own(entry):
        words[entry.resource] = [{"cadre_no": "C0001"}] if named else [{entry.key_items[0].name: rows[0][entry.key[0]]}] * good
    elif same:
        words["records"] = [{"source_key": _key(entry, rows[0]), "cadre_no": "C0001"}]
    if links:
        words["links"] = links
    head = f"# a first day of {entry.resource}: a row about an official, one about a stranger, one that cannot be read\n"
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


def _key(entry: Entry, sent: Row) -> str:
    key = source_keys([pa.array([str(sent[source])]) for source in entry.key])
    return str(key[0].as_py())
