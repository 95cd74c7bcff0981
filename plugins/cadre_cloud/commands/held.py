"""Held deliveries: what is wrong with them, and what a person decides of them: `python -m cadre_cloud.commands.held`."""

import argparse
import sys
from typing import Any

from cadre_cloud import contracts
from cadre_cloud.commands.common import carry_out, follow_up, show
from cadre_cloud.commands.rerun import rerun
from cadre_cloud.feed.check import superseded
from cadre_cloud.feed.read import parts
from cadre_cloud.feed.sentences import rejected
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import acts, ledger
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, connect
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.text import tellable

_HELD = """
select resource, day, delivery_id, file, reason, message from ledger.delivery where state = 'held' order by resource, day, file"""

_FAILED = """
select position, expectation, column_name as column, severity, observed, round(unexpected_share::numeric, 4) as unexpected
from ledger.quality where delivery_id = %s and not success order by position"""

_REFUSED = """
select reason, field, count(*) as rows from ledger.quarantine where delivery_id = %s group by 1, 2 order by 3 desc, 1, 2"""


def list_held(warehouse: Warehouse) -> None:
    """Print the deliveries that are held, with the reason."""
    rows = warehouse.execute(_HELD).fetchall()
    if rows:
        show(list(rows[0]), [list(row.values()) for row in rows])
    else:
        print("No delivery is held.")


def inspect(warehouse: Warehouse, delivery_id: str) -> None:
    """Print what is known of a delivery and why it is held; names of columns and figures, never a value of a row."""
    delivery = _delivery(warehouse, delivery_id)
    contract = contracts.named(delivery["resource"])
    stands = ledger.standing(warehouse, contract.resource)
    good = ledger.delivery(warehouse, stands.delivery_id) if stands else {}
    told = ("day", "file", "state", "reason", "message")
    show([delivery_id, ""], [(name, delivery[name]) for name in told])
    sizes = ("delivery_id", "day", "snapshot_on", "bytes", "received")
    show(["", "this one", "last good one"], [(name, delivery[name], good.get(name)) for name in sizes])
    for title, query in (("Expectations that it does not meet", _FAILED), ("Refused rows", _REFUSED)):
        if rows := warehouse.execute(query, [delivery_id]).fetchall():
            print(f"\n{title}:")
            show(list(rows[0]), [list(row.values()) for row in rows])
    print(f"\n{_read_now(contract, delivery)}")


def _read_now(contract: Contract, delivery: Row) -> str:
    """Whether the contract as it is now can read it, and which columns are missing or new."""
    if not delivery["landing"] or delivery["expired_at"]:
        return "Its bytes are not in the landing: it has to be delivered again."
    try:
        unknown = sorted({name for part in parts(contract, delivery) for name in part.typed.unknown})
    except Unreadable as error:
        lacking, new = (", ".join(map(tellable, names)) or "none" for names in (error.columns, error.new))
        return f"The contract as it is now cannot read it: {error.reason}; missing: {lacking}; instead: {new}."
    return f"The contract as it is now can read it; columns that it does not know: {', '.join(unknown) or 'none'}."


def accept(delivery_id: str, act: Act) -> None:
    """Have a delivery that its suite holds loaded, this once, and do what follows.

    Raises:
        Refused: it is not held, or for something that nobody can decide away, or is out of date.
    """
    with connect() as warehouse:
        delivery = _held(warehouse, delivery_id)
        contract = contracts.named(delivery["resource"])
        if delivery["reason"] != "expectation" or delivery["purpose"] != "daily":
            raise Refused(
                f"it is held because it cannot be read ({delivery['reason']}): have it delivered again, or mend the contract and "
                f"run its day again (make replay DAY={delivery['day']} RESOURCE={contract.resource})"
            )
        if delivery["expired_at"]:
            raise Refused("its landed bytes are gone")
        if why := superseded(contract, delivery, ledger.standing(warehouse, contract.resource)):
            raise Refused(f"{why[0]}: something newer was loaded since, which it must not override")
        if not acts.is_accepted(warehouse, delivery_id):
            acts.note(warehouse, act, "accepted", delivery_id)
    rerun(contract, delivery["day"])
    _follow_up(delivery_id)


def reject(delivery_id: str, act: Act) -> None:
    """Leave a held delivery for good, and do what follows; raises Refused where it is not held."""
    with connect() as warehouse:
        delivery = _held(warehouse, delivery_id)
        acts.note(warehouse, act, "rejected", delivery_id)
        ledger.set_state(warehouse, delivery_id, "rejected", delivery["reason"], rejected(delivery["message"]))
        ledger.note_news(warehouse, delivery["resource"], delivery["day"])
    _follow_up(delivery_id)


def _delivery(warehouse: Warehouse, delivery_id: str) -> Row:
    try:
        return ledger.delivery(warehouse, delivery_id)
    except KeyError:
        raise Refused("there is no such delivery") from None


def _held(warehouse: Warehouse, delivery_id: str) -> Row:
    """A held delivery, of which nobody else decides meanwhile."""
    resource = _delivery(warehouse, delivery_id)["resource"]
    ledger.take_turns(warehouse, resource)
    ledger.lock_resource(warehouse, resource)
    delivery = ledger.delivery(warehouse, delivery_id)
    if delivery["state"] != "held":
        raise Refused(f"it is not held but {delivery['state']}, and that stands")
    return delivery


def _follow_up(delivery_id: str) -> None:
    with connect() as warehouse:
        now = ledger.delivery(warehouse, delivery_id)
    print(f"{delivery_id} is {now['state']}{': ' if now['message'] else ''}{now['message'] or ''}")
    follow_up()


def main() -> int:
    """List, inspect or decide."""
    parser = argparse.ArgumentParser(prog="held", description="Held deliveries: without options which, and why.")
    parser.add_argument("--delivery", help="the one to inspect or to decide about")
    decision = parser.add_mutually_exclusive_group()
    decision.add_argument("--accept", action="store_true", help="load it this once, though it does not meet its expectations")
    decision.add_argument("--reject", action="store_true", help="leave it for good")
    parser.add_argument("--who", default="", help="who decides")
    parser.add_argument("--why", default="", help="and why")
    args: Any = parser.parse_args()
    bound_duckdb()
    if not args.delivery:
        if args.accept or args.reject:
            raise Refused("it takes a delivery to decide about one")
        with connect() as warehouse:
            list_held(warehouse)
    elif args.accept or args.reject:
        (accept if args.accept else reject)(args.delivery, Act(args.who, args.why))
    else:
        with connect() as warehouse:
            inspect(warehouse, args.delivery)
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
