"""Reads a city's truth and the warehouse, and puts them beside each other."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from demo.comparison.alerts import compare_alerts
from demo.comparison.links import Mention, Owned, compare_links
from demo.comparison.rows import compare_deliveries, compare_rows
from demo.comparison.spells import compare_spells
from demo.comparison.truth import Truth
from transforms.contract import Contract

_LINKS = """
select resource, source_key, mention_no::text as mention_no, cadre_no, verdict
from core.link where known_to is null and verdict in ('same', 'undecided')"""

_REFUSED = """
select d.resource, d.day::text as day, d.file, q.row_no, q.source_key
from ledger.quarantine q join ledger.delivery d using (delivery_id) where d.purpose = 'daily' and d.state = 'loaded'"""

_RECEIVED = """
select resource, sum(received)::bigint as received
from ledger.delivery where purpose = 'daily' and state = 'loaded' group by 1"""

_ENDED = "select resource, day::text as day, file, state as outcome from ledger.delivery where purpose = 'daily'"

_EVENTS = """
select (e.at at time zone 'Asia/Shanghai')::date::text as day, a.rule, a.cadre_no, a.matter, a.severity, e.to_state
from core.alert_event e join core.alert a using (alert_no) order by e.event_no"""

_SPELLS = """
select cadre_no, kind, coalesce(started_on::text, '') as started_on, coalesce(ended_on::text, '') as ended_on,
       coalesce(text, '') as text, raw
from mart.spell"""

Warehouse = psycopg.Connection[dict[str, Any]]


def compare(city: Path, warehouse_address: str, days: list[str], feeds: list[Contract]) -> dict[str, Any] | None:
    """Compare what came of a city's days with its truth, in the form of summary.json's `truth`; None where there is none.

    A truth of the least form tells of links alone, and not by which number.
    """
    truth = Truth(city / "truth", days[-1])
    if not truth.is_there:
        return None
    with psycopg.connect(warehouse_address, row_factory=dict_row) as warehouse:
        found: dict[str, Any] = {"links": _links(truth, warehouse, feeds)}
        if truth.is_whole:
            found |= _deliveries(truth, warehouse, feeds)
            found["alerts"] = compare_alerts(truth.of_days("alert"), warehouse.execute(_EVENTS).fetchall())
        if truth.is_whole and truth.is_over():
            found["spells"] = compare_spells(truth.rows("spell"), warehouse.execute(_SPELLS).fetchall())
    return found


def _links(truth: Truth, warehouse: Warehouse, feeds: list[Contract]) -> dict[str, dict[str, Any]]:
    """Compare the links of records; the officials' own files say outright whose they are."""
    integers = {contract.resource: _integers(contract) for contract in feeds if contract.record}
    owned = _whole(truth, integers) if truth.is_whole else _least(truth, integers)
    verdicts: dict[Mention, dict[str, str]] = defaultdict(dict)
    for row in warehouse.execute(_LINKS):
        if row["resource"] in integers:
            mention_no = row["mention_no"] if truth.is_whole else ""
            verdicts[row["resource"], row["source_key"], mention_no][row["cadre_no"]] = row["verdict"]
    return compare_links(owned, verdicts)


def _whole(truth: Truth, integers: dict[str, set[int]]) -> Iterator[Owned]:
    """Whom each mention is about, by form of number, and of others than the official concerned by subject."""
    joined = {row["cadre_no"]: row["joined_on"] for row in truth.rows("person")}
    for (resource, key, mention_no), rows in groupby(truth.rows("owner"), itemgetter("resource", "source_key", "mention_no")):
        if resource in integers:
            first, *later = rows
            row = max((row for row in later if row["since"] <= truth.last_day), key=itemgetter("since"), default=first)
            mention = resource, _normal(key, integers[resource]), mention_no
            label = row["form"] if row["subject"] == "self" else f"{row['form']}, {row['subject']}"
            is_due = "" < row["since"] <= truth.last_day and joined.get(row["cadre_no"], "") <= truth.last_day
            yield Owned(mention, row["cadre_no"], label, is_due)


def _least(truth: Truth, integers: dict[str, set[int]]) -> Iterator[Owned]:
    """Whom each record is about, by resource."""
    for row in truth.rows("owner"):
        if row["resource"] in integers:
            mention = row["resource"], _normal(row["source_key"], integers[row["resource"]]), ""
            yield Owned(mention, row["cadre_no"], row["resource"])


def _integers(contract: Contract) -> set[int]:
    """Which items of a contract's key are integers."""
    return {place for place, name in enumerate(contract.key) if contract.named[name].type == "integer"}


def _normal(key: str, integers: set[int]) -> str:
    """A key as keys compare, of one as delivered: NFKC, trimmed, integers in plain digits."""
    parts = [part.strip() for part in unicodedata.normalize("NFKC", key).split("|")]
    return "|".join(str(int(part)) if place in integers and part.isdecimal() else part for place, part in enumerate(parts))


def _deliveries(truth: Truth, warehouse: Warehouse, feeds: list[Contract]) -> dict[str, Any]:
    """Compare the rows that were refused, and how deliveries ended."""
    expected = {contract.resource for contract in feeds}
    files = {contract.resource for contract in feeds if contract.source.kind == "drop"}
    planted, foretold = ([row for row in truth.of_days(name) if row["resource"] in expected] for name in ("bad_row", "delivery"))
    received = {row["resource"]: row["received"] for row in warehouse.execute(_RECEIVED)}
    return {
        "bad_rows": compare_rows(planted, warehouse.execute(_REFUSED).fetchall(), received, files),
        "deliveries": compare_deliveries(foretold, warehouse.execute(_ENDED).fetchall(), files),
    }
