"""Runs one stage once, in a process of its own: `python -m bench.one STAGE` prints what it cost as JSON."""

import importlib
import json
import re
import resource
import sys
import time
from pathlib import Path

from bench import place
from bench.peers import PEERS
from bench.stages import STAGES
from demo import cpu

# What the scheduler has imported before it forks a task (`demo/airflow_local_settings.py`), the costliest left to the stages.
PRELOADED = ("airflow.sdk", "pandas", "pyarrow.parquet", "pyarrow.csv", "duckdb", "psycopg", "opencc", "cadre_cloud.steps")


def main() -> None:
    """Prepare the stage, do its work, and say what the work cost: client and server, and this process's peak memory."""
    stage = (STAGES | PEERS)[sys.argv[1]]
    for module in (*PRELOADED, *stage.imports):
        importlib.import_module(module)
    from cadre_cloud.steps import bound_duckdb  # noqa: PLC0415

    bound_duckdb()
    work = stage.prepare()
    server, client, clock = cpu.seconds(place.FOLDER), _used(), time.monotonic()
    work()
    seconds, client = time.monotonic() - clock, _used() - client
    print(json.dumps({
        "seconds": seconds,
        "client_cpu_seconds": client,
        "server_cpu_seconds": cpu.seconds(place.FOLDER) - server,
        "peak_mb": _peak(),
    }))  # fmt: skip


def _used() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak() -> float:
    """Peak memory of this process; `ru_maxrss` would count what its parent had before the fork."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
