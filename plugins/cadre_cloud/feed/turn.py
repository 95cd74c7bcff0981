"""Taking turns with a gateway: one pull of a connection at a time, and none before it wants to be asked again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial

from psycopg.errors import LockNotAvailable

from cadre_cloud.sources import Arrival, Later, arrivals
from cadre_cloud.warehouse.connection import Warehouse
from transforms.contract import ApiSource, Contract

_WAITING = "set local lock_timeout = '30s'"  # for so long a task waits for its turn with its slot held
_PLACE = "(hashtext('cadre source'), hashtext(%s))"


@contextmanager
def arrivals_in_turn(warehouse: Warehouse, contract: Contract, day: date, since: datetime | None) -> Iterator[list[Arrival]]:
    """What a resource has for us, as `sources.arrivals` gives it, for as long as it is our turn to read.

    The turn outlives commits, and ends with the connection where something fails.

    Raises:
        Later: another pull goes on, or the gateway wants to be left alone.
        SourceError: the source did not answer.
    """
    if not isinstance(contract.source, ApiSource):
        yield arrivals(contract, day, since)
        return
    source = contract.source.connection
    _take(warehouse, source)
    yield arrivals(contract, day, since, partial(_note_rest, warehouse, source))
    warehouse.execute(f"select pg_advisory_unlock{_PLACE}", [source])


def _take(warehouse: Warehouse, source: str) -> None:
    warehouse.execute(_WAITING)
    try:
        warehouse.execute(f"select pg_advisory_lock{_PLACE}", [source])
    except LockNotAvailable:
        raise Later(f"another pull from {source} goes on") from None
    row = warehouse.execute(
        "select extract(epoch from not_before - clock_timestamp())::float8 as rest from ledger.rest "
        "where connection = %s and told_at <= clock_timestamp()",  # else the clock was set back since, and nobody knows how far
        [source],
    ).fetchone()
    warehouse.commit()
    if row and row["rest"] > 0:
        raise Later(f"{source} wants to be left alone for {row['rest']:.0f} seconds more", row["rest"])


def _note_rest(warehouse: Warehouse, source: str, seconds: float) -> None:
    """Remember for everybody, by the warehouse's clock, until when a source wants to be left alone."""
    warehouse.execute(
        "insert into ledger.rest as r (connection, not_before) values (%s, clock_timestamp() + make_interval(secs => %s)) "
        "on conflict (connection) do update set told_at = excluded.told_at, not_before = case "
        "when r.told_at > excluded.told_at then excluded.not_before else greatest(r.not_before, excluded.not_before) end",
        [source, seconds],
    )
    warehouse.commit()
