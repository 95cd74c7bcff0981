"""Several processes at once, forked as Airflow's workers are, each with connections of its own."""

import multiprocessing
import traceback
from collections.abc import Callable

_forked = multiprocessing.get_context("fork")


def at_once(*works: Callable[[], object], within: float = 180) -> None:
    """Have each done in a process of its own; raises AssertionError with what one of them says that fails or does not end."""
    said = _forked.SimpleQueue()
    begin = _forked.Barrier(len(works))

    def do(work: Callable[[], object]) -> None:
        try:
            begin.wait()
            work()
        except BaseException:
            said.put(traceback.format_exc())
            raise SystemExit(1) from None

    processes = [_forked.Process(target=do, args=[work]) for work in works]
    for process in processes:
        process.start()
    for process in processes:
        process.join(within)
    late = [process for process in processes if process.is_alive()]
    for process in late:
        process.kill()
        process.join()
    failed = [process.exitcode for process in processes if process.exitcode]
    assert not failed, "\n".join(
        [f"{len(late)} did not end; exit codes {failed}", *(said.get() for _ in failed if not said.empty())]
    )


class Turnstile:
    """Where some processes wait for each other, again and again."""

    def __init__(self, number: int) -> None:
        self._barrier = _forked.Barrier(number)

    def __call__(self) -> None:
        self._barrier.wait(120)
