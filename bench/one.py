"""Runs one stage once, in a process of its own: `python -m bench.one STAGE` prints what it cost as JSON."""

import importlib
import json
import os
import sys
import time

import pyarrow as pa

from bench import place
from bench.cost import cpu_seconds, peak_mb
from bench.owners import quality
from bench.peers import PEERS
from bench.stages import STAGES
from demo import cpu

# What the scheduler has imported before it forks a task (`demo/airflow_local_settings.py`), the costliest left to the stages.
PRELOADED = ("airflow.sdk", "pandas", "pyarrow.parquet", "pyarrow.csv", "duckdb", "psycopg", "opencc", "cadre_cloud.steps")


def main() -> None:
    """Prepare the stage, do its work, and say what that cost, client and server, and, where it links, how right it is."""
    stage = (STAGES | PEERS)[sys.argv[1]]
    for module in (*PRELOADED, *stage.imports):
        importlib.import_module(module)
    from cadre_cloud.steps import bound_duckdb  # noqa: PLC0415

    bound_duckdb()
    work = stage.prepare()
    server, client, clock = cpu.seconds(place.FOLDER), cpu_seconds(), time.monotonic()
    found = work()
    seconds, client = time.monotonic() - clock, cpu_seconds() - client
    print(json.dumps({
        "seconds": seconds,
        "client_cpu_seconds": client,
        "server_cpu_seconds": cpu.seconds(place.FOLDER) - server,
        "peak_mb": peak_mb(),
    } | (quality(found) if isinstance(found, pa.Table) else {})), flush=True)  # fmt: skip
    os._exit(0)  # as Airflow's tasks end: at an interpreter's end a thread of Arrow's may still give something back to it


if __name__ == "__main__":
    main()
