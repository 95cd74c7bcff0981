"""What linking costs and how right it is, beside a raw COPY of the same rows and two libraries: `make bench ONLY=identity`.

ROWS says how many rows the delivery has (1000000), TIMES how often a stage runs (1). Then comes `bench.febrl4`. What ten million
rows of their own cost to link `make bench` measures.
"""

import os
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import febrl4, place, report
from bench.measure import measure
from demo.trouble import guard

STAGES = ("copy", "link", "link_tenfold", "splink", "recordlinkage")


def main() -> int:
    """Prepare, measure, tell, and write it into `bench/results.json`."""
    console, rows = Console(width=130), os.environ.get("ROWS") or "1000000"
    os.environ |= {"BENCH_STAGES": ",".join(STAGES), "BENCH_SHAPE": "land", "BENCH_ROWS": rows}
    with console.status("") as status:
        found = measure(status, int(os.environ.get("TIMES") or 1))
    report.write(identity=found)
    console.print(report.table(found))
    console.print(_quality(found))
    return febrl4.main()


def _quality(found: dict[str, Any]) -> Table:
    """How right the links are, of rows that show a number."""
    shown = Table("linked by", *report.QUALITY, title=f"{place.resource()}, {place.rows():,} rows, of those that show a number")
    for stage in found["stages"]:
        if "precision" in stage:
            shown.add_row(stage["name"], *(f"{stage[name]:.6g}" for name in report.QUALITY))
    return shown


if __name__ == "__main__":
    sys.exit(guard(main))
