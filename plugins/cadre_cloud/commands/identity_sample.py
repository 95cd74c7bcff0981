"""A sample of links, labelled by people who do not know what the machine said: `python -m cadre_cloud.commands.identity_sample`.

identity_sample --draw=20                        draws up to twenty more of each resource and evidence
identity_sample --file=cases.csv --who=li        writes what this reviewer may label
identity_sample --labels=cases.csv --who=li      takes the labels that were filled in: same, different or unsure

The file holds what a record and the roster say of persons: keep it as you would the records.
"""

import argparse
import csv
import os
import sys
from pathlib import Path

from cadre_cloud.commands.common import carry_out, show
from cadre_cloud.warehouse import looks, samples
from cadre_cloud.warehouse.acts import Act, Refused, fault_of
from cadre_cloud.warehouse.connection import acted_at, connect
from cadre_cloud.warehouse.decisions import VERDICTS

LABEL = ("label", "why")  # the columns that are to be filled in


def write(path: Path, who: str) -> int:
    """Write the cases that wait for a reviewer's label, once it is noted who looks at whom; returns how many.

    Raises:
        Refused: there are none.
    """
    with connect() as warehouse:
        cases = samples.cases(warehouse, who)
        if not cases:
            raise Refused("nothing that was drawn waits for this reviewer (core.admit_to)")
        looks.note_officials(warehouse, Act(who, "sample of links"), "identity_sample", [case["cadre_no"] for case in cases])
    with open(path, "w", encoding="utf-8-sig", newline="", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        writer = csv.DictWriter(file, [*cases[0], *LABEL])
        writer.writeheader()
        writer.writerows(cases)
    return len(cases)


def take(path: Path, who: str) -> tuple[int, dict[int, str]]:
    """Take a file's labels; returns how many are new, and why others are not taken, by data row, from 1.

    Raises:
        Refused: it is no such file.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error):
        raise Refused(f"{path} cannot be read as CSV in UTF-8") from None
    new, refused = 0, {}
    with connect() as warehouse:
        for number, row in enumerate(rows, start=1):
            said, why = (row.get("label") or "").strip(), (row.get("why") or "").strip()
            if not said:
                continue
            sample_no = row.get("sample_no") or ""
            if said not in VERDICTS or not sample_no.isdecimal():
                refused[number] = f"label has to be one of {', '.join(VERDICTS)}"
            elif fault := fault_of(who, why):
                refused[number] = fault
            else:
                try:
                    new += samples.label(warehouse, int(sample_no), said, who, why, acted_at())
                except Refused as refusal:
                    refused[number] = str(refusal)
    return new, refused


def main() -> int:
    """Draw, write or take."""
    parser = argparse.ArgumentParser(prog="identity_sample", description="A sample of links for reviewers to label.")
    does = parser.add_mutually_exclusive_group(required=True)
    does.add_argument("--draw", type=int, metavar="N", help="draw up to N more of each resource and evidence")
    does.add_argument("--file", type=Path, help="CSV to write what this reviewer may label")
    does.add_argument("--labels", type=Path, help="the same, filled in")
    parser.add_argument("--who", default="", help="the reviewer")
    given = parser.parse_args()
    if given.draw:
        with connect() as warehouse:
            print(f"{samples.draw(warehouse, given.draw, acted_at())} cases were drawn.")
    elif given.file:
        print(f"{write(given.file, given.who)} cases are in {given.file}.")
    else:
        return _taken(given.labels, given.who)
    return 0


def _taken(path: Path, who: str) -> int:
    new, refused = take(path, who)
    for number, why in refused.items():
        print(f"row {number}: {why}", file=sys.stderr)
    with connect() as warehouse:
        found = [row for row in samples.count(warehouse, acted_at()) if row["different"]]
    print(f"{new} labels are new.")
    if found:
        print("Linked, and labelled as another person: these want a decision (make review).")
        show(["resource", "evidence", "links"], [(row["resource"], row["method"], row["different"]) for row in found])
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
