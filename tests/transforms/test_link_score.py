"""What a stored model says of pairs is what Splink predicts, is told in parts that add up, and is borne out."""

import json
import math
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from cadre_cloud.warehouse.link_model import link_model
from transforms.duck import Scratch
from transforms.link import link
from transforms.link.calibrate import calibrated, pairs
from transforms.link.compare import COMPARISONS
from transforms.link.model import Model, Seen
from transforms.link.score import weigh
from transforms.mentions import MENTION
from transforms.roster import roster_names, roster_table, roster_units

SHIPPED = link_model()
COMPARED = pa.schema([
    ("pair_no", pa.int64()), ("source_key", pa.string()), ("mention_no", pa.int32()), ("cadre_no", pa.string()),
    ("whole_name", pa.string()), *((of, pa.string()) for of in COMPARISONS),
])  # fmt: skip
POSTS = pa.schema([
    *((name, pa.string()) for name in ("cadre_no", "unit_name", "uscc", "post_title")), ("started_on", pa.date32()),
    ("ended_on", pa.date32()),
])  # fmt: skip
# Two who share their name, region and last four digits, a father and his son, and two of one name in one unit.
PEOPLE: list[tuple[str, str, str, str, str]] = [
    ("C1", "张伟", "529901198007010010", "财政局", "局长"),
    ("C2", "张伟", "529901198107070010", "教育局", "局长"),
    ("C3", "王建国", "529902196003120011", "教育局", "副局长"),
    ("C4", "王建军", "529902198609230018", "教育局", "科员"),
    ("C5", "李秀英", "52990219820520003X", "水务局", "局长"),
    ("C6", "李秀英", "529901197909030058", "水务局", "科员"),
]


def roster() -> tuple[pa.Table, pa.Table, pa.Table]:
    cadre_nos, names, numbers, units, titles = map(list, zip(*PEOPLE, strict=True))
    officials = roster_table(pa.table({"cadre_no": cadre_nos, "id_number": numbers, "sex": ["male"] * len(PEOPLE)}))
    rows = [
        {"cadre_no": who, "unit_name": unit, "post_title": title, "started_on": date(2020, 1, 1)}
        for who, unit, title in zip(cadre_nos, units, titles, strict=True)
    ]
    posts = roster_units(pa.Table.from_pylist(rows, schema=POSTS))
    return officials, roster_names(pa.table({"cadre_no": cadre_nos, "name": names})), posts


def linked(model: Model = SHIPPED, resource: str = "petitions", **said: Any) -> list[dict[str, Any]]:
    mention = {"source_key": "k", "mention_no": 1, "subject": "self", **said}
    return link(pa.Table.from_pylist([mention], schema=MENTION), *roster(), model, resource).to_pylist()


def said_by(unit: str, title: str, name: str) -> dict[str, Any]:
    return {"name": name, "unit_name": unit, "post_title": title, "at_from": date(2026, 3, 1), "at_to": date(2026, 3, 1)}


