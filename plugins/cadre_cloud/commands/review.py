"""What people decide about `mart.link_review`, from a file: `python -m cadre_cloud.commands.review FILE`."""

import argparse
import sys
from dataclasses import dataclass, field
from pathlib import Path

from cadre_cloud.commands import decision_file
from cadre_cloud.commands.common import alerts_follow, carry_out, fail
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import acted_at, connect
from cadre_cloud.warehouse.decisions import Decision, decide

# A file may say who it is not, and who it is instead.
_ORDER = ["different", "same", "unsure"]


@dataclass
class Outcome:
    """What came of a file: how many decisions are new, and of the other rows, by number, why not."""

    new: int = 0
    before: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def review(content: bytes) -> Outcome:
    """Take the decisions of a file (see `decision_file.read`), each good row of it, in one transaction.

    What is said of a row holds nothing of it, neither a key nor a number. Raises BadFile where nothing can be read.
    """
    rows = decision_file.read(content)
    outcome = Outcome(refused={number: str(row) for number, row in rows.items() if isinstance(row, Refused)})
    decisions = {number: row for number, row in rows.items() if isinstance(row, Decision)}
    with connect() as warehouse:
        at = acted_at()
        for resource in sorted({decision.resource for decision in decisions.values()}):
            ledger.lock_resource(warehouse, resource)
        for number, decision in sorted(decisions.items(), key=lambda row: (_ORDER.index(row[1].verdict), row[0])):
            try:
                if decide(warehouse, decision, at):
                    outcome.new += 1
                else:
                    outcome.before.append(number)
            except Refused as refusal:
                outcome.refused[number] = f"{decision.resource}: {refusal}"
    return outcome


def main() -> int:
    """Take a file's decisions, and say of each row that was not taken why."""
    parser = argparse.ArgumentParser(prog="review", description=f"CSV with the columns {', '.join(decision_file.COLUMNS)}.")
    parser.add_argument("file", type=Path)
    path = parser.parse_args().file
    try:
        outcome = review(path.read_bytes())
    except OSError as error:
        return fail(f"{path} cannot be read: {error.strerror}.")
    except decision_file.BadFile as error:
        return fail(str(error))
    for number in sorted(outcome.before):
        print(f"row {number}: decided so before")
    for number, why in sorted(outcome.refused.items()):
        print(f"row {number}: {why}", file=sys.stderr)
    print(f"{outcome.new} decisions taken, {len(outcome.before)} taken before, {len(outcome.refused)} refused.")
    if outcome.new:
        alerts_follow()
    return 1 if outcome.refused else 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
