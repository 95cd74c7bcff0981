"""Whether a load links so much less than was usual that something is wrong with it, or with us: no chance explains it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from transforms.link.sample import FLOOR, Stratum, is_too_bad

LOADS = 10  # so many are looked back on
FEWEST = 3  # loads; of fewer nothing is usual
PART = 0.5  # of the usual share: loads differ among each other, by more than chance
CHANCE = 0.001  # that a load in order is taken for one that is not


@dataclass(frozen=True)
class Linking:
    """Of a load the `mentions`, those in which somebody is `recognised`, linked or asked about, and the `automatic` links."""

    mentions: int
    recognised: int
    automatic: int


@dataclass(frozen=True)
class Drop:
    """The `share` of so many `cases` that was linked, what is `usual`, and `reason`, of what it is a share.

    Of `mentions`, where nobody is recognised any more, as by numbers that were hashed with another salt; or of `recognised`,
    where numbers and names do not belong together, as in columns that were shifted. Of a `sample` that people looked at it is the
    share that is right, and `usual` the least that is allowed.
    """

    reason: str
    share: float
    usual: float
    cases: int


def drop(load: Linking, before: Sequence[Linking]) -> Drop | None:
    """What is wrong with a load, beside those before it; None where nothing is.

    It is wrong where it has so few automatic links that even half of the usual share would bring so few only once in a thousand
    times (one-sided binomial test). Of mentions that is asked only where nobody at all is recognised: how many of a feed's rows
    are about officials may change for good, and did where a feed began to tell of others, too.
    """
    if len(before) < FEWEST:
        return None
    return _drop("recognised" if load.recognised else "mentions", load, before)


def _drop(reason: str, load: Linking, before: Sequence[Linking]) -> Drop | None:
    cases, cases_before = getattr(load, reason), sum(getattr(one, reason) for one in before)
    if not cases or not cases_before:
        return None
    usual = sum(one.automatic for one in before) / cases_before
    if load.automatic >= PART * usual * cases or at_most(load.automatic, cases, PART * usual) >= CHANCE:
        return None
    return Drop(reason, load.automatic / cases, usual, cases)


def below_floor(labelled: Stratum) -> Drop | None:
    """What is wrong by what people said of a sample: that even the upper bound of what is right is below the floor."""
    if not is_too_bad(labelled):
        return None
    return Drop("sample", labelled.same / labelled.labelled, FLOOR, labelled.labelled)


def at_most(number: int, cases: int, probability: float) -> float:
    """How probable it is that of some cases no more than a number turn out so (binomial distribution)."""
    numbers = np.arange(1, number + 1)
    steps = np.log((cases - numbers + 1) / numbers) + np.log(probability) - np.log1p(-probability)
    logs = np.concatenate([[0.0], np.cumsum(steps)]) + cases * np.log1p(-probability)
    return float(np.exp(np.logaddexp.reduce(logs)))
