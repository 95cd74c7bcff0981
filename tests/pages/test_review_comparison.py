"""What of a record agrees with an official and what does not, and where the steps of a waterfall lie."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadre_cloud.pages.comparison import SAYS, compare, told
from cadre_cloud.pages.waterfall import WIDTH, steps

NOTHING = dict.fromkeys(
    ("name", "id_masked", "sex", "birth_year", "born_month", "age", "unit_name", "post_title", "evidence", "weights")
)
OFFICIAL = {
    "cadre_name": "王明", "cadre_id_masked": "529902************", "cadre_sex": "male", "cadre_born_on": date(1980, 3, 1),
    "cadre_unit": "清河县财政局", "cadre_post": "局长", "occurred_on": date(2026, 3, 2),
}  # fmt: skip


def says(of: str, **record: Any) -> str:
    (found,) = [point.says for point in compare({**NOTHING, **OFFICIAL, **record}) if point.of == of]
    return found


@pytest.mark.parametrize(("of", "record", "expected"), [
    ("name", {"name": "王明"}, "agrees"), ("name", {"name": "王*"}, "agrees_in_part"), ("name", {"name": "李*"}, "differs"),
    ("name", {"name": "王铭"}, "differs"),
    ("number", {"id_masked": "529902********1234"}, "agrees_in_part"), ("number", {"id_masked": "529901********1234"}, "differs"),
    ("number", {"id_masked": "******************"}, "unknown"),
    ("number", {"id_masked": "529902************", "weights": [{"of": "number", "says": "agrees"}]}, "agrees"),
    ("number", {"id_masked": "529902********1234", "weights": [{"of": "masked_number", "says": "agrees"}]}, "agrees_in_part"),
    ("sex", {"sex": "male"}, "agrees"), ("sex", {"sex": "female"}, "differs"),
    ("birth", {"birth_year": 1980}, "agrees"), ("birth", {"birth_year": 1981}, "differs"),
    ("birth", {"born_month": date(1980, 3, 1), "birth_year": 1999}, "agrees"),
    ("birth", {"born_month": date(1980, 4, 1), "birth_year": 1980}, "differs"),
    ("age", {"age": 46}, "agrees"), ("age", {"age": 45}, "agrees"), ("age", {"age": 44}, "agrees_in_part"),
    ("age", {"age": 40}, "differs"),
    ("age", {"age": 45, "occurred_on": date(2026, 6, 2)}, "agrees_in_part"), ("age", {"age": 46, "occurred_on": None}, "unknown"),
    ("unit", {"unit_name": "财政局"}, "agrees_in_part"), ("unit", {"unit_name": "审计局"}, "differs"),
    ("unit", {"unit_name": "审计局", "evidence": "unit_then, post_unknown"}, "agrees"),
    ("unit", {"unit_name": "审计局", "evidence": "unit_before_or_after, post_differs"}, "agrees_in_part"),
    ("post", {"post_title": "副局长"}, "agrees_in_part"),
    ("post", {"post_title": "局长", "evidence": "unit_then, post_differs"}, "differs"),
])  # fmt: skip
def test_what_a_record_says_beside_the_roster(of: str, record: dict[str, Any], expected: str) -> None:
    assert says(of, **record) == expected


def test_what_nothing_is_told_of_is_unknown() -> None:
    points = compare({**NOTHING, **OFFICIAL})
    assert told(points) == {**{code: [] for code in SAYS}, "unknown": ["name", "number", "sex", "birth", "age", "unit", "post"]}


bits = st.lists(st.floats(-30, 30).map(lambda value: round(value, 2)), max_size=9)


@given(bits)
def test_each_step_begins_where_the_one_before_ended(weights: list[float]) -> None:
    drawn, nought = steps([{"of": "name", "says": "agrees", "bits": value} for value in weights])
    ends = [(step.left, step.left + step.width) if step.bits > 0 else (step.left + step.width, step.left) for step in drawn]
    for (_, end), (begin, _) in pairwise([(0, nought), *ends]):
        assert begin == pytest.approx(end, abs=0.31)  # rounded twice
    assert all(step.left >= -0.11 and step.left + step.width <= WIDTH + 0.21 for step in drawn)
    assert [step.bits for step in drawn] == weights
