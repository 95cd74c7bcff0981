"""Objections that wait, and what a person decides of one: `python -m cadre_cloud.commands.objections`."""

import argparse
import sys

from cadre_cloud.commands.common import alerts_follow, carry_out, show
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import ledger, objections
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, acted_at, connect

_WAITING = """
select objection_no, resource, cadre_no, objected_at, objected_by, why from mart.objection where state = 'open' order by 1"""

_ONE = """
select o.*, a.objection_no is not null as is_answered
from core.objection o left join core.objection_answer a using (objection_no) where o.objection_no = %s"""


def list_waiting(warehouse: Warehouse) -> None:
    """Print the objections that wait; a record's key can hold a name, and stands in `mart.objection`."""
    rows = warehouse.execute(_WAITING).fetchall()
    if not rows:
        print("No objection waits.")
        return
    told = [{**row, "objected_at": f"{row['objected_at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"} for row in rows]
    show(list(told[0]), [list(row.values()) for row in told])


def decide(objection_no: int, verdict: str, act: Act) -> None:
    """Decide about an objection, and bring the alerts up to it.

    Raises:
        Refused: there is none such, or it is answered.
    """
    with connect() as warehouse:
        found = warehouse.execute(_ONE, [objection_no]).fetchone()
        if found is None:
            raise Refused("there is no such objection")
        ledger.lock_resource(warehouse, found["resource"])
        if (objection := warehouse.execute(_ONE, [objection_no]).fetchone()) is None or objection["is_answered"]:
            raise Refused("it is answered already")
        objections.answer(warehouse, objection, verdict, act, acted_at())
    print(f"Objection {objection_no} is {verdict}.")
    alerts_follow()


def main() -> int:
    """List objections, or decide about one."""
    parser = argparse.ArgumentParser(prog="objections", description="Lists objections that wait, and decides about one.")
    parser.add_argument("--objection", type=int, help="its number")
    decision = parser.add_mutually_exclusive_group()
    decision.add_argument("--upheld", action="store_true", help="the record does not stand for the official any more")
    decision.add_argument("--dismissed", action="store_true", help="the record stands")
    parser.add_argument("--who", default="", help="who decides")
    parser.add_argument("--why", default="", help="why")
    given = parser.parse_args()
    verdict = next((verdict for verdict in objections.VERDICTS if getattr(given, verdict)), None)
    if verdict is None and given.objection is None:
        with connect() as warehouse:
            list_waiting(warehouse)
    elif verdict is None or given.objection is None:
        raise Refused("a decision takes the number of an objection, and one of upheld and dismissed")
    else:
        decide(given.objection, verdict, Act(given.who, given.why))
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
