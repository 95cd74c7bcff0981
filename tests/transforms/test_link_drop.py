"""When a load is held to link too little: never by chance, of few, or where nothing is usual yet."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.link.drop import CHANCE, FEWEST, Drop, Linking, at_most, drop

USUAL = [Linking(1000, 25, 20)] * FEWEST


@given(cases=st.integers(1, 60), number=st.integers(0, 60), probability=st.floats(0.01, 0.6))
def test_the_tail_is_the_binomial_one(cases: int, number: int, probability: float) -> None:
    number = min(number, cases)
    terms = (math.comb(cases, k) * probability**k * (1 - probability) ** (cases - k) for k in range(number + 1))
    assert at_most(number, cases, probability) == pytest.approx(sum(terms), rel=1e-9)


def test_nobody_of_many_is_recognised() -> None:
    assert drop(Linking(1000, 0, 0), USUAL) == Drop("mentions", 0.0, 0.02, 1000)


def test_of_those_recognised_few_are_linked() -> None:
    assert drop(Linking(1000, 25, 2), USUAL) == Drop("recognised", 0.08, 0.8, 25)


@pytest.mark.parametrize(
    ("load", "before"),
    [
        (Linking(0, 0, 0), USUAL),
        (Linking(300, 0, 0), USUAL),  # as chance has it in one of twenty such loads, if only half as many are officials'
        (Linking(1000, 14, 11), USUAL),
        (Linking(1000, 25, 0), USUAL[1:]),
        (Linking(1000, 25, 0), [Linking(1000, 0, 0)] * FEWEST),
        (Linking(10**6, 25_000, 20_000), USUAL),
        (Linking(1000, 60, 54), [Linking(40, 40, 40)] * FEWEST),  # a feed of officials alone begins to tell of others, too
    ],
)
def test_what_is_no_drop(load: Linking, before: list[Linking]) -> None:
    assert drop(load, before) is None


@given(st.integers(1, 2000), st.integers(1, 99), st.integers(0, 2000))
def test_fewer_are_never_better(mentions: int, percent: int, automatic: int) -> None:
    before = [Linking(1000, 1000, 10 * percent)] * FEWEST
    fewer = Linking(mentions, mentions, min(automatic, mentions) // 2)
    if drop(Linking(mentions, mentions, min(automatic, mentions)), before):
        assert drop(fewer, before)
        assert at_most(fewer.automatic, mentions, percent / 200) < CHANCE
