"""Weights of a comparison as steps, each from where the one before ended, drawn where the page is made."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from cadre_cloud.pages.reading import Row

WIDTH, STEP = 360, 20  # of the drawing, and of a step, in its own units


@dataclass(frozen=True)
class Step:
    """One weight: what it is of, how much it adds in bits, and where its bar lies."""

    of: str
    says: str
    bits: float
    left: float
    width: float


def steps(weights: Sequence[Row]) -> tuple[list[Step], float]:
    """Where each weight's bar lies, and where the sum is nought.

    Args:
        weights: `of`, `says` and `bits` of each, in the order in which they are drawn.
    """
    ends = [0.0]
    for weight in weights:
        ends.append(ends[-1] + weight["bits"])
    lowest, highest = min(ends), max(ends)
    scale = WIDTH / ((highest - lowest) or 1)
    drawn = [
        Step(
            weight["of"], weight["says"], weight["bits"], round((min(pair) - lowest) * scale, 1),
            round(abs(weight["bits"]) * scale, 1),
        )
        for weight, pair in zip(weights, pairwise(ends), strict=True)
    ]  # fmt: skip
    return drawn, round(-lowest * scale, 1)
