"""Whether the log of who looked is as it was written: `python -m cadre_cloud.commands.verify_log`.

Each entry is hashed anew, here and not in the database, and has to hold the hash of the one before. What was written on this
machine is known from `var/looks` too, and what somebody kept of an earlier run can be given.
"""

import argparse
import sys

from cadre_cloud.commands.common import carry_out, fail
from cadre_cloud.warehouse import looks
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import connect


def main() -> int:
    """Say what is wrong with the log; where nothing is, its newest entry, to be kept elsewhere."""
    parser = argparse.ArgumentParser(prog="verify_log", description="Looks for changed, missing and moved entries of core.look.")
    parser.add_argument("--head", default="", help="number and hash of an entry, as an earlier run printed them")
    given = parser.parse_args()
    known = looks.witnessed()  # before the log is read, so that it has all of these
    here = len(known)
    if given.head:
        try:
            number, digest = looks.head_of(given.head)
        except ValueError:
            raise Refused("a head is a number and a hash, as this command prints them") from None
        known |= {number: digest}
    with connect() as warehouse, warehouse.cursor(name="looks") as entries:
        last = warehouse.execute("select look_no, hash from core.look order by look_no desc limit 1").fetchone()
        entries.execute("select * from core.look order by look_no")
        if found := list(looks.faults(entries, known)):
            return fail("\n".join(f"The log is not whole: {fault}." for fault in found))
    if last is None:
        print("Nobody has looked yet.")
        return 0
    print(f"The log is whole, as far as can be told here, where {here} of its entries were written. Keep its head elsewhere:")
    print(f"{last['look_no']} {last['hash'].hex()}")
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
