"""An objection to a record, by an official or for one: `python -m cadre_cloud.commands.object --resource=court --key=… …`."""

import argparse
import sys

from cadre_cloud.commands.common import alerts_follow, carry_out
from cadre_cloud.warehouse import ledger, objections
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import acted_at, connect


def main() -> int:
    """Object to a record: it is disputed from now on, and so is what rests on it, until that is answered."""
    parser = argparse.ArgumentParser(prog="object", description="Objects to a record for an official.")
    parser.add_argument("--resource", required=True, help="the record's feed")
    parser.add_argument("--key", required=True, help="its source_key")
    parser.add_argument("--cadre", required=True, help="the cadre_no of the official for whom")
    parser.add_argument("--who", default="", help="who objects: the official, or a steward for them")
    parser.add_argument("--why", default="", help="what is wrong with it")
    given = parser.parse_args()
    act = Act(given.who, given.why)
    with connect() as warehouse:
        ledger.lock_resource(warehouse, given.resource)
        number = objections.object_to(warehouse, given.resource, given.key, given.cadre, act, acted_at())
    print(f"Objection {number} waits for an answer; the record is disputed until then.")
    alerts_follow()
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
