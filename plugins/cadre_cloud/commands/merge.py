"""Entries of the roster that are one person: `python -m cadre_cloud.commands.merge`.

merge                                                     lists those that are merged
merge --cadre=C0001 --duplicate=C0777 --who=… --why=…     C0777 goes into C0001
merge --unmerge=C0777 --who=… --why=…                     C0777 is somebody of their own again
"""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands.common import carry_out, show
from cadre_cloud.feed.settle import lock_revisions, settle_news
from cadre_cloud.publication import last_day, publish
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import merges
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import Warehouse, acted_at, connect

# The roster's last day settles anew, as what it says of these officials is published otherwise.
_NOTE_NEWS = """
update ledger.settlement set has_news = true where resource = 'personnel' and day = (
    select max(day) from ledger.settlement where resource = 'personnel' and loaded_at is not null)"""


def judge(take: Callable[[Warehouse, datetime], datetime], at: datetime) -> None:
    """Take a judgement, and bring the roster and the alerts up to it: from its own moment on, so that nothing is told in between.

    Args:
        take: takes it as of a moment, and says since when it stands.
        at: the moment of it.

    Raises:
        Refused: as `take` does.
    """
    with connect() as warehouse:
        lock_revisions(warehouse)
        since = take(warehouse, at)
        warehouse.execute(_NOTE_NEWS)
    settle_news()
    publish()
    if day := last_day():
        evaluate(day, since)


def list_merged(warehouse: Warehouse) -> None:
    """Print the merges that stand."""
    rows = merges.standing(warehouse)
    if not rows:
        print("No entries of the roster are merged.")
        return
    told = [
        (row["duplicate_no"], row["cadre_no"], f"{row['known_from'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}", row["who"], row["why"])
        for row in rows
    ]
    show(["went", "into", "since", "who", "why"], told)


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="merge", description="Lists, merges and unmerges entries of the roster that are one person."
    )
    parser.add_argument("--cadre", help="the cadre_no that survives")
    parser.add_argument("--duplicate", help="the cadre_no that goes into it")
    parser.add_argument("--unmerge", metavar="DUPLICATE", help="the cadre_no that went and is somebody of their own")
    parser.add_argument("--who", default="", help="who judges so: a reviewer of the regions of both")
    parser.add_argument("--why", default="", help="why")
    given = parser.parse_args()
    if bool(given.cadre) != bool(given.duplicate) or (given.unmerge and given.cadre):
        parser.error("two numbers are merged, --cadre and --duplicate, or one is unmerged")
    return given


def main() -> int:
    """List, merge or unmerge."""
    given = _parsed()
    if not given.cadre and not given.unmerge:
        with connect() as warehouse:
            list_merged(warehouse)
        return 0
    act = Act(given.who, given.why)
    if given.unmerge:
        judge(lambda warehouse, at: merges.unmerge(warehouse, given.unmerge, act, at), acted_at())
        print(f"{given.unmerge} is somebody of their own again.")
    else:
        judge(lambda warehouse, at: merges.merge(warehouse, given.cadre, given.duplicate, act, at), acted_at())
        print(f"{given.duplicate} went into {given.cadre}.")
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
