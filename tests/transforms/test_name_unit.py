"""Of several officials of one name the likeliest comes first, and what speaks for each is told."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from cadre_cloud.warehouse.link_model import link_model
from transforms.dates import months_between
from transforms.link import MOST, link, recognisable
from transforms.mentions import MENTION
from transforms.roster import roster_names, roster_table, roster_units

NUMBERS = ("529901197503120010", "529902198007250028", "52990219820520003X", "529901197909030058")
POST = {
    **{"cadre_no": "C1", "unit_name": "青禾县财政局", "uscc": None, "post_title": "局长"},
    **{"started_on": date(2020, 1, 1), "ended_on": None},
}
NAMED = {
    **{"name": "张伟", "unit_name": "青禾县财政局", "post_title": "局长"},
    **{"at_from": date(2026, 3, 1), "at_to": date(2026, 3, 1)},
}


def asked(named: dict[str, Any], *posts: dict[str, Any]) -> list[tuple[str, str]]:
    """Who is asked about, the likeliest first, and what speaks for each."""
    cadre_nos = sorted({post["cadre_no"] for post in posts})
    sexes = ["male"] * len(cadre_nos)
    numbers = [NUMBERS[place % len(NUMBERS)] for place in range(len(cadre_nos))]
    officials = roster_table(pa.table({"cadre_no": cadre_nos, "id_number": numbers, "sex": sexes}))
    names = roster_names(pa.table({"cadre_no": cadre_nos, "name": ["张伟"] * len(cadre_nos)}))
    schema = pa.schema([(name, pa.date32() if name.endswith("_on") else pa.string()) for name in POST])
    units = roster_units(pa.Table.from_pylist(list(posts), schema=schema))
    mention = {"source_key": "k", "mention_no": 1, "subject": "self", **NAMED, **named}
    mentions = pa.Table.from_pylist([mention], schema=MENTION)
    assert len(recognisable(mentions, officials, names))
    rows = link(mentions, officials, names, units, link_model()).sort_by("rank").to_pylist()
    assert all((row["verdict"], row["method"]) == ("undecided", "name_unit") for row in rows)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    return [(row["cadre_no"], row["evidence"]) for row in rows]


def post(cadre_no: str, **other: Any) -> dict[str, Any]:
    return POST | {"cadre_no": cadre_no} | other


def test_the_post_of_the_time_goes_first() -> None:
    posts = (
        post("C1", ended_on=date(2025, 12, 31)),
        post("C2", started_on=date(2026, 4, 1)),
        post("C3", post_title="副局长"),
        post("C4"),
    )
    assert asked({}, *posts) == [
        ("C4", "unit_then, post_agrees"),
        ("C1", "unit_before_or_after, post_agrees"),
        ("C2", "unit_before_or_after, post_agrees"),
        ("C3", "unit_then, post_differs"),
    ]


def test_of_an_officials_posts_the_likeliest_counts() -> None:
    left = post("C1", unit_name="青禾县财政局", ended_on=date(2026, 3, 1))
    now = post("C1", unit_name="青禾县教育局", post_title="副局长", started_on=date(2026, 3, 2))
    assert asked({}, left, now) == [("C1", "unit_then, post_agrees")]
    assert asked({"unit_name": "青禾县教育局"}, left, now) == [("C1", "unit_before_or_after, post_differs")]


@pytest.mark.parametrize(
    ("told", "held", "says"),
    [
        ("党组成员、副局长", "副局长", "post_agrees_in_part"),
        ("县财政局局长", "局长", "post_agrees_in_part"),
        ("局长", "财政局局长", "post_agrees_in_part"),
        ("局长", "副局长", "post_differs"),
        ("副局长", "局长", "post_differs"),
        (None, "局长", "post_unknown"),
    ],
)
def test_posts(told: str | None, held: str, says: str) -> None:
    assert asked({"post_title": told}, post("C1", post_title=held)) == [("C1", f"unit_then, {says}")]


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("县医院", "青禾县人民医院"),
        ("财政局", "青禾县财政局"),
        ("青禾县财攻局", "青禾县财政局"),
        ("青禾县城关镇人民政府办公室", "青禾县城关镇人民政府"),
        ("青禾县发改局", "青禾县发展和改革局"),
    ],
)
def test_a_unit_that_is_only_written_alike_is_a_sign_where_the_post_agrees(told: str, known: str) -> None:
    assert asked({"unit_name": told}, post("C1", unit_name=known)) == [("C1", "unit_alike, post_agrees")]
    assert asked({"unit_name": told, "post_title": "会计"}, post("C1", unit_name=known)) == []


@pytest.mark.parametrize("told", ["石桥县教育局", "青禾县第二小学", "人民医院", "局"])
def test_a_name_and_a_post_without_any_sign_of_the_unit_are_nobody(told: str) -> None:
    assert asked({"unit_name": told}, post("C1")) == []


def test_a_unit_by_its_code_or_with_the_city_before_it_is_that_unit() -> None:
    coded = post("C1", uscc="11529902000100036Q")
    assert asked({"unit_name": "某单位", "uscc": "11529902000100036Q"}, coded) == [("C1", "unit_then, post_agrees")]
    assert asked({"unit_name": "云岭市青禾县财政局"}, post("C1")) == [("C1", "unit_then, post_agrees")]


def test_a_birth_month_that_agrees_goes_first_and_one_that_contradicts_last() -> None:
    posts = (post("C1"), post("C2", post_title="科员"), post("C3", unit_name="财政局", post_title="科员"))
    assert asked({"born_month": date(1980, 7, 1)}, *posts) == [
        ("C2", "unit_then, post_differs, birth_agrees"),
        ("C1", "unit_then, post_agrees, birth_differs"),
    ]
    assert asked({"born_month": date(1982, 5, 1)}, *posts)[0] == ("C3", "unit_alike, post_differs, birth_agrees")


def test_without_a_time_nothing_is_said_of_it() -> None:
    assert asked({"at_from": None, "at_to": None}, post("C1")) == [("C1", "unit_undated, post_agrees")]
    assert asked({}, post("C1", started_on=None)) == [("C1", "unit_undated, post_agrees")]


def test_no_more_than_the_likeliest_are_asked_about() -> None:
    others = [post(f"C{number:02d}", post_title="科员") for number in range(1, MOST + 3)]
    found = asked({}, *others, post("C99"))
    assert len(found) == MOST
    assert found[0] == ("C99", "unit_then, post_agrees")


def test_months_of_a_period() -> None:
    texts = ["2023.01-2025.12", "2024.2—2024.2", "2025年度", "2025.13-2026.1", None]
    first, last = months_between(pa.array(texts))
    assert first.to_pylist() == [date(2023, 1, 1), date(2024, 2, 1), None, None, None]
    assert last.to_pylist() == [date(2025, 12, 31), date(2024, 2, 29), None, None, None]
