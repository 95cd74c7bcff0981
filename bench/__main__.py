"""Measures every stage and writes `bench/results.json`; ROWS says how many rows, TIMES how often (3).

Each run of a stage is a process of its own. All stages run once, then all again: what the machine does beside hits all alike.
"""

import json
import os
import sys
from collections import defaultdict

from rich.console import Console

from bench import place, report
from bench.peers import PEERS
from bench.run import python, stack
from bench.stages import STAGES, Stage
from demo.places import CLONE
from demo.trouble import guard

TIMES = int(os.environ.get("TIMES") or 3)


def main() -> int:
    """Prepare, measure, tell."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    runs: dict[str, list[dict[str, float]]] = defaultdict(list)
    with stack(), console.status("") as status:
        status.update(f"Preparing {place.rows_wanted():,} rows")
        python("bench.prepare", env=place.environment())
        for number in range(TIMES):
            for name, stage in (STAGES | PEERS).items():
                if number < (stage.times or TIMES):
                    status.update(f"{number + 1}/{TIMES}  {stage.title}")
                    runs[name].append(_run(name, stage))
        found = report.results(runs, place.kept("counts"), TIMES)
    (CLONE / "bench" / "results.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    console.print(report.table(found))
    return 0


def _run(name: str, stage: Stage) -> dict[str, float]:
    with place.database_like(stage.state):
        return json.loads(python("bench.one", name, env=place.environment(place.RUN)).splitlines()[-1])


if __name__ == "__main__":
    sys.exit(guard(main))
