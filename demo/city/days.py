"""The city's days, and arithmetic on dates written as text."""

import calendar
import random
from datetime import date, datetime, timedelta, timezone
from functools import cache

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")
CHINA = timezone(timedelta(hours=8))


def random_day(rng: random.Random, first: str, last: str) -> str:
    """Draw an ISO date between two, both included."""
    start = _ordinal(first)
    return date.fromordinal(start + rng.randint(0, _ordinal(last) - start)).isoformat()


@cache
def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def random_moment(rng: random.Random, first: str, last: str) -> str:
    """Draw an ISO timestamp of +08:00, to the second, between two timestamps without an offset."""
    start = datetime.fromisoformat(first)
    seconds = int((datetime.fromisoformat(last) - start).total_seconds())
    return (start + timedelta(seconds=rng.randint(0, seconds))).replace(tzinfo=CHINA).isoformat()


def moment_of(rng: random.Random, day: int) -> str:
    """Draw a timestamp at which something altered that is delivered on the morning of day 0, 1 or 2."""
    morning = date.fromisoformat(DAYS[day])
    return random_moment(rng, f"{morning - timedelta(days=1)}T08:00:00", f"{morning}T05:00:00")


def add_days(day: str, days: int) -> str:
    """The ISO date so many days later, or earlier."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def add_months(day: str, months: int) -> str:
    """Add months to an ISO date; the 31st becomes the last day of a shorter month."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last)).isoformat()


def compact(day: str) -> str:
    """Write an ISO date as YYYYMMDD."""
    return day.replace("-", "")


def iso(day: str) -> str:
    """Write YYYYMMDD as an ISO date."""
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def age_on(born: str, day: str) -> int:
    """Completed years on an ISO date of somebody born on YYYYMMDD."""
    today = compact(day)
    return int(today[:4]) - int(born[:4]) - (today[4:] < born[4:])
