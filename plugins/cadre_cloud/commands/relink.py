"""What a new version of the linker would say otherwise, before it takes over: `python -m cadre_cloud.commands.relink`.

relink                                          counts, by resource and method; writes nothing
relink --file=pairs.csv --who=…                 and every pair of an official whom this reviewer reads about
relink --apply                                  it takes over
"""

import argparse
import csv
import os
import sys
from collections import Counter
from pathlib import Path

from cadre_cloud import contracts
from cadre_cloud.commands.common import carry_out, follow_up, show
from cadre_cloud.feed.relink import Row, relink
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import connect
from cadre_cloud.warehouse.reviewers import reviewed
from transforms.contract import Contract
from transforms.linker import VERSION

COLUMNS = [
    *("resource", "source_key", "mention_no", "cadre_no"),
    *("method_before", "verdict_before", "method_now", "verdict_now"),
]


def judge_again(feeds: list[Contract], *, apply: bool) -> list[Row]:
    """Judge what is landed and held of some feeds again, each in a transaction of its own; gives what is stated otherwise.

    Only where it is applied is anything written, and then the feed's last day settles anew.
    """
    differences = []
    for contract in feeds:
        with connect() as warehouse:
            ledger.take_turns(warehouse, contract.resource)
            warehouse.commit()  # the turn lasts as long as the connection
            found = relink(warehouse, contract)
            if found and apply and (stands := ledger.standing(warehouse, contract.resource)):
                ledger.note_news(warehouse, contract.resource, stands.day)
            elif not apply:
                warehouse.rollback()
            differences += found
    return differences


def write_pairs(path: Path, differences: list[Row], who: str) -> int:
    """Write the pairs of officials whom a reviewer reads about into a file that is theirs alone; returns how many those are.

    Raises:
        Refused: this is no reviewer of any of them.
    """
    with connect() as warehouse:
        theirs = reviewed(warehouse, who, sorted({row["cadre_no"] for row in differences}))
    if differences and not theirs:
        raise Refused("who reads the pairs has to be a reviewer (core.admit_to) of the officials' regions")
    pairs = [row for row in differences if row["cadre_no"] in theirs]
    with open(path, "w", encoding="utf-8", newline="", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(pairs)
    return len(pairs)


def show_summary(differences: list[Row], *, apply: bool) -> None:
    """Print how many pairs there are by resource and by what is said of them before and now."""
    names = ("resource", "method_before", "verdict_before", "method_now", "verdict_now")
    counts = Counter(tuple(row[name] for name in names) for row in differences)
    counted = [[*said, number] for said, number in sorted(counts.items(), key=lambda item: tuple(map(str, item[0])))]
    show(["resource", "method before", "verdict", "method now", "verdict", "pairs"], counted)
    print(f"Linker {VERSION}: {len(differences)} pairs are {'' if apply else 'not yet '}stated otherwise.")


def main() -> int:
    """List what would be otherwise, or have it so."""
    parser = argparse.ArgumentParser(
        prog="relink", description="Shows what the linker says otherwise of all that is landed and held."
    )
    parser.add_argument("--resource", help="only this one")
    parser.add_argument("--file", type=Path, help="CSV to write the pairs into, for a reviewer")
    parser.add_argument("--who", default="", help="the reviewer for whom the file is")
    parser.add_argument("--apply", action="store_true", help="what is said now takes over")
    given = parser.parse_args()
    bound_duckdb()
    asked = contracts.linked() if given.resource is None else [contracts.named(given.resource)]
    feeds = [feed for feed in contracts.linked() if feed in asked]
    differences = judge_again(feeds, apply=given.apply)
    show_summary(differences, apply=given.apply)
    if given.file:
        print(f"{write_pairs(given.file, differences, given.who)} of them are in {given.file}.")
    if given.apply:
        follow_up()
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
