"""What an audit counts: right and false links, who was asked about, and what a probability was worth."""

from typing import Any

import pyarrow as pa
import pytest

from transforms.link import STATEMENT
from transforms.link.quality import calibrated, calibration, figures, outcomes, owners
from transforms.mentions import MENTION
from transforms.roster import ROSTER_NAME
from transforms.wilson import bounds

NAMES = pa.Table.from_pylist(
    [{"cadre_no": f"C{number}", "name_key": "张伟" if number < 3 else f"甲{number}"} for number in range(30)], schema=ROSTER_NAME
)
MENTIONS = pa.Table.from_pylist(
    [
        {"source_key": key, "mention_no": 1, **said}
        for key, said in {
            "right": {"id_number": "n1", "name_key": "张伟"},
            "false": {"id_number": "n2", "name_key": "甲29"},
            "asked": {"id_masked": "m", "age": 40, "name_key": "甲5"},
            "asked of another": {"id_masked": "m", "name_key": "甲5"},
            "missed": {"id_hash": "h"},
            "stranger": {"unit_key": "u", "name_key": "乙"},
            "untold": {"id_number": "n3", "name_key": "乙"},
        }.items()
    ],
    schema=MENTION,
)  # fmt: skip
OWNERS = pa.table({
    "source_key": ["right", "false", "asked", "asked of another", "missed", "stranger"],
    "mention_no": pa.array([1] * 6, pa.int32()),
    "cadre_no": ["C1", "C3", "C5", "C6", "C7", None],
})  # fmt: skip


def stated(key: str, cadre_no: str, verdict: str, method: str, probability: float | None = None, rank: int | None = None) -> dict:
    return {
        "source_key": key, "mention_no": 1, "cadre_no": cadre_no, "verdict": verdict, "method": method,
        "probability": probability, "rank": rank,
    }  # fmt: skip


STATEMENTS = pa.Table.from_pylist(
    [
        stated("right", "C1", "same", "full_id"),
        stated("false", "C29", "same", "full_id"),
        stated("asked", "C4", "undecided", "name_sex_age", 0.3, 2),
        stated("asked", "C5", "undecided", "masked_id_incomplete", 0.6, 1),
        stated("asked of another", "C5", "undecided", "masked_id_incomplete", 0.7, 1),
        stated("untold", "C9", "same", "full_id"),
    ],
    schema=STATEMENT,
)


def found(*by: str) -> dict[Any, dict[str, Any]]:
    rows = figures(outcomes("court", MENTIONS, OWNERS, STATEMENTS, NAMES), *by)
    return {tuple(row[name] for name in by): row for row in rows}


def test_links_are_held_against_the_truth_and_none_that_it_does_not_tell_of() -> None:
    (row,) = found("resource").values()
    assert (row["officials"], row["automatic"], row["false"], row["asked"]) == (5, 2, 1, 2)
    assert (row["precision"], row["recall"]) == (0.5, 1 / 4), "a name that cannot be read is nobody's to recall"
    assert (row["review"], row["found"]) == (2 / 5, 2 / 5)
    assert (row["least_precision"], row["most_precision"]) == bounds(1, 2)


def test_by_form_method_and_name() -> None:
    assert {form: row["officials"] for (form,), row in found("form").items()} == {
        "full": 2, "masked with age or birth": 1, "masked with name alone": 1, "hashed": 1, "name with unit": 0,
    }  # fmt: skip
    assert {method: (row["officials"], row["false"]) for (method,), row in found("method").items()} == {
        "full_id": (2, 1), "masked_id_incomplete": (2, 0), "none": (1, 0),
    }  # fmt: skip
    assert found("frequency")["of the commonest names",]["automatic"] == 1
    assert found("frequency")["of one official's name",]["false"] == 1


def test_a_probability_is_held_against_what_came_of_it() -> None:
    low, high = calibrated(calibration("court", OWNERS, STATEMENTS), "least")
    assert (low["least"], low["pairs"], low["predicted"], low["borne_out"]) == (0.1, 1, 0.3, 0.0)
    assert (high["least"], high["pairs"], high["borne_out"]) == (0.5, 2, 0.5)
    assert high["predicted"] == pytest.approx(0.65)


def test_whose_a_record_is_on_a_day() -> None:
    told = pa.table({
        "resource": ["court"] * 4, "source_key": ["１", "1", "2", "3"], "mention_no": ["1"] * 4,
        "cadre_no": ["C1", "C2", "", "C3"], "since": ["2026-06-01", "2026-06-03", "2026-06-01", ""],
    })  # fmt: skip
    for day, whose in (("2026-06-02", "C1"), ("2026-06-03", "C2")):
        rows = {row["source_key"]: row["cadre_no"] for row in owners(told, day).to_pylist()}
        assert rows == {"1": whose, "2": None}, "what was refused is not there"
    least = owners(told.select(["resource", "source_key", "cadre_no"]), "2026-06-02").to_pylist()
    assert {row["source_key"] for row in least} == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("seen", "cases", "least", "most"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_bounds_are_those_of_the_literature(seen: int, cases: int, least: float, most: float) -> None:
    """R. G. Newcombe, Two-sided confidence intervals for the single proportion (Stat. Med. 17, 1998), table I, method 3."""
    assert bounds(seen, cases) == (pytest.approx(least, abs=5e-5), pytest.approx(most, abs=5e-5))
    mirrored = bounds(cases - seen, cases)
    assert mirrored == (pytest.approx(1 - most, abs=5e-5), pytest.approx(1 - least, abs=5e-5))
    assert bounds(0, 0) == (0.0, 1.0)
