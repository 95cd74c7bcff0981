"""Asking a gateway again that fails: not for ever, not in a hurry, and not before it wants to be asked."""

import random
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from cadre_cloud.sources.arrival import Later, Rest, SourceError

T = TypeVar("T")

_TRIES = {False: 6, True: 3}  # in a row; fewer where a failure looks as if it would last
_REPEATS = 60  # in a pull
_PULL = 3600.0  # seconds for a pull, all waiting included
_BACKOFF, _MOST_BACKOFF = 1.0, 30.0  # seconds, doubled with each failure in a row
_SHORT = 60.0  # seconds of waiting for which a task keeps its slot


class Failure(Exception):
    """No good answer.

    path: what was asked for. cause: what happened, behind "the gateway". is_lasting: a refusal, which asking again will hardly
    change. rest: for how many seconds the gateway wants to be left alone.
    """

    def __init__(self, path: str, cause: str, *, is_lasting: bool = False, rest: float = 0) -> None:
        """Keep what happened."""
        super().__init__(cause)
        self.path, self.cause, self.is_lasting, self.rest = path, cause, is_lasting, rest


class Patience:
    """The patience that we have with one gateway during one pull; `failures` counts by cause."""

    def __init__(self, rest: Rest) -> None:
        """Begin a pull; `rest` is told whenever the gateway wants to be left alone."""
        self._rest = rest
        self._end = time.monotonic() + _PULL
        self.failures: Counter[str] = Counter()

    def insist(self, ask: Callable[[], T]) -> T:
        """Ask until there is a good answer.

        Raises:
            Later: the gateway fails more often, or wants to be left alone for longer, than a pull can bear.
            SourceError: it refuses, or the pull goes on for too long.
        """
        in_a_row: Counter[bool] = Counter()
        while True:
            if time.monotonic() > self._end:
                raise SourceError(f"the gateway's pages did not end within {_PULL:g} seconds")
            try:
                return ask()
            except Failure as failure:
                in_a_row[failure.is_lasting] += 1
                self._bear(failure, in_a_row)

    def _bear(self, failure: Failure, in_a_row: Counter[bool]) -> None:
        """Wait until it may be asked again, or give up."""
        self.failures[failure.cause] += 1
        if failure.rest:
            self._rest(failure.rest)
        wait = max(failure.rest, _backoff(in_a_row.total()))
        may_repeat = in_a_row[failure.is_lasting] < _TRIES[failure.is_lasting] and self.failures.total() <= _REPEATS
        if may_repeat and wait <= _SHORT and time.monotonic() + wait < self._end:
            time.sleep(wait)
            return
        cause = f"{failure.path}: the gateway {failure.cause}; {self.failures.total()} bad answers in this pull"
        raise SourceError(cause) if failure.is_lasting else Later(cause, failure.rest or None)


def _backoff(failures: int) -> float:
    return min(_BACKOFF * 2 ** (failures - 1), _MOST_BACKOFF) * random.uniform(0.5, 1)  # noqa: S311  # no secret
