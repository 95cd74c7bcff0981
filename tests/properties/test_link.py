"""Whose record it is: the order of mentions and officials makes no difference, and nothing weak ever decides."""

from datetime import date
from typing import Any

import pyarrow as pa
from deliveries import few
from hypothesis import given
from hypothesis import strategies as st

from transforms.link import link, may_concern
from transforms.mentions import MENTION, ROSTER_NAME

NUMBERS = ["529901198007010010", "529901198007010037", "529902197007010021"]
NAMES = ["张伟", "李秀英", "王建国"]
OUTRIGHT = {"cadre_no", "full_id", "masked_id"}


def mask(number: str) -> str:
    return f"{number[:6]}********{number[14:]}"


officials = st.lists(
    st.fixed_dictionaries({
        "cadre_no": st.sampled_from(["C1", "C2", "C3", "C4"]),
        "id_number": st.sampled_from(NUMBERS),
        "sex": st.sampled_from(["male", "female"]),
        "names": st.sets(st.sampled_from(NAMES), min_size=1, max_size=2),
    }),
    max_size=4,
    unique_by=lambda official: official["cadre_no"],
)  # fmt: skip
mentions = st.lists(
    st.fixed_dictionaries({
        "cadre_no": st.sampled_from([None, None, None, "C1", "C9"]),
        "name_key": st.none() | st.sampled_from(NAMES),
        "id_number": st.sampled_from([None, None, *NUMBERS]),
        "masked": st.sampled_from([None, *NUMBERS]),
        "sex": st.sampled_from([None, "male", "female"]),
        "age": st.sampled_from([None, 42, 44, 45, 46, 55]),
    }),
    max_size=6,
)  # fmt: skip


def mention_table(given_mentions: list[dict[str, Any]], order: list[int] | None = None) -> pa.Table:
    rows = []
    for number, mention in enumerate(given_mentions):
        masked = mask(mention["id_number"] or mention["masked"]) if mention["id_number"] or mention["masked"] else None
        plain = {name: mention[name] for name in ("cadre_no", "name_key", "id_number", "sex", "age")}
        rows.append({
            **plain, "source_key": f"k{number}", "mention_no": 1, "subject": "self", "name": mention["name_key"],
            "id_masked": masked, "counted_on": date(2026, 3, 1) if mention["age"] else None,
        })  # fmt: skip
    return pa.Table.from_pylist([rows[number] for number in order] if order else rows, schema=MENTION)


def roster_tables(roster: list[dict[str, Any]]) -> tuple[pa.Table, pa.Table]:
    people = pa.table({
        "cadre_no": pa.array([o["cadre_no"] for o in roster], pa.string()),
        "id_number": pa.array([o["id_number"] for o in roster], pa.string()),
        "id_masked": pa.array([mask(o["id_number"]) for o in roster], pa.string()),
        "sex": pa.array([o["sex"] for o in roster], pa.string()),
        "born_on": pa.array([date(int(o["id_number"][6:10]), 7, 1) for o in roster], pa.date32()),
    })  # fmt: skip
    names = [{"cadre_no": o["cadre_no"], "name_key": name} for o in roster for name in sorted(o["names"])]
    return people, pa.Table.from_pylist(names, schema=ROSTER_NAME)


def stated(statements: pa.Table) -> list[tuple]:
    return sorted(tuple(row.values()) for row in statements.to_pylist())


@few
@given(st.data(), mentions, officials)
def test_order_makes_no_difference(data: st.DataObject, given_mentions: list, roster: list) -> None:
    order = data.draw(st.permutations(range(len(given_mentions))))
    one = link(mention_table(given_mentions), *roster_tables(roster))
    other = link(mention_table(given_mentions, order), *roster_tables(data.draw(st.permutations(roster))))
    assert stated(one) == stated(other)


@few
@given(mentions, officials)
def test_one_official_at_most_and_by_evidence_that_decides(given_mentions: list, roster: list) -> None:
    by_number = {official["cadre_no"]: official for official in roster}
    statements = link(mention_table(given_mentions), *roster_tables(roster)).to_pylist()
    same = [row for row in statements if row["verdict"] == "same"]
    assert len({row["source_key"] for row in same}) == len(same)
    for row in same:
        mention, official = given_mentions[int(row["source_key"][1:])], by_number[row["cadre_no"]]
        assert row["method"] in OUTRIGHT
        if row["method"] == "cadre_no":
            assert mention["cadre_no"] == official["cadre_no"]
            continue
        assert mention["name_key"] in official["names"]
        if row["method"] == "full_id":
            assert mention["id_number"] == official["id_number"]
        else:
            assert mask(mention["masked"]) == mask(official["id_number"])
            assert mention["sex"] in (None, official["sex"])
            assert mention["age"] == 2025 - int(official["id_number"][6:10])  # in completed years, before this year's birthday


@few
@given(mentions, officials)
def test_who_is_decided_is_not_asked_about(given_mentions: list, roster: list) -> None:
    statements = link(mention_table(given_mentions), *roster_tables(roster)).to_pylist()
    decided = {row["source_key"] for row in statements if row["verdict"] == "same"}
    asked = {row["source_key"] for row in statements if row["verdict"] == "undecided"}
    assert not decided & asked
    assert all(row["verdict"] in ("same", "undecided") for row in statements)


@few
@given(mentions, officials)
def test_a_full_number_of_an_official_is_never_overlooked(given_mentions: list, roster: list) -> None:
    statements = link(mention_table(given_mentions), *roster_tables(roster)).to_pylist()
    seen = {row["source_key"] for row in statements}
    on_roster = {official["id_number"] for official in roster}
    assert {f"k{n}" for n, mention in enumerate(given_mentions) if mention["id_number"] in on_roster} <= seen


@few
@given(mentions, officials)
def test_a_search_finds_whatever_a_link_could(given_mentions: list, roster: list) -> None:
    """`may_concern` for some officials, as when they join, overlooks no record that linking all would give them."""
    whole = link(mention_table(given_mentions), *roster_tables(roster)).to_pylist()
    for official in roster:
        theirs = {row["source_key"] for row in whole if row["cadre_no"] == official["cadre_no"]}
        assert theirs <= set(may_concern(mention_table(given_mentions), *roster_tables([official])).to_pylist())
