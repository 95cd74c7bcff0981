"""Measures every stage and writes `bench/results.json`.

SHAPES says of which shapes the deliveries are (land,finance), ROWS how many rows they have (1000000,10000000), TIMES how often a
stage runs (3; what is bigger than a million rows runs once).

Each run of a stage is a process of its own. All stages run once, then all again: what the machine does beside hits all alike.
What readers wait for is measured last; `make bench ONLY=readers` measures that alone.
"""

import os
import sys
from typing import Any

from rich.console import Console

from bench import place, readers, report
from bench.measure import measure
from demo.trouble import guard


def main() -> int:
    """Prepare, measure, tell."""
    console = Console(width=None if sys.stdout.isatty() else 130)
    times = int(os.environ.get("TIMES") or 3)
    found: list[dict[str, Any]] = []
    with console.status("") as status:
        for rows in map(int, (os.environ.get("ROWS") or "1000000,10000000").split(",")):
            for shape in (os.environ.get("SHAPES") or "land,finance").split(","):
                os.environ |= {"BENCH_ROWS": str(rows), "BENCH_SHAPE": shape}
                found.append(measure(status, times if place.is_small() else 1))
                console.print(report.table(found[-1]))
                report.write(runs=found, growth=report.growth(found))
    console.print(report.growth_table(report.growth(found)))
    return readers.main()


if __name__ == "__main__":
    sys.exit(guard(main))
