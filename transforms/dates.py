"""Calendar dates as departments write them, strictly: the shape of the contract, and a day that exists."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

EARLIEST, LATEST = 1900, 2100
DECEMBER = 12
_PARTS = {
    "%Y": r"(?P<y>\d{4})",
    "%m": r"(?P<m>\d{2})", "%-m": r"(?P<m>\d{1,2})",
    "%d": r"(?P<d>\d{2})", "%-d": r"(?P<d>\d{1,2})",
}  # fmt: skip

Integers = npt.NDArray[np.int64]


def days_from_parts(year: Integers, month: Integers, day: Integers) -> tuple[npt.NDArray, npt.NDArray[np.bool_]]:
    """Days as datetime64[D], and which of them exist in the calendar between 1900 and 2100."""
    possible = (year >= EARLIEST) & (year <= LATEST) & (month >= 1) & (month <= DECEMBER) & (day >= 1)
    months = ((np.where(possible, year, 1970) - 1970) * 12 + np.where(possible, month, 1) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    return days, possible & (days < (months + 1).astype("datetime64[D]"))


def read_dates(text: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    """Dates (date32) by a form, and why the others are none: `bad_format` or `impossible_date`.

    A form consists of %Y, %m and %d, with %-m and %-d for one digit or two; without a day it gives the first of the month.
    """
    parts = pc.extract_regex(text, _pattern(form))
    shaped = np.asarray(pc.is_valid(parts))
    year, month, day = (_part(parts, name, len(text), form) for name in "ymd")
    days, possible = days_from_parts(year, month, day)
    values = pa.array(days, pa.date32(), mask=~(shaped & possible))
    wrong = pa.array(~(shaped & possible) & np.asarray(pc.is_valid(text)))
    reason = pc.if_else(pa.array(shaped), "impossible_date", "bad_format")
    return values, pc.if_else(wrong, reason, pa.scalar(None, pa.string()))


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    for part, pattern in _PARTS.items():
        escaped = escaped.replace(re.escape(part), pattern)
    return f"^{escaped}$"


def _part(parts: pa.Array, name: str, length: int, form: str) -> Integers:
    if name not in form.lower():
        return np.ones(length, dtype=np.int64)
    return np.asarray(pc.fill_null(pc.struct_field(parts, name).cast(pa.int64()), 0))
