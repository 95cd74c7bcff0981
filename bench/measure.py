"""Measures stages on deliveries of one shape and size, each run of a stage in a process of its own."""

import json
from collections import defaultdict
from typing import Any

from bench import place, report
from bench.peers import PEERS, install_recordlinkage
from bench.run import python, stack
from bench.stages import STAGES, Stage
from demo.city import generate


def measure(status: Any, times: int) -> dict[str, Any]:
    """The stages of this run (`place.stages`) on deliveries of its shape and size, so many times."""
    label = f"{place.resource()}, {place.rows():,} rows"
    runs: dict[str, list[dict[str, float]]] = defaultdict(list)
    with stack():
        status.update(f"{label}: preparing")
        generate(place.CITY, residents=2_000)
        python("bench.prepare", env=place.environment())
        install_recordlinkage()
        for number in range(times):
            for name, stage in (STAGES | PEERS).items():
                if stage.runs and (not place.stages() or name in place.stages()) and number < (stage.times or times):
                    status.update(f"{label}, {number + 1}/{times}: {stage.title}")
                    runs[name].append(_run(name, stage))
        return report.results(runs, place.kept("counts"), times)


def _run(name: str, stage: Stage) -> dict[str, float]:
    with place.database_like(stage.state):
        return json.loads(python("bench.one", name, env=stage.environment).splitlines()[-1])
