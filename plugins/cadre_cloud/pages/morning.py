"""A day's feeds as a data engineer wants to see them: what became of each, and which want a look, in words."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from croniter import croniter

from cadre_cloud.pages.reading import Row
from cadre_cloud.settings import SHANGHAI
from transforms.contract import Contract

ACT, LOOK, FINE, QUIET = "act", "look", "fine", "quiet"  # how urgent, most first
_ORDER = (ACT, LOOK, FINE, QUIET)
_IMPACT = ("high", "middle", "low")
_FEW = 3  # days; of fewer nothing is usual
_OFTEN, _TIMES = 0.05, 3  # a share of refused rows that is remarkable where it is so many times the usual one

Say = Callable[..., str]


@dataclass(frozen=True)
class Feed:
    """One resource on one day.

    days: the days that are shown, this one last. history: what the ledger says of those on which something came or settled.
    last_good: the last day that can be trusted. warnings: how many expectations of the suite were not met that only warn.
    stopped_on: since when nothing new is linked without a person, none where it is.
    """

    contract: Contract
    days: list[date]
    history: dict[date, Row]
    last_good: date | None
    warnings: int
    stopped_on: date | None = None

    @property
    def day(self) -> date:
        """The day that it is about."""
        return self.days[-1]

    @property
    def today(self) -> Row | None:
        """What the ledger says of the day."""
        return self.history.get(self.day)

    @property
    def due(self) -> datetime | None:
        """When it was due on the day, none where it was not."""
        begin = datetime.combine(self.day, time(), SHANGHAI)
        due = croniter(self.contract.schedule, begin - timedelta(seconds=1)).get_next(datetime)
        return due if due < begin + timedelta(days=1) else None

    @property
    def received(self) -> list[int | None]:
        """Rows of each day, none where nothing was read."""
        return [row["read"] if (row := self.history.get(day)) and row["read"] else None for day in self.days]

    @property
    def refused(self) -> list[float | None]:
        """The share of them that was refused."""
        return [share_refused(self.history.get(day)) for day in self.days]

    @property
    def identity(self) -> dict[str, float]:
        """How strongly those were identified who were linked when somebody last was: the share of each evidence."""
        for day in reversed(self.days):
            counts: Counter[str] = Counter()
            for linked in (self.history.get(day) or {}).get("identity") or []:
                counts.update(linked)
            if total := counts.total():
                return {evidence: number / total for evidence, number in counts.most_common()}
        return {}

    @property
    def stale_for(self) -> int | None:
        """For how many days nothing that can be trusted has come, where that is too long."""
        age = (self.day - self.last_good).days if self.last_good else None
        return age if age is not None and age > self.contract.late_after.days else None

    @property
    def is_decided(self) -> bool:
        """Whether all that was held of the day has been rejected."""
        return self.today is not None and self.today["outcome"] == "held" and not self.today["held"]

    def outcome(self, now: datetime) -> str:
        """What became of the day, in a word."""
        if not self.contract.is_on:
            return "off"
        if self.today and self.today["outcome"]:
            return "rejected" if self.is_decided else self.today["outcome"]
        if self.due is None:
            return "not due"
        return "on its way" if self.today else ("missing" if self.due < now else "awaited")

    def urgency(self, now: datetime, say: Say) -> str:
        """How soon somebody has to look."""
        outcome = self.outcome(now)
        if outcome in ("failed", "held", "missing") or (self.today and self.today["held"]) or self.stopped_on:
            return ACT
        if outcome != "off" and self.remarks(say):
            return LOOK
        return FINE if outcome == "loaded" else QUIET

    def remarks(self, say: Say) -> list[str]:
        """What there is to say of the day."""
        told = [self.today["message"]] if self.today and self.today["message"] and not self.is_decided else []
        if self.stale_for is not None:
            told.append(say("Stale: the last good day is {days} days ago", days=self.stale_for))
        if self.stopped_on:
            told.append(say("Automatic linking is stopped since {day}", day=self.stopped_on))
        if self.today:
            told += self._remarks_on(self.today, say)
        return told

    def _remarks_on(self, today: Row, say: Say) -> list[str]:
        told, before = [], self.days[:-1]
        usual = median(shares) if len(shares := _known(share_refused(self.history.get(day)) for day in before)) >= _FEW else None
        share = share_refused(today)
        if share and usual is not None and share > max(_OFTEN, _TIMES * usual):
            told.append(say("{share:.1%} of the rows were refused, usually {usual:.1%}", share=share, usual=usual))
        rows = _known(self.received[:-1])
        if self.contract.mode == "snapshot" and today["read"] and len(rows) >= _FEW and today["read"] < median(rows) / 2:
            told.append(say("{rows:,} rows, usually {usual:,.0f}", rows=today["read"], usual=median(rows)))
        if today["unknown_columns"]:
            told.append(say("{number} columns that the contract does not know", number=today["unknown_columns"]))
        if self.warnings:
            told.append(say("{number} expectations not met (warnings)", number=self.warnings))
        if today["roster_day"] and today["roster_day"] < self.day:
            told.append(say("searched for the officials of {day}", day=today["roster_day"]))
        return told


def in_order(feeds: Iterable[Feed], now: datetime, say: Say) -> list[Feed]:
    """What wants a look first, and of that what matters most."""

    def place(feed: Feed) -> tuple[int, int, str]:
        return _ORDER.index(feed.urgency(now, say)), _IMPACT.index(feed.contract.impact), feed.contract.resource

    return sorted(feeds, key=place)


def share_refused(row: Row | None) -> float | None:
    """Of a day's rows that were read the share that was refused."""
    return row["refused"] / row["read"] if row and row["read"] else None


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
