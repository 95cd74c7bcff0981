"""How well records are linked, as the ledger keeps it: figures alone."""

from datetime import date

import pyarrow as pa
from psycopg import sql

from cadre_cloud.warehouse import acts
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, acted_at, copy
from cadre_cloud.warehouse.ledger import Row
from transforms.link.drop import LOADS, Drop, Linking

_BEFORE = """
select sum(l.mentions)::bigint as mentions,
       coalesce(sum(l.mentions) filter (where l.outcome in ('automatic', 'review')), 0)::bigint as recognised,
       coalesce(sum(l.mentions) filter (where l.outcome = 'automatic'), 0)::bigint as automatic
from ledger.delivery as d join ledger.linking as l using (delivery_id)
where d.resource = %(resource)s and d.purpose = 'daily' and d.state = 'loaded' and d.delivery_id <> %(delivery_id)s
  and d.loaded_at > coalesce((select max(s.released_at) from ledger.linking_stop as s where s.resource = d.resource), '-infinity')
group by d.delivery_id, d.loaded_at
order by d.loaded_at desc limit %(loads)s"""

_LOADS = """
select d.resource, l.method, l.outcome, sum(l.mentions)::bigint as mentions
from ledger.delivery as d join ledger.linking as l using (delivery_id)
where d.day > (select max(day) from ledger.delivery) - 30
group by d.resource, l.method, l.outcome order by d.resource, l.outcome, mentions desc, l.method"""


def last_day(warehouse: Warehouse) -> date | None:
    """The last day of which anything is loaded."""
    row = warehouse.execute("select max(day) as day from ledger.delivery where state = 'loaded'").fetchone()
    return row["day"] if row else None


def note(warehouse: Warehouse, day: date, outcomes: pa.Table, calibration: pa.Table) -> None:
    """Note what an audit of a day found, in place of an earlier one's: `quality.OUTCOME` and `quality.CALIBRATION`."""
    warehouse.execute("delete from ledger.identity_outcome where day = %s", [day])
    warehouse.execute("delete from ledger.identity_calibration where day = %s", [day])
    for name, table in (("identity_outcome", outcomes), ("identity_calibration", calibration)):
        copy(warehouse, sql.Identifier("ledger", name), table.append_column("day", pa.repeat(day.isoformat(), len(table))))


def note_load(warehouse: Warehouse, delivery_id: str, rows: list[tuple[str, str, int]]) -> None:
    """Note how many of a load's mentions had which `method` and `outcome`, in place of an earlier run's."""
    warehouse.execute("delete from ledger.linking where delivery_id = %s", [delivery_id])
    warehouse.cursor().executemany(
        "insert into ledger.linking (delivery_id, method, outcome, mentions) values (%s, %s, %s, %s)",
        [(delivery_id, *row) for row in rows],
    )


def loads(warehouse: Warehouse) -> list[Row]:
    """What the loads of the last thirty days came to: `resource, method, outcome, mentions`."""
    return warehouse.execute(_LOADS).fetchall()


def loads_before(warehouse: Warehouse, resource: str, delivery_id: str) -> list[Linking]:
    """The last loads of a resource by which it is judged what is usual, without one: since linking was last allowed again."""
    rows = warehouse.execute(_BEFORE, {"resource": resource, "delivery_id": delivery_id, "loads": LOADS}).fetchall()
    return [Linking(**row) for row in rows]


def stop_of(warehouse: Warehouse, resource: str) -> Row | None:
    """Since which delivery linking of a resource is stopped: a row of `ledger.linking_stop`; none where it is not."""
    return warehouse.execute(
        "select * from ledger.linking_stop where resource = %s and released_at is null", [resource]
    ).fetchone()


def stop(warehouse: Warehouse, resource: str, delivery: Row, found: Drop) -> None:
    """Stop the linking of a resource."""
    warehouse.execute(
        "insert into ledger.linking_stop (delivery_id, resource, day, reason, share, usual, cases) "
        "values (%(delivery_id)s, %(resource)s, %(day)s, %(reason)s, %(share)s, %(usual)s, %(cases)s) on conflict do nothing",
        {**vars(found), "resource": resource, "delivery_id": delivery["delivery_id"], "day": delivery["day"]},
    )


def allow(warehouse: Warehouse, resource: str, act: Act) -> Row:
    """Have a resource linked again; gives what stopped it.

    Raises:
        Refused: it is not stopped.
    """
    stopped = stop_of(warehouse, resource)
    if stopped is None:
        raise Refused(f"linking of {resource} is not stopped")
    warehouse.execute(
        "update ledger.linking_stop set released_at = %s where delivery_id = %s", [acted_at(), stopped["delivery_id"]]
    )
    acts.note(warehouse, act, "allowed", stopped["delivery_id"])
    return stopped
