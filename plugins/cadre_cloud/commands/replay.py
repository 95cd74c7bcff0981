"""A past day again, from what is landed, as for a warehouse that was restored: `python -m cadre_cloud.commands.replay DAY`.

No department is asked, and no mail is sent: what the day's mails told counts as told.
"""

import argparse
import sys
from datetime import date

from cadre_cloud import contracts
from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands.common import carry_out, show
from cadre_cloud.commands.rerun import rerun
from cadre_cloud.feed import landing_notes
from cadre_cloud.mail.digest import withhold
from cadre_cloud.publication import last_day, publish
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import connect
from transforms.contract import Contract

_EXTRACTED = "select from ledger.settlement where resource = %s and day = %s and extracted_at is not null"
_OUTCOME = "select outcome, message from ledger.settlement where resource = %s and day = %s"


def replay(day: date, feeds: list[Contract]) -> dict[str, str]:
    """Run the steps of a day again for some feeds, the roster's first, then publish it and bring the alerts up to it.

    A feed of which not everything was landed on the day is left as it is. Where a later day is published already, the alerts
    stay those of that one. Returns how each feed's day ended, by resource.
    """
    ended = {}
    for contract in sorted(feeds, key=turn):
        if _note(contract, day):
            rerun(contract, day)
            ended[contract.resource] = _outcome(contract, day)
    if ended:
        publish()
        last = last_day() or day
        evaluate(max(day, last))
        if day >= last:
            withhold(day)
    return ended


def turn(contract: Contract) -> tuple[bool, bool, bool, str]:
    """Units, officials, the other files about them, forms, and then what departments say."""
    is_roster = contract.resource in contracts.ROSTER
    return (
        not is_roster,
        contract.table is None,
        contract.brings_forms,
        str(contracts.ROSTER.index(contract.resource)) if is_roster else contract.resource,
    )


def _note(contract: Contract, day: date) -> bool:
    """Have the ledger know what was landed; what it knows stays. Returns whether all of the day was."""
    with connect() as warehouse:
        ledger.take_turns(warehouse, contract.resource)
        is_whole, deliveries = landing_notes.read(contract.resource, day)
        if not (is_whole or warehouse.execute(_EXTRACTED, [contract.resource, day]).fetchone()):
            return False
        ledger.begin(warehouse, contract.resource, day, None)
        for delivery in deliveries:
            (ledger.note_landed if delivery["landing"] else ledger.note_not_read)(warehouse, delivery)
        ledger.note_extracted(warehouse, contract.resource, day)
    return True


def _outcome(contract: Contract, day: date) -> str:
    with connect() as warehouse:
        row = warehouse.execute(_OUTCOME, [contract.resource, day]).fetchone()
    return f"{row['outcome']} {row['message'] or ''}".strip() if row else "not settled"


def main() -> int:
    """Replay a day, and say how each feed's ended."""
    parser = argparse.ArgumentParser(prog="replay", description="A past day again, from what is landed; sends no mail.")
    parser.add_argument("day", type=date.fromisoformat, help="such as 2026-06-02")
    parser.add_argument("--resource", help="only this one")
    args = parser.parse_args()
    bound_duckdb()
    feeds = [contracts.named(args.resource)] if args.resource else contracts.expected()
    if not all(contract.is_on for contract in feeds):
        raise Refused("the feed is off: its contract names no legal basis")
    ended = replay(args.day, feeds)
    rest = {contract.resource: "not everything of it is in the landing" for contract in feeds}
    show(["resource", f"{args.day}"], sorted((rest | ended).items()))
    return 0 if ended and not any(outcome.startswith("failed") for outcome in ended.values()) else 1


if __name__ == "__main__":
    sys.exit(carry_out(main))
