"""Resident identity numbers of 18 digits (GB 11643, check digit by ISO 7064 MOD 11-2)."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.dates import NINE, days_from_parts, number, read_dates
from transforms.text import of_length

_LENGTH = 18
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int16)
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_REASONS = (None, "bad_format", "impossible_date", "bad_check_digit")
_RIGHT, _BAD_FORMAT, _IMPOSSIBLE_DATE, _BAD_CHECK_DIGIT = range(len(_REASONS))
OLD_FORM, OLD_LENGTH = r"^[1-9]\d{14}$", 15
MASKED_FORM = r"^[1-9]\d{5}\*{8}\d{3}[\dX]$"


def check_id18(text: pa.Array) -> pa.Array:
    """Why each number is wrong: `bad_format`, `impossible_date`, `bad_check_digit`, or null where it is right.

    `text` is upper case and in NFKC; a null has no reason.
    """
    fits, characters = of_length(text, _LENGTH)
    digits, last = characters[:-1] - ord("0"), characters[-1]  # of what is no digit it makes a high number
    shaped = (digits <= NINE).all(axis=0) & (digits[0] > 0) & ((last - ord("0") <= NINE) | (last == ord("X")))
    _, possible = days_from_parts(number(digits[6:10]), number(digits[10:12]), number(digits[12:14]))
    weighed = sum(weight * each.astype(np.int16) for weight, each in zip(_WEIGHTS, digits, strict=True))
    right = _CHECK[weighed % len(_CHECK)] == last
    reason = np.full(len(text), _BAD_FORMAT, np.int8)
    reason[fits] = np.where(shaped, np.where(possible, np.where(right, _RIGHT, _BAD_CHECK_DIGIT), _IMPOSSIBLE_DATE), _BAD_FORMAT)
    reason[np.asarray(pc.is_null(text))] = _RIGHT
    return pa.array(_REASONS).take(pa.array(reason)) if reason.any() else pa.nulls(len(text), pa.string())


def check_id15(text: pa.Array) -> pa.Array:
    """Why numbers of 15 digits are wrong: `bad_format` or `impossible_date`, or null where one is right."""
    shaped = pc.match_substring_regex(text, OLD_FORM)
    century = pc.binary_join_element_wise("19", pc.utf8_slice_codeunits(text, 6, 12), "")
    _, reasons = read_dates(pc.if_else(shaped, century, pa.scalar(None, pa.string())), "%Y%m%d")
    return pc.coalesce(pc.if_else(pc.fill_null(shaped, True), pa.scalar(None, pa.string()), "bad_format"), reasons)


def old_form(text: pa.Array) -> pa.Array:
    """The 15 digits that a number of 18 had before 2000; null for who was born since."""
    without = pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, 6), pc.utf8_slice_codeunits(text, 8, 17), "")
    return pc.if_else(pc.equal(pc.utf8_slice_codeunits(text, 6, 8), "19"), without, pa.scalar(None, pa.string()))


def masked(text: pa.Array) -> pa.Array:
    """The first six and last four characters of a number, eight stars between."""
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, 6), pc.utf8_slice_codeunits(text, 14, 18), "********")


def region_of(text: pa.Array) -> pa.Array:
    """What may stand beside a birth date: the first six characters and twelve stars. With four more it would be the number."""
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(text, 0, 6), "************", "")


def born_on(text: pa.Array) -> pa.Array:
    """The birth date inside valid numbers of 18 digits, as date32."""
    return pc.strptime(pc.utf8_slice_codeunits(text, 6, 14), format="%Y%m%d", unit="s").cast(pa.date32())
