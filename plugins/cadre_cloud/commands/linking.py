"""Where nothing is linked without a person, as linking was suddenly worse: `python -m cadre_cloud.commands.linking`.

linking                                    lists where that is so, and why
linking --allow=land --who=… --why=…       it is linked again, and what waited for that alone
"""

import argparse
import sys

from cadre_cloud import contracts
from cadre_cloud.commands.common import carry_out, follow_up, show
from cadre_cloud.commands.relink import judge_again
from cadre_cloud.feed.sentences import LINKING_ALLOWED
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import identity, ledger
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import Warehouse, connect

_STOPPED = """
select resource, day, delivery_id, reason, round(share::numeric, 4) as share, round(usual::numeric, 4) as usual, cases
from ledger.linking_stop where released_at is null order by resource"""

_SAY = """
update ledger.delivery set message = message || %(said)s
where resource = %(resource)s and state = 'loaded' and message is not null
  and loaded_at >= (select loaded_at from ledger.delivery where delivery_id = %(delivery_id)s)"""


def list_stopped(warehouse: Warehouse) -> None:
    """Print where linking is stopped, since which delivery, and by what."""
    rows = warehouse.execute(_STOPPED).fetchall()
    if rows:
        show(list(rows[0]), [list(row.values()) for row in rows])
    else:
        print("Linking is not stopped anywhere.")


def allow(resource: str, act: Act) -> None:
    """Have a resource linked again, judge all that is landed of it once more, and do what follows.

    Raises:
        Refused: it is not stopped.
    """
    contract = contracts.named(resource)
    with connect() as warehouse:
        ledger.take_turns(warehouse, resource)
        ledger.lock_resource(warehouse, resource)
        stopped = identity.allow(warehouse, resource, act)
        warehouse.execute(_SAY, {**stopped, "said": LINKING_ALLOWED})
        ledger.note_news(warehouse, resource, stopped["day"])
    pairs = judge_again([contract], apply=True)
    print(f"{resource} is linked again; {len(pairs)} pairs are stated otherwise.")
    follow_up()


def main() -> int:
    """List, or allow."""
    parser = argparse.ArgumentParser(prog="linking", description="Where linking is stopped: without options where, and why.")
    parser.add_argument("--allow", metavar="RESOURCE", help="have it linked again")
    parser.add_argument("--who", default="", help="who decides")
    parser.add_argument("--why", default="", help="and why")
    given = parser.parse_args()
    bound_duckdb()
    if given.allow:
        allow(given.allow, Act(given.who, given.why))
    else:
        with connect() as warehouse:
            list_stopped(warehouse)
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
