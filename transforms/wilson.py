"""Bounds of a share that was seen in some cases: of how many of all it may be true."""

import math

TWO_SIDED, ONE_SIDED = 1.9600, 1.6449  # quantiles of the normal distribution: 95 % between both bounds, or on one side of one


def bounds(seen: float, cases: float, quantile: float = TWO_SIDED) -> tuple[float, float]:
    """The lower and the upper bound of a share, 0 and 1 where there are no cases.

    The score interval of E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference (JASA 22, 1927).

    Args:
        seen: in how many cases it was so; of a weighted sample no whole number.
        cases: how many there were.
        quantile: of the normal distribution, by which the confidence is set.
    """
    if not cases:
        return 0.0, 1.0
    share, square = seen / cases, quantile * quantile
    middle = share + square / (2 * cases)
    half = quantile * math.sqrt(share * (1 - share) / cases + square / (4 * cases**2))
    return max((middle - half) / (1 + square / cases), 0.0), min((middle + half) / (1 + square / cases), 1.0)
