"""What was measured, for programs and for people."""

import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from bench import place
from bench.peers import PEERS
from bench.stages import STAGES
from demo.places import CLONE

RESULTS = CLONE / "bench" / "results.json"
UNIT = "CPU seconds of client and server together; ratio: to the COPY's, in the same run"
PEAK, GROWTH = 1500, 10.5  # MB at any size; times the CPU for ten times the rows
QUALITY = ("linked", "false", "precision", "recall")
PACKAGES = ("apache-airflow", "duckdb", "great-expectations", "numpy", "pandas", "psycopg", "pyarrow", "splink", "sqlalchemy")


def results(runs: Mapping[str, Sequence[Mapping[str, float]]], counts: Mapping[str, int], times: int) -> dict[str, Any]:
    """Medians of all stages, beside the COPY's, with what they were measured on."""
    rows = place.rows()
    stages = STAGES | PEERS
    costs = {name: _cost(of_one, stages[name].rows, rows) for name, of_one in runs.items()}
    yardstick = costs["copy"]["cpu_seconds"]
    measured = []
    for name, cost in costs.items():
        ratio, target = round(cost["cpu_seconds"] / yardstick, 2), stages[name].target
        cost["peak_met"] = None if stages[name].peer else cost["peak_mb"] <= PEAK
        told = {"name": name, "title": stages[name].title, "peer": stages[name].peer, **cost, "ratio": ratio, "target": target}
        measured.append(told | {"met": None if target is None else ratio <= target})
    return {
        "shape": place.resource(),
        "rows": rows,
        "times": times,
        "load_average": round(os.getloadavg()[2], 1),
        "delivery": dict(counts),
        "stages": measured,
    }


def growth(runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each shape and stage, how much more CPU the biggest delivery takes than the smallest, a tenfold one."""
    found = []
    for shape in dict.fromkeys(run["shape"] for run in runs):
        small, *_, big = sorted((run for run in runs if run["shape"] == shape), key=lambda run: run["rows"]) * 2
        before = {stage["name"]: stage["cpu_seconds"] for stage in small["stages"]}
        for stage in big["stages"] if big["rows"] > small["rows"] else []:
            times = stage["cpu_seconds"] / before[stage["name"]] * small["rows"] / big["rows"] * 10
            told = {"shape": shape, "name": stage["name"], "title": stage["title"], "tenfold_rows": round(times, 2)}
            found.append(told | {"target": GROWTH, "met": times <= GROWTH})
    return found


def write(**parts: Any) -> None:
    """Write what was measured into `bench/results.json`, beside the parts of it that were measured before."""
    before = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    told = before | {"unit": UNIT, "machine": machine()} | parts
    RESULTS.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _cost(runs: Sequence[Mapping[str, float]], worked_on: int, rows: int) -> dict[str, Any]:
    """Medians; what was measured on a sample is scaled to all rows."""
    scale = rows / worked_on if worked_on and worked_on < rows else 1.0
    client, server, seconds = (
        median(run[name] for run in runs) * scale for name in ("client_cpu_seconds", "server_cpu_seconds", "seconds")
    )
    both = sorted((run["client_cpu_seconds"] + run["server_cpu_seconds"]) * scale for run in runs)
    return {
        "cpu_seconds": round(median(both), 3),
        "cpu_seconds_of_runs": [round(of_one, 3) for of_one in both],
        "client_cpu_seconds": round(client, 3),
        "server_cpu_seconds": round(server, 3),
        "seconds": round(seconds, 3),
        "rows_per_second": round(rows / seconds),
        "peak_mb": round(max(run["peak_mb"] for run in runs)),
    } | {name: runs[0][name] for name in QUALITY if name in runs[0]}


def machine() -> dict[str, Any]:
    """What it was measured on; nothing that names the machine."""
    cpus = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "processor": cpus[1] if cpus else platform.machine(),
        "memory_gb": round(memory, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def table(found: Mapping[str, Any]) -> Table:
    """The results, a line a stage."""
    title = f"{found['shape']}, {found['rows']:,} rows, median of {found['times']}, CPU of client and server together"
    shown = Table(title=title, caption="ratio: CPU beside that of the COPY")
    shown.add_column("stage")
    for column in ("CPU s", "ratio", "target", "seconds", "rows/s", "peak MB"):
        shown.add_column(column, justify="right")
    for stage in found["stages"]:
        colour = {True: "green", False: "red", None: "default"}[stage["met"]]
        peak = f"[{'red' if stage['peak_met'] is False else 'default'}]{stage['peak_mb']:,}[/]"
        target = "" if stage["target"] is None else f"{stage['target']:.2f}"
        shown.add_row(
            ("peer: " if stage["peer"] else "") + stage["title"],
            f"{stage['cpu_seconds']:.2f}", f"[{colour}]{stage['ratio']:.2f}[/]", target, f"{stage['seconds']:.2f}",
            f"{stage['rows_per_second']:,}", peak,
        )  # fmt: skip
    return shown


def growth_table(found: Sequence[Mapping[str, Any]]) -> Table:
    """How the stages grow."""
    shown = Table(title=f"CPU for ten times the rows, as a multiple (at most {GROWTH})")
    for column in ("shape", "stage", "times"):
        shown.add_column(column)
    for stage in found:
        shown.add_row(stage["shape"], stage["title"], f"[{'green' if stage['met'] else 'red'}]{stage['tenfold_rows']:.2f}[/]")
    return shown
