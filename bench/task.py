"""Runs one task as Airflow would, and prints what it cost: `python -m bench.task RESOURCE DAY extract|check|load`."""

import importlib
import json
import sys
import time
from contextlib import suppress
from datetime import date

from bench.cost import cpu_seconds, peak_mb
from demo.airflow_local_settings import HEAVY

SCHEDULER = ("airflow.jobs.scheduler_job_runner", "airflow.executors.local_executor")  # of which a task's process is a fork


def main() -> None:
    """Import what the scheduler has by then, run the task, and say what it cost."""
    name, day, step = sys.argv[1], date.fromisoformat(sys.argv[2]), sys.argv[3]
    for module in (*SCHEDULER, *HEAVY):
        with suppress(ImportError):
            importlib.import_module(module)
    from cadre_cloud import contracts, steps  # noqa: PLC0415

    run = getattr(importlib.import_module(f"cadre_cloud.feed.{step}"), step)
    client, clock = cpu_seconds(), time.monotonic()
    with steps.step(name, day, step):
        done = run(contracts.named(name), day)
    if step == "check" and not done:
        raise RuntimeError(f"{name}: nothing passed the checks")
    print(json.dumps({"seconds": time.monotonic() - clock, "cpu": cpu_seconds() - client, "peak_mb": peak_mb()}))


if __name__ == "__main__":
    main()
