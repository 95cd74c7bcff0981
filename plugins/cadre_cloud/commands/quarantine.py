"""Refused rows and their way back, listed, shown and released: `python -m cadre_cloud.commands.quarantine --help`."""

import argparse
import sys
from typing import Any

from cadre_cloud import contracts
from cadre_cloud.commands import held, refused_row
from cadre_cloud.commands.common import carry_out, follow_up, show
from cadre_cloud.feed.release import Released, release
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, connect

MOST = 200  # single rows that are listed

_CHOSEN = """
coalesce(d.resource = %(resource)s, true) and coalesce(q.delivery_id = %(delivery)s, true) and coalesce(row_no = %(row)s, true)
and coalesce(q.reason = %(reason)s, true) and coalesce(field = %(field)s, true)"""

# Of a snapshot's rows only those of the last one that was loaded can come in: it says what became of all earlier ones.
_OPEN = f"""
select d.resource, q.reason, q.field, d.day, q.delivery_id, q.row_no,
       case when d.state <> 'loaded' then d.state when d.expired_at is not null then 'bytes gone'
            when d.resource = any(%(snapshots)s) and s.delivery_id <> q.delivery_id then 'outdated' else 'waits' end as state
from ledger.quarantine q join ledger.delivery d using (delivery_id) left join ledger.standing s using (resource)
where q.state = 'quarantined' and {_CHOSEN}"""

_REASONS = f"""
select resource, reason, field, state, count(*) as rows, count(distinct delivery_id) as deliveries,
       min(day) as since, max(day) as until
from ({_OPEN}) as open group by 1, 2, 3, 4 order by 1, 4 desc, 5 desc, 2, 3"""

_ROWS = f"select * from ({_OPEN}) as open order by resource, day desc, delivery_id, row_no limit {MOST}"

_DELIVERIES = f"""
select distinct resource, day, snapshot_on, file, landed_at, delivery_id
from ledger.quarantine q join ledger.delivery d using (delivery_id) where q.state = 'quarantined' and {_CHOSEN}
order by resource, day, snapshot_on, file, landed_at, delivery_id"""


def list_reasons(warehouse: Warehouse, given: dict[str, Any]) -> None:
    """Print how many rows are refused for which reason, and what can become of them; and which deliveries are held."""
    rows = warehouse.execute(_REASONS, given).fetchall()
    if rows:
        show(list(rows[0]), [list(row.values()) for row in rows])
    else:
        print("No row is refused.")
    print()
    held.list_held(warehouse)


def list_rows(warehouse: Warehouse, given: dict[str, Any]) -> None:
    """Print the rows that are refused and chosen, one by one."""
    rows = warehouse.execute(_ROWS, given).fetchall()
    if not rows:
        print("No such row is refused.")
        return
    show(list(rows[0]), [list(row.values()) for row in rows])
    if len(rows) == MOST:
        print(f"Only the first {MOST} are listed.")


def release_rows(given: dict[str, Any], act: Act) -> int:
    """Release the rows that are chosen, delivery by delivery in the order in which they came, and do what follows."""
    with connect() as warehouse:
        deliveries = warehouse.execute(_DELIVERIES, given).fetchall()
    if not deliveries:
        print("No such row is refused.")
    came_in = 0
    for delivery in deliveries:
        delivery_id = delivery["delivery_id"]
        try:
            with connect() as warehouse:
                chosen = {"row_no": given["row"], "reason": given["reason"], "field": given["field"]}
                released = release(warehouse, contracts.named(delivery["resource"]), delivery_id, act, **chosen)
            came_in += released.changed + released.unchanged
            print(f"{delivery_id}: {_told(released)}")
        except Refused as refusal:
            print(f"{delivery_id}: {refusal}", file=sys.stderr)
    follow_up()
    return 0 if came_in or not deliveries else 1


def _told(released: Released) -> str:
    told = [f"{number} still refused ({field or 'row'}: {reason})" for (field, reason), number in released.still_refused.items()]
    if released.delivery_id:
        told.insert(0, f"{released.changed} came in, {released.unchanged} brought nothing new, as {released.delivery_id}")
    return "; ".join(told)


def main() -> int:
    """List, show or release."""
    parser = argparse.ArgumentParser(prog="quarantine", description="Refused rows: without options how many, and why.")
    parser.add_argument("--show", metavar="DELIVERY", help="show a row of it, with --row, --who (an engineer) and --why")
    parser.add_argument("--release", action="store_true", help="run rows again: one (--delivery, --row), or those of a --reason")
    for name in ("delivery", "resource", "reason", "field"):
        parser.add_argument(f"--{name}", help="of the rows to list or release")
    parser.add_argument("--row", type=int, help="its number in the delivery, from 1")
    parser.add_argument("--who", default="", help="who looks or releases")
    parser.add_argument("--why", default="", help="what for")
    args = parser.parse_args()
    given = {name: getattr(args, name) for name in ("delivery", "resource", "reason", "field", "row")}
    bound_duckdb()
    if args.show:
        if args.row is None:
            raise Refused("it takes a row to show one")
        with connect() as warehouse:
            refused_row.look(warehouse, args.show, args.row, Act(args.who, args.why))
        return 0
    if args.release:
        if not (args.delivery and args.row is not None) and not (args.reason and (args.resource or args.delivery)):
            raise Refused("it takes a delivery and a row, or a resource and a reason, to release rows")
        return release_rows(given, Act(args.who, args.why))
    with connect() as warehouse:
        given["snapshots"] = [c.resource for c in contracts.every() if c.mode == "snapshot"]
        chosen = any(value is not None for name, value in given.items() if name != "snapshots")
        (list_rows if chosen else list_reasons)(warehouse, given)
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
