"""What people say of a decision holds no identity number, however it is written; the pipe and the warehouse hold to the same."""

import pytest
from homes import Home

from cadre_cloud.warehouse.acts import fault_of

NUMBERS = [
    "查529902198501010046", "5299 0219 8501 0100 46", "529902-19850101-004X", "５２９９０２１９８５０１０１００４ｘ",
    "529902850101004", "号码529902 1985 0101 0046已核", "5 2 9 9 0 2 1 9 8 5 0 1 0 1 0 0 4 6",
]  # fmt: skip
NONE = [
    "查了档案", "2026-11-28 2026-11-29", "2026年11月28日至2026年12月1日 14:30", "13800138000、13900139000",
    "〔2026〕云0102执1234号",
    "529902****0046", "order 12345678901234",
]  # fmt: skip


@pytest.mark.parametrize("words", NUMBERS)
def test_it_is_found(city: Home, words: str) -> None:
    assert fault_of("li", words) == "who and why must not hold an identity number"
    assert city.one("select core.like_a_number(%s)", [words]) is True


@pytest.mark.parametrize("words", NONE)
def test_nothing_else_is_taken_for_one(city: Home, words: str) -> None:
    assert fault_of("li", words) is None
    assert city.one("select core.like_a_number(%s)", [words]) is False
