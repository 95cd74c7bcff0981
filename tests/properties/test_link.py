"""Whose record it is: the order of mentions and officials makes no difference, and nothing weak ever decides."""

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
from deliveries import few
from hypothesis import given
from hypothesis import strategies as st

from cadre_cloud.warehouse.link_model import link_model
from transforms.link import candidates, link, may_concern, recognisable
from transforms.link.decide import SURE
from transforms.link.model import Seen
from transforms.mentions import MENTION
from transforms.roster import ROSTER_NAME, ROSTER_UNIT, roster_table

# Of two that differ in their check digit and their last one alone, and of one who shares another's old number but for the name.
NUMBERS = ["529901198007010010", "529901198007010037", "529902197007010021"]
SALT = "s"
NAMES = ["张伟", "李秀英", "王建国"]
UNITS = ["财政局", "教育局"]
NUMBERED = ("full_id", "old_id", "hashed_id")
QUESTIONS = ("name_unit", "name_sex_age", "masked_id_incomplete", *(f"{form}_other_name" for form in NUMBERED))
SEEN = tuple(Seen(method, beside, -1000.0, 10_000, 10_000) for method in QUESTIONS for beside in (False, True))
EAGER = replace(link_model(), automatic=QUESTIONS, seen=SEEN)
OUTRIGHT = {"cadre_no", "full_id", "old_id", "hashed_id", "masked_id"}


def old(number: str) -> str:
    return number[:6] + number[8:17]


def hashed(number: str) -> str:
    return hashlib.sha256((SALT + number).encode()).hexdigest()


def mask(number: str) -> str:
    return f"{number[:6]}********{number[14:]}"


officials = st.lists(
    st.fixed_dictionaries({
        "cadre_no": st.sampled_from(["C1", "C2", "C3", "C4"]),
        "id_number": st.sampled_from(NUMBERS),
        "sex": st.sampled_from(["male", "female"]),
        "names": st.sets(st.sampled_from(NAMES), min_size=1, max_size=2),
        "unit": st.sampled_from(UNITS),
    }),
    max_size=4,
    unique_by=lambda official: official["cadre_no"],
)  # fmt: skip
mentions = st.lists(
    st.fixed_dictionaries({
        "cadre_no": st.sampled_from([None, None, None, "C1", "C9"]),
        "name_key": st.none() | st.sampled_from([*NAMES, "张*", "*伟"]),
        "form": st.sampled_from([None, "full", "masked", "old", "hashed"]),
        "number": st.sampled_from(NUMBERS),
        "unit": st.sampled_from([None, *UNITS]),
        "birth_year": st.sampled_from([None, 1980, 1970]),
        "subject": st.sampled_from(["self", "self", "relative"]),
        "sex": st.sampled_from([None, "male", "female"]),
        "age": st.sampled_from([None, 42, 44, 45, 46, 55]),
    }),
    max_size=6,
)  # fmt: skip


def mention_table(given_mentions: list[dict[str, Any]], order: list[int] | None = None) -> pa.Table:
    rows = []
    for place, mention in enumerate(given_mentions):
        form, number = mention["form"], mention["number"]
        rows.append({
            "source_key": f"k{place}", "mention_no": 1, "subject": mention["subject"], "cadre_no": mention["cadre_no"],
            "name": mention["name_key"], "name_key": mention["name_key"], "sex": mention["sex"], "age": mention["age"],
            "counted_on": date(2026, 3, 1) if mention["age"] else None, "birth_year": mention["birth_year"],
            "unit_name": mention["unit"], "unit_key": mention["unit"],
            "id_number": number if form == "full" else None,
            "id_masked": mask(number) if form in ("full", "masked") else None,
            "id_old": old(number) if form == "old" else None,
            "id_hash": hashed(number) if form == "hashed" else None,
        })  # fmt: skip
    return pa.Table.from_pylist([rows[place] for place in order] if order else rows, schema=MENTION)


def roster_tables(roster: list[dict[str, Any]]) -> tuple[pa.Table, pa.Table, pa.Table]:
    columns = {name: pa.array([o[name] for o in roster], pa.string()) for name in ("cadre_no", "id_number", "sex")}
    names = [{"cadre_no": o["cadre_no"], "name_key": name} for o in roster for name in sorted(o["names"])]
    units = [{"cadre_no": o["cadre_no"], "unit_key": o["unit"], "uscc": None} for o in roster]
    tables = (pa.Table.from_pylist(names, schema=ROSTER_NAME), pa.Table.from_pylist(units, schema=ROSTER_UNIT))
    return roster_table(pa.table(columns), SALT), *tables


def stated(statements: pa.Table) -> list[tuple]:
    return sorted(tuple(row.values()) for row in statements.to_pylist())


@few
@given(st.data(), mentions, officials)
def test_order_makes_no_difference(data: st.DataObject, given_mentions: list, roster: list) -> None:
    order = data.draw(st.permutations(range(len(given_mentions))))
    one = link(mention_table(given_mentions), *roster_tables(roster), link_model())
    other = link(mention_table(given_mentions, order), *roster_tables(data.draw(st.permutations(roster))), link_model())
    assert stated(one) == stated(other)


