"""An official's identity number, on a terminal alone: `python -m cadre_cloud.commands.reveal --cadre=C0001 --who=… --why=…`."""

import argparse
import sys

from cadre_cloud.commands.common import carry_out
from cadre_cloud.warehouse import numbers
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import connect


def main() -> int:
    """Show a number, once it is committed who looks at it and why."""
    parser = argparse.ArgumentParser(prog="reveal", description="Shows an official's identity number to a reviewer.")
    parser.add_argument("--cadre", required=True, help="the official's cadre_no")
    parser.add_argument("--who", default="", help="who looks")
    parser.add_argument("--why", default="", help="for what purpose")
    given = parser.parse_args()
    act = Act(given.who, given.why)
    if not sys.stdout.isatty():
        raise Refused("a number is shown on a terminal, and goes into no file or pipe")
    with connect() as warehouse:
        number = numbers.reveal(warehouse, given.cadre, act, "command reveal")
    print(number or "We have no number of this official.")
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
