"""One thing that came, not yet read."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from cadre_cloud.readable import Readable

Rest = Callable[[float], None]  # is told for how many seconds a source wants to be left alone, by everybody


class SourceError(Readable):
    """A source that did not deliver, and hardly will before somebody sees to it; the message is fit for a log and a mail."""


class Later(SourceError):
    """A source that did not deliver and may do so when it is asked again: after `wait` seconds where it said so."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        """Keep the wait."""
        super().__init__(message)
        self.wait = wait


class NotRead(Exception):
    """Something that came and cannot be read, while all else can: a reason code.

    Reasons: `being_written` (it changed while it was looked at), `folder`, `link`, `no_file` (a pipe or a device), `no_day` (the
    date in its name does not exist), `far_day` (it lies over half a year ahead), `unreadable`; and of an archive of forms
    `broken`, or `too_big` unpacked.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Arrival:
    """A file, or a pull.

    file: its name as sent, or what was pulled. snapshot_on: the day it speaks of. chunks: gives its bytes when they are
    wanted, or raises NotRead, at their end at the latest. size and modified_at: by which a file that was seen before is
    told without reading it. dropped: names of items that were removed from what came, and how often each; complete once the
    bytes were taken.
    """

    file: str
    snapshot_on: date
    chunks: Callable[[], Iterable[bytes]]
    size: int | None = None
    modified_at: datetime | None = None
    dropped: Counter[str] = field(default_factory=Counter)
