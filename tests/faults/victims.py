"""Whom a day can lose, and how: as the kernel does when memory runs out, as an operator in a hurry, as a power cut."""

import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

from demo import airflow, postgres, processes
from demo.stack import Stack

Task = psutil.Process


def tasks(stack: Stack) -> list[Task]:
    """The processes in which tasks run now: each is the child of a worker of the scheduler's, who supervises it."""
    with suppress(psutil.NoSuchProcess):
        return [task for worker in psutil.Process(_pid(stack, "scheduler")).children() for task in worker.children()]
    return []


def kill_task(_stack: Stack, task: Task) -> None:
    """The task's own process; who supervises it lives on and tells."""
    _kill([task.pid])


def kill_supervisor(_stack: Stack, task: Task) -> None:
    """The worker that supervises a task; the task's process lives on, with nobody to report to."""
    _kill([task.ppid()])


def kill_scheduler_alone(stack: Stack, _task: Task) -> None:
    """The scheduler's first process; its workers and their tasks live on beside the next one's, out of the watchdog's sight."""
    pid = _pid(stack, "scheduler")
    (stack.run / "scheduler.json").rename(stack.run / f"orphans-{pid}.json")
    _kill([pid])


def kill_scheduler(stack: Stack, _task: Task) -> None:
    """The scheduler with its workers and their tasks, as a container or a service ends."""
    _kill(_family(stack, "scheduler"))


def freeze_scheduler(stack: Stack, _task: Task) -> None:
    """The scheduler's first process lives, and does nothing any more; its workers go on until somebody ends them all."""
    os.kill(_pid(stack, "scheduler"), signal.SIGSTOP)


def kill_api_server(stack: Stack, _task: Task) -> None:
    """Whom tasks tell how they ended."""
    _kill(_family(stack, "api-server"))


def kill_postgres(stack: Stack, _task: Task) -> None:
    """All processes of the databases' server, the first one first."""
    data = stack.var / "postgres" / "data"
    first = postgres._postmaster(data)
    _kill([first, *postgres._processes(data)])


def shut_postgres_down(stack: Stack, _task: Task) -> None:
    """What `pg_ctl stop -m immediate` does: no checkpoint, no good-bye."""
    os.kill(postgres._postmaster(stack.var / "postgres" / "data"), signal.SIGQUIT)


def kill_session(stack: Stack, _task: Task) -> None:
    """One of the server's sessions with the warehouse: the server then ends all others, recovers and goes on."""
    data = stack.var / "postgres" / "data"
    sessions = [pid for pid in postgres._processes(data) if " warehouse " in " ".join(psutil.Process(pid).cmdline())]
    _kill(sessions[:1])


def kill_everything(stack: Stack, _task: Task) -> None:
    """All of Airflow and the databases, as by a power cut that spares the disk's cache."""
    airflows = [pid for name in airflow.COMPONENTS for pid in _family(stack, name)]
    _kill([*airflows, *postgres._processes(stack.var / "postgres" / "data")])


VICTIMS: dict[str, Callable[[Stack, Task], None]] = {
    "task": kill_task,
    "supervisor": kill_supervisor,
    "scheduler alone": kill_scheduler_alone,
    "scheduler": kill_scheduler,
    "scheduler frozen": freeze_scheduler,
    "api-server": kill_api_server,
    "postgres": kill_postgres,
    "postgres immediate": shut_postgres_down,
    "postgres session": kill_session,
    "everything": kill_everything,
}


def end_orphans(stack: Stack) -> None:
    """End what killed schedulers have left, as it would end with their machine."""
    for name in processes.names(stack.run):
        if name.startswith("orphans-"):
            processes.stop(stack.run, name, 0)


def _pid(stack: Stack, name: str) -> int:
    record = processes._recall(stack.run, name)
    assert record is not None
    return record.pid


def _family(stack: Stack, name: str) -> list[int]:
    pid = _pid(stack, name)
    return [pid, *(seen.pid for seen in processes._all_seen() if seen.session == pid and seen.pid != pid)]


def _kill(pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
