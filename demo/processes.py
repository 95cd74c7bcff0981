"""Processes in sessions of their own, remembered on disk, so that a later command can end them and all their children.

A session id stays with every descendant and is not given away again while one lives. So nothing is missed, even when
the first process was killed, and nobody else's process is ever touched.
"""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from demo.places import CLONE

# Children of this very process: without these nobody would collect them when they end.
_children: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Record:
    """What is needed to find a process again: `born` are clock ticks since the boot named by `boot`."""

    pid: int
    born: int
    boot: str
    folder: str


@dataclass(frozen=True)
class Seen:
    """A process as /proc shows it now."""

    pid: int
    session: int
    born: int


def start(folder: Path, name: str, command: list[str], *, env: Mapping[str, str], log: Path, again: bool = False) -> None:
    """Start a command in the clone and remember it under a name in `folder`; its output goes to a new log, `again` to the old."""
    folder.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab" if again else "wb") as out:
        child = subprocess.Popen(
            command, env=dict(env), cwd=CLONE, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    _children[child.pid] = child
    seen = _see(child.pid)
    record = Record(child.pid, seen.born if seen else 0, _boot(), str(folder.resolve()))
    (folder / f"{name}.json").write_text(json.dumps(asdict(record)))


def is_alive(folder: Path, name: str) -> bool:
    """Tell whether the process of that name is running."""
    record = _recall(folder, name)
    return record is not None and _is_first(record)


def wait(folder: Path, name: str) -> int:
    """Wait for the end of a process that this one started, and return its exit code."""
    record = _recall(folder, name)
    return _children[record.pid].wait() if record else 0


def names(folder: Path) -> list[str]:
    """Return the names of all that was started and not stopped, whether still running or not."""
    return sorted(file.stem for file in folder.glob("*.json"))


def stop(folder: Path, name: str, patience: float) -> None:
    """End a process: SIGTERM, `patience` seconds to comply, then SIGKILL for what is left of its session."""
    record = _recall(folder, name)
    if record is not None:
        if _is_first(record):
            os.kill(record.pid, signal.SIGTERM)
            wait_until(lambda: not _is_first(record), patience)
        wait_until(lambda: not _kill_all(record), 10)
    (folder / f"{name}.json").unlink(missing_ok=True)


def wait_until(done: Callable[[], bool], seconds: float) -> bool:
    """Ask `done` until it says yes or the time is over; return its last answer."""
    end = time.monotonic() + seconds
    while not (answer := done()) and time.monotonic() < end:
        time.sleep(0.05)
    return answer


def _kill_all(record: Record) -> list[int]:
    """Kill what lives of the session; return whom that concerned."""
    leader = _see(record.pid)
    if leader is not None and leader.born != record.born:
        return []  # the number is somebody else's by now, which it cannot be while one of ours lives
    left = [seen.pid for seen in _all_seen() if seen.session == record.pid and seen.born >= record.born]
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return left


def _is_first(record: Record) -> bool:
    """Tell whether the process that was started itself still runs."""
    if record.pid in _children:
        _children[record.pid].poll()
    seen = _see(record.pid)
    return seen is not None and seen.born == record.born


def _recall(folder: Path, name: str) -> Record | None:
    """Return what is remembered, unless it is from before a reboot or came with a copied folder."""
    try:
        record = Record(**json.loads((folder / f"{name}.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return record if record.boot == _boot() and record.folder == str(folder.resolve()) else None


def _all_seen() -> list[Seen]:
    every = (_see(int(entry)) for entry in os.listdir("/proc") if entry.isdigit())
    return [seen for seen in every if seen]


def _see(pid: int) -> Seen | None:
    """Return a live process, None for one that has ended (waiting to be collected or not)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else Seen(pid, int(fields[3]), int(fields[19]))


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
