"""What linking costs and how right it is, beside a raw COPY of the same rows and two libraries: `make bench ONLY=identity`.

ROWS says how many rows the delivery has (1000000), TIMES how often a stage runs (1). Ten times as many rows, all their own, are
linked beside a raw COPY of them, too. Then comes `bench.febrl4`.
"""

import os
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import febrl4, report
from bench.measure import measure
from demo.trouble import guard

STAGES = {1: ("copy", "link", "splink", "recordlinkage"), 10: ("copy", "link")}  # by how many times the rows


def main() -> int:
    """Prepare, measure, tell, and write it into `bench/results.json`."""
    console, rows, found = Console(width=130), int(os.environ.get("ROWS") or 1_000_000), []
    with console.status("") as status:
        for number, stages in STAGES.items():
            os.environ |= {"BENCH_STAGES": ",".join(stages), "BENCH_SHAPE": "land", "BENCH_ROWS": str(number * rows)}
            found.append(measure(status, int(os.environ.get("TIMES") or 1)))
            console.print(report.table(found[-1]), _quality(found[-1]))
            report.write(identity=found, identity_growth=report.growth(found))
    console.print(report.growth_table(report.growth(found)))
    return febrl4.main()


def _quality(found: Mapping[str, Any]) -> Table:
    """How right the links are, of rows that show a number."""
    shown = Table("linked by", *report.QUALITY, title=f"{found['shape']}, {found['rows']:,} rows, of those that show a number")
    for stage in found["stages"]:
        if "precision" in stage:
            shown.add_row(stage["name"], *(f"{stage[name]:.6g}" for name in report.QUALITY))
    return shown


if __name__ == "__main__":
    sys.exit(guard(main))
