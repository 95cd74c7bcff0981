"""What was started is ended with all its children, and nothing else is."""

import os
import shutil
import sys
import time
from pathlib import Path

from demo import processes

# Starts a child that ignores SIGTERM, writes its number, and waits.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.fork()
if child:
    open(sys.argv[1], "w").write(str(child))
time.sleep(60)
"""


def start_family(var: Path) -> int:
    """Start the process `family` and return its child's number."""
    note = var / "child"
    command = [sys.executable, "-c", STUBBORN, str(note)]
    processes.start(var / "run", "family", command, env=os.environ, log=var / "log")
    assert processes.wait_until(lambda: note.exists() and bool(note.read_text()), 10)
    return int(note.read_text())


def is_alive(pid: int) -> bool:
    return processes._see(pid) is not None


def test_children_end_with_the_first(var: Path) -> None:
    child = start_family(var)
    assert processes.is_alive(var / "run", "family")
    processes.stop(var / "run", "family", 0.1)
    assert not is_alive(child)
    assert not processes.is_alive(var / "run", "family")
    assert processes.names(var / "run") == []


def test_children_of_a_killed_process_are_found(var: Path) -> None:
    child = start_family(var)
    record = processes._recall(var / "run", "family")
    assert record is not None
    os.kill(record.pid, 9)
    assert processes.wait_until(lambda: not processes.is_alive(var / "run", "family"), 5)
    assert is_alive(child)
    processes.stop(var / "run", "family", 0.1)
    assert not is_alive(child)


def test_a_copied_folder_does_not_reach_the_original(var: Path) -> None:
    child = start_family(var)
    shutil.copytree(var / "run", var / "copy")
    processes.stop(var / "copy", "family", 0.1)
    assert is_alive(child)
    processes.stop(var / "run", "family", 0.1)


def test_the_exit_code_can_be_waited_for(var: Path) -> None:
    command = [sys.executable, "-c", "print('said'); raise SystemExit(3)"]
    processes.start(var / "run", "short", command, env=os.environ, log=var / "log")
    assert processes.wait(var / "run", "short") == 3
    assert (var / "log").read_text() == "said\n"


def test_waiting_is_bounded() -> None:
    began = time.monotonic()
    assert not processes.wait_until(lambda: False, 0.2)
    assert time.monotonic() - began < 1
