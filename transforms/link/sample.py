"""How good links are where no truth is known: an estimate from a stratified sample that people labelled."""

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.wilson import ONE_SIDED, bounds

FLOOR = 0.99  # of the links that people looked at so many are right at least, or linking stops


@dataclass(frozen=True)
class Stratum:
    """So many `links` stand of it; of so many it was `labelled` whether they are right, and so many are the `same` person."""

    links: int
    labelled: int
    same: int


def estimate(strata: Sequence[Stratum]) -> tuple[float, float, float, int] | None:
    """The share of links that are right, its lower and its upper bound of 95 % confidence, and the labels that it rests on.

    Each stratum counts as much as it has links; one without labels does not. The bounds are Wilson's for as many labels as a
    simple random sample would need to tell as much (the effective sample size, as E. L. Korn and B. I. Graubard use it for
    proportions near 1, Survey Methodology 24, 1998). None without labels.
    """
    told = [stratum for stratum in strata if stratum.labelled and stratum.links]
    if not told:
        return None
    links = sum(stratum.links for stratum in told)
    share = sum(stratum.links / links * stratum.same / stratum.labelled for stratum in told)
    effective = 1 / sum((stratum.links / links) ** 2 / stratum.labelled for stratum in told)
    return (share, *bounds(share * effective, effective), sum(stratum.labelled for stratum in told))


def is_too_bad(stratum: Stratum) -> bool:
    """Whether even the upper bound of what is right, one-sided with a confidence of 95 %, is below the floor."""
    return stratum.labelled > 0 and bounds(stratum.same, stratum.labelled, ONE_SIDED)[1] < FLOOR
