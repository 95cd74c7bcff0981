"""Resident identity numbers of 18 digits (GB 11643, check digit by ISO 7064 MOD 11-2)."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from transforms.dates import days_from_parts, read_dates

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_REASONS = (None, "bad_format", "impossible_date", "bad_check_digit")
_RIGHT, _BAD_FORMAT, _IMPOSSIBLE_DATE, _BAD_CHECK_DIGIT = range(len(_REASONS))
FORM = r"^[1-9]\d{16}[\dX]$"
OLD_FORM, OLD_LENGTH = r"^[1-9]\d{14}$", 15
MASKED_FORM = r"^[1-9]\d{5}\*{8}\d{3}[\dX]$"


def check_id18(text: pa.Array) -> pa.Array:
    """Why each number is wrong: `bad_format`, `impossible_date`, `bad_check_digit`, or null where it is right.

    `text` is upper case and in NFKC; a null has no reason.
    """
    shaped = pc.fill_null(pc.match_substring_regex(text, FORM), False)
    digits = _bytes(text.filter(shaped))
    numbers = digits[:, :17].astype(np.int64) - ord("0")
    _, possible = days_from_parts(*(_number(numbers[:, a:b]) for a, b in ((6, 10), (10, 12), (12, 14))))
    right = _CHECK[(numbers @ _WEIGHTS) % 11] == digits[:, 17]
    reason = np.full(len(text), _BAD_FORMAT)
    reason[np.asarray(shaped)] = np.where(~possible, _IMPOSSIBLE_DATE, np.where(right, _RIGHT, _BAD_CHECK_DIGIT))
    reason[np.asarray(pc.is_null(text))] = _RIGHT
    return pa.array(_REASONS).take(pa.array(reason))  # made here: to make an array imports pandas


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


def born_on(text: pa.Array) -> pa.Array:
    """The birth date inside valid numbers of 18 digits, as date32."""
    return pc.strptime(pc.utf8_slice_codeunits(text, 6, 14), format="%Y%m%d", unit="s").cast(pa.date32())


def _bytes(text: pa.Array) -> npt.NDArray[np.uint8]:
    array = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    return np.frombuffer("".join(array.to_pylist()).encode("ascii"), dtype=np.uint8).reshape(-1, 18)


def _number(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return digits @ (10 ** np.arange(digits.shape[1] - 1, -1, -1))
