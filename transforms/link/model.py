"""What was learnt of agreements and disagreements: a small file that a person can read, and how it was made."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from transforms.wilson import ONE_SIDED, bounds


@dataclass(frozen=True)
class Weight:
    """of, says: a comparison and what it says, as in `compare.COMPARISONS`. m, u: how often it does of the same, of others."""

    of: str
    says: str
    m: float
    u: float

    @property
    def bits(self) -> float:
        """What that speaks for it, or against: a bit doubles the odds."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class Seen:
    """What came of pairs of one method and of some probability, where it was known whom they mean.

    beside: whether anybody else was in question for the same mention, as a namesake of the unit is. least_bits: the logarithm
    of the odds to the base of 2 where the bin begins; it ends where the next one does. pairs, same: how many there were, and how
    many of them were the same person.
    """

    method: str
    beside: bool
    least_bits: float
    pairs: int
    same: int

    @property
    def probability(self) -> float:
        """That one more is the same person (Laplace's rule of succession)."""
        return (self.same + 1) / (self.pairs + 2)

    @property
    def most_errors(self) -> float:
        """The upper bound of the share of others, one-sided, with a confidence of 95 %."""
        return bounds(self.pairs - self.same, self.pairs, ONE_SIDED)[1]


@dataclass(frozen=True)
class Model:
    """What linking knows of feeds.

    weights: of what agrees and what does not. base: by resource the logarithm to the base of 2 of the odds that any mention is
    any one official; of a resource that was not learnt on, the empty name's. names: how often a mention bears each common name,
    any other one the empty name's. seen: see `Seen`; where nothing was seen a probability stands as it was calculated.
    made: how it was learnt, and the hash of what it was learnt on. automatic: methods that may link by a probability, which is
    not learnt, and in no file; none, as long as nobody has judged the city's own records.
    """

    weights: tuple[Weight, ...]
    base: dict[str, float]
    names: dict[str, float]
    seen: tuple[Seen, ...] = ()
    made: dict[str, Any] = field(default_factory=dict)
    automatic: tuple[str, ...] = ()

    def base_of(self, resource: str) -> float:
        """The bits with which any pair of a resource begins."""
        return self.base.get(resource, self.base[""])

    def as_json(self) -> str:
        """As a file holds it."""
        learnt = asdict(self)
        del learnt["automatic"]
        return json.dumps(learnt, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def of_json(cls, text: str) -> Self:
        """Out of a file; raises ValueError, KeyError or TypeError where it is none."""
        told = json.loads(text)
        weights = tuple(Weight(**row) for row in told.pop("weights"))
        seen = tuple(Seen(**row) for row in told.pop("seen"))
        return cls(weights=weights, seen=seen, **told)
