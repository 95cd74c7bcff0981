"""Measures the peak memory of each task over big snapshots, and prints it: `python -m bench.memory`.

ROWS says how many rows a snapshot has (2,000,000). Each task is a process of its own, on two days of each resource.
"""

import json
import os
import sys

from rich.console import Console
from rich.table import Table

from bench import place
from bench.run import python, stack
from demo.trouble import guard

RESOURCES, TASKS = ("land", "finance"), ("extract", "check", "load")
ALLOWED = 1500  # MB


def main() -> int:
    """Prepare, measure, tell."""
    os.environ.setdefault("ROWS", "2000000")
    console = Console(width=None if sys.stdout.isatty() else 120)
    with stack(), console.status("") as status:
        status.update(f"Preparing {place.rows_wanted():,} rows")
        python("bench.snapshots", env=place.environment())
        found = []
        for resource in RESOURCES:
            for number, day in enumerate(place.DAYS, start=1):
                environment = place.environment() | {"CADRE_DROP": place.drop_folder(str(number)).as_uri()}
                for task in TASKS:
                    status.update(f"{resource}, day {number}, {task}")
                    cost = json.loads(python("bench.task", resource, day.isoformat(), task, env=environment).splitlines()[-1])
                    found.append({"resource": resource, "day": number, "task": task, **cost})
    console.print(_table(found))
    return 0 if all(cost["peak_mb"] <= ALLOWED for cost in found) else 1


def _table(found: list[dict]) -> Table:
    shown = Table(title=f"{place.rows_wanted():,} rows", caption=f"allowed: {ALLOWED:,} MB")
    for column in ("resource", "day", "task"):
        shown.add_column(column)
    for column in ("seconds", "CPU s", "peak MB"):
        shown.add_column(column, justify="right")
    for cost in found:
        peak = f"[{'green' if cost['peak_mb'] <= ALLOWED else 'red'}]{cost['peak_mb']:,.0f}[/]"
        shown.add_row(cost["resource"], str(cost["day"]), cost["task"], f"{cost['seconds']:.1f}", f"{cost['cpu']:.1f}", peak)
    return shown


if __name__ == "__main__":
    sys.exit(guard(main))
