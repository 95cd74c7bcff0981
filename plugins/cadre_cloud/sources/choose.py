"""The source of a contract."""

from collections.abc import Callable
from datetime import date, datetime

from cadre_cloud.sources import api, database, drop
from cadre_cloud.sources.arrival import Arrival, Rest
from transforms.contract import Contract

_SOURCES: dict[str, Callable[[Contract, date, datetime | None, Rest], list[Arrival]]] = {
    "api": api.arrivals,
    "drop": drop.arrivals,
    "database": database.arrivals,
}


def arrivals(contract: Contract, day: date, since: datetime | None, rest: Rest = lambda _: None) -> list[Arrival]:
    """What a resource has for us, oldest first.

    Args:
        contract: whose source is asked.
        day: the business day.
        since: for `changes`, the cursor from which to read; none reads everything.
        rest: is told whenever the source wants to be left alone for a time.

    Raises:
        SourceError: the source did not answer.
    """
    return _SOURCES[contract.source.kind](contract, day, since, rest)
