"""How much CPU time the local stack has used, all of its processes and those that they waited for."""

import json
import os
from pathlib import Path

from demo import postgres

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _SESSION, _USED = 1, 3, slice(11, 15)  # fields of /proc/<pid>/stat after the name: user, system, and children's


def seconds(var: Path) -> float:
    """CPU seconds of everything that runs on a `var` folder since it was started, servers and ended children included."""
    sessions = {json.loads(file.read_text())["pid"] for file in (var / "run").glob("*.json")}
    stats = {int(entry): stat for entry in os.listdir("/proc") if entry.isdigit() and (stat := _stat(entry))}
    ours = {pid for pid, stat in stats.items() if int(stat[_SESSION]) in sessions}
    for folder in postgres.folders(var):
        ours |= _server(folder, stats)
    return sum(int(ticks) for pid in ours for ticks in stats[pid][_USED]) / _TICKS


def _server(folder: Path, stats: dict[int, list[str]]) -> set[int]:
    """PostgreSQL and its sessions, each of which is a child of the first."""
    try:
        first = int((folder / "postgres" / "data" / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return set()
    return {pid for pid, stat in stats.items() if pid == first or int(stat[_PARENT]) == first}


def _stat(pid: str) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
