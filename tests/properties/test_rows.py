"""Sorting a delivery's rows: nothing vanishes, and the order in which they were sent makes no difference."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deliveries import CHANGES, SNAPSHOT, few, parsed, rows
from hypothesis import given
from hypothesis import strategies as st

from transforms.contract import Contract
from transforms.difference import Comparison
from transforms.rows import read_types

contracts = st.sampled_from([SNAPSHOT, CHANGES])


@dataclass(frozen=True)
class Sorted:
    accepted: pa.Table
    refused: pa.Table
    duplicate: int


def sort(sent: list[dict[str, Any]], contract: Contract) -> Sorted:
    """What becomes of rows that come in parts of seven."""
    columns = {"columns": contract.content, "cursor": contract.cursor, "mode": contract.mode}
    typed = [read_types(parsed(sent).slice(at, 7), contract) for at in range(0, max(len(sent), 1), 7)]
    with Comparison(None, seed="s", **columns) as comparison:
        for part in typed:
            comparison.add(part.good, part.refused["source_key"].combine_chunks())
        found = comparison.end()
    good = pa.concat_tables([part.good for part in typed])
    conflicts = [row | {"field": "", "reason": "key_conflict"} for row in found.conflicts.to_pylist()]
    refused = pa.concat_tables([part.refused for part in typed])
    return Sorted(
        accepted=good.filter(pc.is_in(good["row_no"], value_set=found.changed)),
        refused=pa.Table.from_pylist(refused.to_pylist() + conflicts, schema=refused.schema),
        duplicate=found.duplicate,
    )


def contents(table: pa.Table) -> list[tuple]:
    """What accepted rows say, whatever their place and the writing of their key."""
    return sorted(tuple(row[name] for name in ("source_key", "said", "on", "at")) for row in table.to_pylist())


def reasons(found: Sorted) -> list[tuple]:
    return sorted((row["source_key"] or "", row["field"], row["reason"]) for row in found.refused.to_pylist())


@few
@given(st.lists(rows, max_size=25), contracts)
def test_every_row_is_accepted_refused_or_a_duplicate(sent: list[dict[str, Any]], contract: Contract) -> None:
    found = sort(sent, contract)
    assert len(sent) == len(found.accepted) + len(found.refused) + found.duplicate
    numbers = found.accepted["row_no"].to_pylist() + found.refused["row_no"].to_pylist()
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= set(range(1, len(sent) + 1))


@few
@given(st.lists(rows, max_size=25), contracts)
def test_an_accepted_key_stands_once_and_is_in_no_conflict(sent: list[dict[str, Any]], contract: Contract) -> None:
    found = sort(sent, contract)
    keys = found.accepted["source_key"].to_pylist()
    assert None not in keys
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {row["source_key"] for row in found.refused.to_pylist() if row["reason"] == "key_conflict"}


@few
@given(st.data(), st.lists(rows, max_size=25), contracts)
def test_the_order_of_rows_makes_no_difference(data: st.DataObject, sent: list[dict[str, Any]], contract: Contract) -> None:
    one, other = sort(sent, contract), sort(data.draw(st.permutations(sent)), contract)
    assert contents(one.accepted) == contents(other.accepted)
    assert (reasons(one), one.duplicate) == (reasons(other), other.duplicate)


@few
@given(st.lists(rows, max_size=25), contracts)
def test_sent_twice_in_one_delivery_it_says_the_same(sent: list[dict[str, Any]], contract: Contract) -> None:
    once, twice = sort(sent, contract), sort(sent + sent, contract)
    assert contents(once.accepted) == contents(twice.accepted)
    assert len(twice.refused) == 2 * len(once.refused)
    assert twice.duplicate == 2 * once.duplicate + len(once.accepted)


@few
@given(st.lists(rows, max_size=25))
def test_of_changes_the_latest_cursor_speaks(sent: list[dict[str, Any]]) -> None:
    good = [row for row in sent if row["NO"] and row["PART"] != "x" and row["ON"] != "2026-02-30"]
    latest: dict[str, list[dict]] = {}
    for row in good:
        key = row["NO"].strip().replace("ａ", "a") + "|" + row["PART"].replace("１", "1")
        same = [other for other in latest.get(key, []) if other["AT"] == row["AT"]]
        if not latest.get(key) or row["AT"] > latest[key][0]["AT"]:
            latest[key] = [row]
        elif same:
            latest[key].append(row)
    expected = {key: said[0]["SAID"] for key, said in latest.items() if len({(row["SAID"], row["ON"]) for row in said}) == 1}
    assert {row["source_key"]: row["said"] for row in sort(sent, CHANGES).accepted.to_pylist()} == expected