def every_way() -> pa.Table:
    """Of each comparison each code, and none, beside those of the others; of names common ones, rare ones and none."""
    common = max((name for name in SHIPPED.names if name), key=SHIPPED.names.__getitem__)
    rows = []
    for number in range(60):
        row = {of: (*codes, None)[(number + number // (place + 2)) % (len(codes) + 1)]
               for place, (of, codes) in enumerate(COMPARISONS.items())}  # fmt: skip
        name = (common, "无人之名")[number % 2] if row["name"] else None
        rows.append(row | {"pair_no": number, "source_key": f"k{number}", "mention_no": 1, "cadre_no": "C", "whole_name": name})
    return pa.Table.from_pylist(rows, schema=COMPARED)


def test_a_join_with_the_weights_is_what_splink_predicts() -> None:
    from splink import DuckDBAPI, Linker  # noqa: PLC0415

    from transforms.link.learn import settings, sides  # noqa: PLC0415

    compared = every_way()
    with Scratch(compared=compared) as scratch:
        weigh(scratch, SHIPPED, "court")
        ours = dict(scratch.table("select pair_no, bits from weighed").to_pandas().itertuples(index=False, name=None))
    told = {(weight.of, weight.says): (weight.m, weight.u) for weight in SHIPPED.weights}
    odds = 2 ** SHIPPED.base_of("court")
    db = DuckDBAPI()
    linker = Linker(
        [db.register(side) for side in sides(compared)],
        settings(COMPARISONS, told, {}, probability_two_random_records_match=odds / (1 + odds)),
    )
    frequencies = [{"name": name, "tf_name": SHIPPED.names.get(name, SHIPPED.names[""])}
                   for name in {*compared["whole_name"].drop_null().to_pylist(), ""}]  # fmt: skip
    linker.table_management.register_term_frequency_lookup(db.register(pa.Table.from_pylist(frequencies)), "name")
    predicted = linker.inference.predict().as_pandas_dataframe()
    theirs = dict(zip(predicted["pair_no_l"], predicted["match_weight"], strict=True))
    assert len(theirs) == len(compared)
    assert theirs == pytest.approx(ours, abs=1e-6)


def test_the_parts_add_up_to_the_probability_and_the_weightiest_goes_first() -> None:
    rows = linked(**said_by("水务局", "局长", "李秀英"))
    assert [row["cadre_no"] for row in rows] == ["C5", "C6"]
    for row in rows:
        weights = json.loads(row["weights"])
        sizes = [abs(weight["bits"]) for weight in weights]
        assert sizes == sorted(sizes, reverse=True)
        assert {"base_rate", "name_frequency", "others", "alike_cases", "name", "unit", "post"} == {w["of"] for w in weights}
        odds = 2 ** sum(weight["bits"] for weight in weights)
        assert odds / (1 + odds) == pytest.approx(row["probability"], rel=0.05)
        assert next(weight["number"] for weight in weights if weight["of"] == "others") == 1


def test_a_rare_name_says_more_than_a_common_one() -> None:
    common = replace(SHIPPED, names=SHIPPED.names | {"王建国": 0.01}, seen=())
    unit = said_by("教育局", "副局长", "王建国")
    (rare,), (often,) = linked(replace(SHIPPED, seen=()), **unit), linked(common, **unit)
    assert rare["probability"] > often["probability"]


def test_weights_hold_no_value_of_a_person() -> None:
    for row in linked(**said_by("教育局", "局长", "张伟")) + linked(name="王建国", id_masked="529902********0011"):
        assert not {"张伟", "王建国", "教育局", "局长"} & set(row["weights"].split('"'))
        assert "529902" not in row["weights"]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"name": "张伟", "id_masked": "529901********0010", "age": 45, "counted_on": date(2026, 3, 1)}, "C1"),
        ({"name": "张伟", "id_masked": "529901********0010", "birth_year": 1981}, "C2"),
        ({"name": "王建国", "id_number": "529902196003120011"}, "C3"),
        ({"name": "王建军", "id_number": "529902198609230018"}, "C4"),
    ],
)
def test_who_is_alike_stays_apart(said: dict[str, Any], meant: str) -> None:
    assert [(row["verdict"], row["cadre_no"]) for row in linked(**said)] == [("same", meant)]


def test_a_son_by_his_fathers_name_or_number_is_a_question() -> None:
    assert {row["verdict"] for row in linked(name="王建军", id_number="529902196003120011")} == {"undecided"}
    assert {row["verdict"] for row in linked(name="张伟", id_masked="529901********0010")} == {"undecided"}


NAMED = said_by("教育局", "副局长", "王建国")
BORNE_OUT = (Seen("name_unit", False, -1000.0, 10_000, 10_000),)
BESIDE_OTHERS = (
    *BORNE_OUT,
    *(Seen("name_unit", True, bits, 10_000, same) for bits, same in ((-1000.0, 0), (-7.0, 5000), (7.0, 10_000))),
)


def test_a_name_in_a_unit_links_by_itself_only_where_that_was_borne_out_and_is_wished() -> None:
    wished = replace(SHIPPED, automatic=("name_unit",), seen=BORNE_OUT)
    ((row,), few, unwished) = (
        linked(wished, **NAMED),
        linked(replace(wished, seen=(Seen("name_unit", False, -1000.0, 1000, 1000),)), **NAMED),
        linked(replace(wished, automatic=()), **NAMED),
    )
    assert (row["verdict"], row["method"], row["cadre_no"]) == ("same", "name_unit", "C3")
    assert {other["verdict"] for other in [*few, *unwished, *linked(replace(wished, seen=()), **NAMED)]} == {"undecided"}


