"""Who looked at an official, for whoever asks about their own file: `python -m cadre_cloud.commands.looks --cadre=C0001`."""

import argparse
import sys

from cadre_cloud.commands.common import carry_out, show
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse.connection import connect

_LOOKS = "select look_no, at, who, why, through from core.look where cadre_no = %s order by look_no"


def main() -> int:
    """List who looked at an official, when, why and through what."""
    parser = argparse.ArgumentParser(prog="looks", description="Lists who looked at an official.")
    parser.add_argument("--cadre", required=True, help="the official's cadre_no")
    given = parser.parse_args()
    with connect() as warehouse:
        found = warehouse.execute(_LOOKS, [given.cadre]).fetchall()
    if not found:
        print("Nobody has looked at this official.")
        return 0
    rows = [{**row, "at": f"{row['at'].astimezone(SHANGHAI):%Y-%m-%d %H:%M}"} for row in found]
    show(["entry", "at", "who", "why", "through"], [list(row.values()) for row in rows])
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
