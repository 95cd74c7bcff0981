"""Identity numbers against the standard's own words (GB 11643, ISO 7064 MOD 11-2), written down plainly."""

from datetime import date

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.id_number import born_on, check_id18, masked

CHARACTERS = "0123456789X"


def check_character(body: str) -> str:
    """ISO 7064: the sum of a_i * 2^(i-1) over all 18 places, counted from the right, is 1 modulo 11."""
    total = sum(int(digit) * 2 ** (18 - place) for place, digit in enumerate(body, start=1))
    return CHARACTERS[(1 - total) % 11]


def reason(number: str) -> str | None:
    """Why a number is wrong, by the standard."""
    body, last = number[:17], number[17:]
    if len(number) != 18 or not (body.isascii() and body.isdigit()) or last not in CHARACTERS or not last or number[0] == "0":
        return "bad_format"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "impossible_date"
    if not 1900 <= born.year <= 2100:
        return "impossible_date"
    return None if last == check_character(body) else "bad_check_digit"


def checked(*numbers: str | None) -> list[str | None]:
    return check_id18(pa.array(numbers, pa.string())).to_pylist()


days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Valid ones, of codes that belong to no place."""
    body = f"5299{draw(st.integers(0, 99)):02d}{draw(days):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_character(body)


digits = st.text("0123456789", min_size=1, max_size=20)
anything = st.one_of(
    numbers(),
    st.builds(lambda number, end: number[:17] + end, numbers(), st.sampled_from(CHARACTERS)),
    st.builds("5299{}".format, digits),
    st.builds(lambda born, end: f"529901{born}{end:04d}", st.integers(18990000, 21011399), st.integers(0, 9999)),
    st.text("0123456789Xx*-　", max_size=19),
)


@given(st.lists(st.none() | anything, max_size=20))
def test_a_number_is_judged_as_the_standard_does(given_numbers: list[str | None]) -> None:
    assert checked(*given_numbers) == [None if number is None else reason(number) for number in given_numbers]


@given(numbers())
def test_any_single_wrong_character_is_refused(number: str) -> None:
    wrong = [
        number[:place] + other + number[place + 1 :]
        for place in range(18)
        for other in (CHARACTERS if place == 17 else CHARACTERS[:10])
        if other != number[place]
    ]
    assert None not in checked(*wrong)


@given(numbers())
def test_two_neighbours_that_changed_places_are_refused(number: str) -> None:
    swapped = {number[:n] + number[n + 1] + number[n] + number[n + 2 :] for n in range(17)} - {number}
    assert None not in checked(*swapped)


@given(numbers())
def test_masks_and_birth_dates_are_those_of_the_number(number: str) -> None:
    column = pa.array([number, None])
    assert masked(column).to_pylist() == [f"{number[:6]}********{number[14:]}", None]
    assert born_on(column).to_pylist() == [date(int(number[6:10]), int(number[10:12]), int(number[12:14])), None]
