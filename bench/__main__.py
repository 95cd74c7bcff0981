"""Measures every stage and writes `bench/results.json`; ROWS says how many rows, TIMES how often (3).

Each run of a stage is a process of its own. All stages run once, then all again: what the machine does beside hits all alike.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict

from rich.console import Console

from bench import place, report
from bench.peers import PEERS
from bench.stages import STAGES, Stage
from demo import halt, postgres
from demo.places import CLONE
from demo.stack import Stack
from demo.trouble import Trouble, guard

TIMES = int(os.environ.get("TIMES") or 3)


def main() -> int:
    """Prepare, measure, tell."""
    console = Console(width=None if sys.stdout.isatty() else 120)
    _clear()
    runs: dict[str, list[dict[str, float]]] = defaultdict(list)
    try:
        with Stack(place.FOLDER, with_airflow=False), console.status("") as status:
            status.update(f"Preparing {place.rows_wanted():,} rows")
            _python("bench.prepare", env=place.environment())
            for number in range(TIMES):
                for name, stage in (STAGES | PEERS).items():
                    if number < (stage.times or TIMES):
                        status.update(f"{number + 1}/{TIMES}  {stage.title}")
                        runs[name].append(_run(name, stage))
            counts = place.kept("counts")
            found = report.results(runs, counts, TIMES)
    finally:
        _clear()
    (CLONE / "bench" / "results.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    console.print(report.table(found))
    return 0


def _run(name: str, stage: Stage) -> dict[str, float]:
    with place.database_like(stage.state):
        return json.loads(_python("bench.one", name, env=place.environment(place.RUN)).splitlines()[-1])


def _python(module: str, *arguments: str, env: dict[str, str]) -> str:
    """Run a module of ours; returns what it printed."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=env, cwd=CLONE, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Trouble(f"{' '.join([module, *arguments])} failed:\n{done.stderr[-3000:]}")
    return done.stdout


def _clear() -> None:
    halt.stop(place.FOLDER)
    postgres.remove(place.FOLDER)
    shutil.rmtree(place.FOLDER, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(guard(main))
