"""What a delivery is by itself: its rows sorted and compared, its suite's verdict, and what the contract does not know of it."""

from dataclasses import dataclass

import pyarrow as pa

from cadre_cloud.feed import quality
from cadre_cloud.feed.compare import Compared, compare
from cadre_cloud.feed.read import Part
from cadre_cloud.feed.sift import EVERYTHING, Sieve
from cadre_cloud.warehouse.ledger import Finding, Row
from transforms.contract import Contract
from transforms.difference import Comparison


@dataclass(frozen=True)
class Examined:
    """What was found; `unknown` are columns that the contract neither maps nor ignores; `filled`: how far each is filled."""

    compared: Compared
    findings: list[Finding]
    unknown: list[str]
    filled: dict[str, float]


def broken(findings: list[Finding]) -> Finding | None:
    """The expectation that holds the delivery, if one does."""
    return next((finding for finding in findings if not finding.success and finding.severity == "critical"), None)


def examine(
    contract: Contract,
    delivery: Row,
    comparison: Comparison,
    *,
    base: str | None = None,
    rows_before: int = 0,
    sieve: Sieve = EVERYTHING,
) -> Examined:
    """Read a landed delivery, compare it and run its suite.

    Args:
        contract: how its rows are read.
        delivery: `delivery_id` and `landing`, as from the ledger.
        comparison: with what stands, such as `index.against` gives.
        base: the delivery that left the index.
        rows_before: rows of the last loaded delivery, 0 without one.
        sieve: which of the rows that bring something to lay down.

    Raises:
        Unreadable: it cannot be trusted as a whole.
    """
    sample, unknown = quality.Sample(contract.resource), set[str]()

    def see(part: Part) -> None:
        sample.add(part.typed)
        unknown.update(part.typed.unknown)

    compared = compare(contract, delivery, comparison, base=base, see=see, sieve=sieve)
    pa.default_memory_pool().release_unused()  # what the comparison had is wanted for the suite
    return Examined(compared, sample.judge(rows_before), sorted(unknown), sample.filled)
