"""Dates against the standard library's calendar."""

import re
from datetime import datetime

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.dates import read_dates

FORMS = {"%Y-%m-%d": r"\d{4}-\d{2}-\d{2}", "%Y%m%d": r"\d{8}", "%Y%m": r"\d{6}", "%Y年%m月%d日": r"\d{4}年\d{2}月\d{2}日"}


def reference(text: str | None, form: str) -> tuple[object, str | None]:
    """The day and the reason, by `datetime`; a form without a day gives the first of the month."""
    if text is None:
        return None, None
    if not re.fullmatch(FORMS[form], text, re.ASCII):
        return None, "bad_format"
    try:
        found = datetime.strptime(text, form).date()
    except ValueError:
        return None, "impossible_date"
    return (found, None) if 1900 <= found.year <= 2100 else (None, "impossible_date")


@st.composite
def written(draw: st.DrawFn, form: str) -> str:
    """A day in a form, most of them possible, some not."""
    year, month, day = draw(st.integers(1890, 2110)), draw(st.integers(0, 13)), draw(st.integers(0, 32))
    return form.replace("%Y", f"{year:04d}").replace("%m", f"{month:02d}").replace("%d", f"{day:02d}")


@given(st.data(), st.sampled_from(sorted(FORMS)))
def test_a_date_is_read_as_the_calendar_has_it(data: st.DataObject, form: str) -> None:
    other = data.draw(st.sampled_from(sorted(FORMS)))
    texts = data.draw(st.lists(st.none() | written(form) | written(other) | st.text("0123456789-/年 ", max_size=11), max_size=20))
    values, reasons = read_dates(pa.array(texts, pa.string()), form)
    assert list(zip(values.to_pylist(), reasons.to_pylist(), strict=True)) == [reference(text, form) for text in texts]


def test_every_day_of_two_centuries() -> None:
    start, end = datetime(1900, 1, 1).toordinal(), datetime(2100, 12, 31).toordinal()
    days = [datetime.fromordinal(number).date() for number in range(start, end + 1)]
    values, reasons = read_dates(pa.array([day.isoformat() for day in days]), "%Y-%m-%d")
    assert values.to_pylist() == days
    assert reasons.null_count == len(days)