@pytest.mark.parametrize("said", [{"unit_name": "水务局"}, {"unit_name": "水务局", "post_title": "局长"}])
def test_namesakes_in_one_unit_are_a_question_whatever_was_borne_out_of_who_has_none(said: dict[str, str]) -> None:
    wished = replace(SHIPPED, automatic=("name_unit",), seen=BORNE_OUT)
    assert {row["verdict"] for row in linked(wished, name="李秀英", **said)} == {"undecided"}


def test_namesakes_in_one_unit_are_told_apart_by_posts_where_such_were_and_by_nothing_less() -> None:
    wished = replace(SHIPPED, automatic=("name_unit",), seen=BESIDE_OTHERS)
    for post, meant in (("局长", "C5"), ("科员", "C6")):
        assert [(row["verdict"], row["cadre_no"]) for row in linked(wished, **said_by("水务局", post, "李秀英"))] == [
            ("same", meant)
        ]
    for said in ({"post_title": "书记"}, {"post_title": None}):
        rows = linked(wished, **said_by("水务局", "局长", "李秀英") | said)
        assert [row["verdict"] for row in rows] == ["undecided", "undecided"]


def test_the_bound_of_errors() -> None:
    """Wilson's one-sided bound, worked out by hand: of 2702 without an error z² / (n + z²) = 2.7057 / 2704.7057."""
    assert Seen("m", False, 0.0, 2702, 2702).most_errors == pytest.approx(0.00100037, rel=1e-4)
    assert Seen("m", False, 0.0, 100, 90).most_errors == pytest.approx(0.1602, abs=1e-3)
    assert Seen("m", False, 0.0, 8, 8).probability == 0.9


def test_a_model_is_borne_out_by_whom_pairs_meant() -> None:
    mentions = pa.Table.from_pylist(
        [{"source_key": f"k{number}", "mention_no": 1, "subject": "self", **NAMED} for number in range(4)], schema=MENTION
    )
    found = pairs(mentions, *roster(), SHIPPED, "petitions")
    assert found["cadre_no"].to_pylist() == ["C3"] * 4
    (seen,) = calibrated(SHIPPED, found.append_column("is_same", pa.array([True, True, True, False]))).seen
    assert (seen.method, seen.beside, seen.pairs, seen.same) == ("name_unit", False, 4, 3)
    (row,) = linked(replace(SHIPPED, seen=(seen,)), **NAMED)
    assert row["probability"] == pytest.approx(4 / 6, abs=1e-6)


def test_a_stored_model_is_read_as_it_was_written() -> None:
    assert Model.of_json(SHIPPED.as_json()) == SHIPPED
    assert math.isclose(sum(weight.m for weight in SHIPPED.weights if weight.of == "post"), 1, abs_tol=1e-6)


def test_what_may_link_by_a_probability_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_LINK_AUTOMATIC", "name_unit")
    assert link_model() == replace(SHIPPED, automatic=("name_unit",))
    monkeypatch.setenv("CADRE_LINK_AUTOMATIC", "name_unit by_name")
    with pytest.raises(ValueError, match="CADRE_LINK_AUTOMATIC: by_name is none of name_unit name_sex_age masked_id_incomplete"):
        link_model()


def test_the_shipped_model_says_what_it_was_learnt_on_and_knows_each_comparison() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", SHIPPED.made["hash"])
    assert SHIPPED.made["mentions"] > SHIPPED.made["officials"] > 0
    assert "python -m bench.link_model" in SHIPPED.made["how"]
    assert [(weight.of, weight.says) for weight in SHIPPED.weights] == [
        (of, says) for of in COMPARISONS for says in COMPARISONS[of]
    ]
    assert not SHIPPED.automatic


def test_the_hash_tells_whether_a_model_was_learnt_on_the_same() -> None:
    from transforms.link.learn import made  # noqa: PLC0415

    mentions = pa.Table.from_pylist([{"source_key": "a", "mention_no": 1}, {"source_key": "b", "mention_no": 1}], schema=MENTION)
    officials, _, _ = roster()
    told = made("", mentions, officials)
    assert (told["mentions"], told["officials"]) == (2, len(PEOPLE))
    assert made("", mentions.take([1, 0]), officials)["hash"] == told["hash"]
    assert made("", mentions.slice(1), officials)["hash"] != told["hash"] != made("", mentions, officials.slice(1))["hash"]
