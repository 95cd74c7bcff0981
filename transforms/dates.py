"""Calendar dates as departments write them, strictly: the shape of the contract, and a day that exists."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.text import of_length

EARLIEST, LATEST = 1900, 2100
DECEMBER, NINE = 12, 9
_BETWEEN = r"^(\d{4}\.\d{1,2}) ?[-—–~至] ?(\d{4}\.\d{1,2})$"
_PARTS = {
    "%Y": r"(?P<y>\d{4})",
    "%m": r"(?P<m>\d{2})", "%-m": r"(?P<m>\d{1,2})",
    "%d": r"(?P<d>\d{2})", "%-d": r"(?P<d>\d{1,2})",
}  # fmt: skip

# The first day of each month, and of the one behind the last.
_MONTHS = np.arange(f"{EARLIEST}-01", f"{LATEST + 1}-02", dtype="datetime64[M]").astype("datetime64[D]").astype(np.int32)

Integers = npt.NDArray[np.int64]


def days_from_parts(year: Integers, month: Integers, day: Integers) -> tuple[npt.NDArray, npt.NDArray[np.bool_]]:
    """Days since 1970-01-01, as date32 has them, and which of them exist in the calendar between 1900 and 2100."""
    possible = (year >= EARLIEST) & (year <= LATEST) & (month >= 1) & (month <= DECEMBER) & (day >= 1)
    place = np.where(possible, (year - EARLIEST) * DECEMBER + month - 1, 0)
    days = _MONTHS[place] + (day - 1)
    return days, possible & (days < _MONTHS[place + 1])


def read_dates(text: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    """Dates (date32) by a form, and why the others are none: `bad_format` or `impossible_date`.

    A form consists of %Y, %m and %d, with %-m and %-d for one digit or two; without a day it gives the first of the month.
    """
    shaped, *parts = _parts_by_place(text, form) if "%-" not in form else _parts_by_pattern(text, form)
    days, possible = days_from_parts(*parts)
    exists = shaped & possible
    values = pa.array(days.astype(np.int32), pa.int32(), mask=~exists).cast(pa.date32())
    wrong = ~exists & np.asarray(pc.is_valid(text))
    if not wrong.any():
        return values, pa.nulls(len(text), pa.string())
    reason = pc.if_else(pa.array(shaped), "impossible_date", "bad_format")
    return values, pc.if_else(pa.array(wrong), reason, pa.scalar(None, pa.string()))


def months_between(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The first and the last day of months typed as 2023.01-2025.12; null where it is anything else."""
    first, last = (pc.replace_substring_regex(text, _BETWEEN, place) for place in (r"\1", r"\2"))
    (began, _), (ended, _) = read_dates(first, "%Y.%-m"), read_dates(last, "%Y.%-m")
    whole = pc.and_(pc.is_valid(began), pc.is_valid(ended))
    following = (ended.to_numpy(zero_copy_only=False).astype("datetime64[M]") + 1).astype("datetime64[D]") - 1
    nothing = pa.scalar(None, pa.date32())
    return pc.if_else(whole, began, nothing), pc.if_else(whole, pa.array(following, pa.date32()), nothing)


def number(digits: npt.NDArray[np.uint8]) -> Integers:
    """Numbers by their digits, a row for each place."""
    value = np.zeros(digits.shape[1], np.int64)
    for each in digits:
        value = value * 10 + each
    return value


def _parts_by_place(text: pa.Array, form: str) -> list[npt.NDArray]:
    """Which values are of a form of fixed length, and their years, months and days."""
    layout = form.replace("%Y", "yyyy").replace("%m", "mm").replace("%d", "dd").encode()
    fits, characters = of_length(text, len(layout))
    digits = characters - ord("0")  # of what is none it makes a high number
    is_so = [digits[place] <= NINE if chr(sign) in "ymd" else characters[place] == sign for place, sign in enumerate(layout)]
    found = [np.logical_and.reduce(is_so)]
    for part in b"ymd":
        places = [place for place, sign in enumerate(layout) if sign == part]
        found.append(number(digits[places]) if places else np.ones(digits.shape[1], np.int64))
    return found if fits.all() else [_among(fits, each) for each in found]


def _among(fits: npt.NDArray[np.bool_], found: npt.NDArray) -> npt.NDArray:
    every = np.zeros(len(fits), found.dtype)
    every[fits] = found
    return every


def _parts_by_pattern(text: pa.Array, form: str) -> list[npt.NDArray]:
    """The same of a form with parts of one digit or two."""
    parts = pc.extract_regex(text, _pattern(form))
    return [np.asarray(pc.is_valid(parts)), *(_part(parts, name, len(text), form) for name in "ymd")]


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    for part, pattern in _PARTS.items():
        escaped = escaped.replace(re.escape(part), pattern)
    return f"^{escaped}$"


def _part(parts: pa.Array, name: str, length: int, form: str) -> Integers:
    if name not in form.lower():
        return np.ones(length, dtype=np.int64)
    return np.asarray(pc.fill_null(pc.struct_field(parts, name).cast(pa.int64()), 0))