@few
@given(mentions, officials, st.sampled_from([1, 7]))
def test_a_delivery_in_parts_links_the_same_and_so_does_one_that_is_linked_again(
    given_mentions: list, roster: list, parts: int
) -> None:
    told, tables = mention_table(given_mentions), roster_tables(roster)
    size = -(-max(len(told), 1) // parts)
    cut = [link(told.slice(start, size), *tables, EAGER) for start in range(0, max(len(told), 1), size)]
    assert stated(pa.concat_tables(cut)) == stated(link(told, *tables, EAGER)) == stated(link(told, *tables, EAGER))


@few
@given(mentions, officials)
def test_no_probability_makes_a_mention_two_officials(given_mentions: list, roster: list) -> None:
    """Not even where every method may link by itself, and none was ever seen to err."""
    statements = link(mention_table(given_mentions), *roster_tables(roster), EAGER).to_pylist()
    same = [row for row in statements if row["verdict"] == "same"]
    assert len({row["source_key"] for row in same}) == len(same)
    assert not {row["source_key"] for row in same} & {row["source_key"] for row in statements if row["verdict"] != "same"}
    for row in same:
        if row["method"] not in OUTRIGHT:
            assert row["probability"] >= SURE
    for row in statements:
        assert (row["probability"] is None) == (row["weights"] is None) == (row["method"] in OUTRIGHT)


@few
@given(mentions, officials)
def test_one_official_at_most_and_by_evidence_that_decides(given_mentions: list, roster: list) -> None:
    by_number = {official["cadre_no"]: official for official in roster}
    statements = link(mention_table(given_mentions), *roster_tables(roster), link_model()).to_pylist()
    same = [row for row in statements if row["verdict"] == "same"]
    assert len({row["source_key"] for row in same}) == len(same)
    for row in same:
        mention, official = given_mentions[int(row["source_key"][1:])], by_number[row["cadre_no"]]
        assert row["method"] in OUTRIGHT
        if row["method"] == "cadre_no":
            assert mention["cadre_no"] == official["cadre_no"]
            continue
        number, born = official["id_number"], int(official["id_number"][6:10])
        family_names = {name[0] for name in official["names"]}
        match row["method"]:
            case "full_id":
                assert mention["number"] == number
                assert (
                    mention["name_key"] in official["names"] or mention["subject"] == "relative" or starred(mention, family_names)
                )
            case "old_id":
                assert old(mention["number"]) == old(number)
                assert mention["name_key"] in official["names"] or starred(mention, family_names)
            case "hashed_id":
                assert mention["number"] == number
                assert mention["birth_year"] == born
                assert mention["name_key"] in official["names"] or starred(mention, family_names)
            case "masked_id":
                assert mask(mention["number"]) == mask(number)
                assert mention["name_key"] in official["names"]
                assert mention["sex"] in (None, official["sex"])
                assert mention["age"] == 2025 - born or mention["birth_year"] == born  # completed before this year's birthday


def starred(mention: dict[str, Any], family_names: set[str]) -> bool:
    return mention["name_key"] == "张*" and "张" in family_names


@few
@given(mentions, officials)
def test_who_is_decided_is_not_asked_about(given_mentions: list, roster: list) -> None:
    statements = link(mention_table(given_mentions), *roster_tables(roster), link_model()).to_pylist()
    decided = {row["source_key"] for row in statements if row["verdict"] == "same"}
    asked = {row["source_key"] for row in statements if row["verdict"] == "undecided"}
    assert not decided & asked
    assert all(row["verdict"] in ("same", "undecided") for row in statements)


@few
@given(mentions, officials)
def test_a_full_number_of_an_official_is_never_overlooked(given_mentions: list, roster: list) -> None:
    statements = link(mention_table(given_mentions), *roster_tables(roster), link_model()).to_pylist()
    seen = {row["source_key"] for row in statements}
    on_roster = {official["id_number"] for official in roster}
    whole = ("full", "hashed")
    assert {f"k{n}" for n, m in enumerate(given_mentions) if m["form"] in whole and m["number"] in on_roster} <= seen


@few
@given(mentions, officials)
def test_a_search_finds_whatever_a_link_could(given_mentions: list, roster: list) -> None:
    """`may_concern` for some officials, as when they join, overlooks no record that linking all would give them."""
    whole = link(mention_table(given_mentions), *roster_tables(roster), link_model()).to_pylist()
    for official in roster:
        theirs = {row["source_key"] for row in whole if row["cadre_no"] == official["cadre_no"]}
        assert theirs <= set(may_concern(mention_table(given_mentions), *roster_tables([official])).to_pylist())


@few
@given(mentions, officials)
def test_who_is_left_out_early_has_nothing_for_being_an_official(given_mentions: list, roster: list) -> None:
    told, (persons, names, units) = mention_table(given_mentions), roster_tables(roster)
    with candidates(told, persons, names, units) as db:
        found = db.table("select source_key from candidate")["source_key"].to_pylist()
    assert set(found) <= set(recognisable(told, persons, names)["source_key"].to_pylist())
