"""One reader a column type: text as delivered in, values and the reason of each refusal out.

A reader takes the text in NFKC and trimmed, and gives `(values, reasons)`: a value is null where the text is missing or
wrong, a reason is null where it is not wrong. Nothing is guessed, repaired or defaulted.
"""

from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
from stdnum.cn import uscc

from transforms import id_number
from transforms.contract import Column
from transforms.dates import read_dates
from transforms.text import SPACES, holds, plain, trimmed

Reading = tuple[pa.Array, pa.Array]

_MONEY = r"^-?(\d{1,3}(,\d{3})+|\d{1,15})(\.\d{1,6})?$"
_INTEGER = r"^-?\d{1,18}(\.0+)?$"
_TIMESTAMP = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)$"
_MIDNIGHT = r"[T ]0?0:00(:00(\.0+)?)?(\+08:?00)?$"
_ENTERPRISE = r"^[9A-Z][0-9A-Z]{17}$"
_NULL = pa.nulls(1, pa.string())[0]  # to make it of a value imports pandas
_BEGINNING, _FEW = 1 << 14, 0.2


def read_column(text: pa.Array, column: Column) -> Reading:
    """Values of one column by its contract, and why the others are none.

    Reasons: `missing`, `bad_format`, `not_a_number`, `out_of_range`, `impossible_date`, `unknown_code`, `bad_check_digit`.
    """
    text = _whole(text)
    values, reasons = _read_distinct(text, column) if _repeats(text) else _READERS[column.type](text, column)
    if column.between:
        low, high = column.between
        numbers = values.cast(pa.float64())
        outside = pc.or_(pc.less(numbers, low), pc.greater(numbers, high))
        reasons = _first(reasons, _where(outside, "out_of_range"))
    if column.required:
        reasons = _first(reasons, _where(pc.is_null(values), "missing"))
    return values, reasons


def _repeats(text: pa.Array) -> bool:
    """Whether a column's values come again and again, as codes and dates do; judged by its beginning."""
    beginning = text.slice(0, _BEGINNING)
    return len(text) > _BEGINNING and len(beginning.unique()) < len(beginning) * _FEW


def _read_distinct(text: pa.Array, column: Column) -> Reading:
    """Each distinct value read once."""
    coded = pc.dictionary_encode(text)
    values, reasons = _READERS[column.type](coded.dictionary, column)
    none = reasons.null_count == len(reasons)
    return pc.take(values, coded.indices), _no_reasons(text) if none else pc.take(reasons, coded.indices)


def check_order(values: pa.Array, earlier: pa.Array) -> pa.Array:
    """`out_of_range` where a date lies before the one that it may not precede."""
    return _where(pc.less(values, earlier), "out_of_range")


def texts(values: pa.Array, column: Column) -> pa.Array:
    """The words of codes and terms, for people to read."""
    words = column.codes or {value: word for word, value in column.terms.items()}
    return _look_up(values, words)


def _text(text: pa.Array, column: Column) -> Reading:
    given = trimmed(text)
    if column.length is None:
        return given, _no_reasons(text)
    right = pc.equal(pc.utf8_length(given), column.length)
    return pc.if_else(right, given, _NULL), _where(pc.invert(right), "bad_format")


def _key(text: pa.Array, _: Column) -> Reading:
    """A number of a record or an official, as keys compare: full-width digits make no other one."""
    return plain(text), _no_reasons(text)


def _lines(text: pa.Array, _: Column) -> Reading:
    """Text whose line breaks mean something, such as a résumé; only spaces at its ends go."""
    bare = pc.utf8_trim(text, characters=SPACES)
    return pc.if_else(pc.equal(bare, ""), _NULL, bare), _no_reasons(text)


def _region(text: pa.Array, _: Column) -> Reading:
    return _matching(plain(text), r"^\d{6}$", "bad_format", lambda t: t)


def _integer(text: pa.Array, _: Column) -> Reading:
    return _matching(plain(text), _INTEGER, "not_a_number", lambda t: _without_fraction(t).cast(pa.int64()))


def _money(text: pa.Array, column: Column) -> Reading:
    """An amount in yuan, to the fen, whatever unit it came in."""

    def convert(matching: pa.Array) -> pa.Array:
        if holds(matching, ","):
            matching = pc.replace_substring(matching, ",", "")
        sent = matching.cast(pa.decimal128(22, 6))
        yuan = pc.multiply(sent, pa.scalar(Decimal(column.times), pa.decimal128(10, 0)))
        return pc.round(yuan, 2).cast(pa.decimal128(24, 2), safe=False)

    return _matching(plain(text), _MONEY, "not_a_number", convert)


def _date(text: pa.Array, column: Column) -> Reading:
    """A day; a time of day beside it only if it is midnight (in the city, if it says where), by which programs write days."""
    given = plain(text)
    if holds(given, ":"):
        given = pc.replace_substring_regex(given, _MIDNIGHT, "")
    return _in_any_form(given, column.format or "%Y-%m-%d")


def _month(text: pa.Array, column: Column) -> Reading:
    return _in_any_form(plain(text), column.format or "%Y%m")


def _in_any_form(text: pa.Array, forms: str | list[str]) -> Reading:
    """Dates in one of several forms; a day that does not exist in one of them says more than not being of another."""
    if isinstance(forms, str):
        return read_dates(text, forms)
    readings = [read_dates(text, form) for form in forms]
    values = pc.coalesce(*(values for values, _ in readings))
    impossible = [pc.if_else(pc.equal(reasons, "impossible_date"), reasons, _NULL) for _, reasons in readings]
    reasons = pc.coalesce(*impossible, *(reasons for _, reasons in readings))
    return values, pc.if_else(pc.is_valid(values), _NULL, reasons)


def _date_or_month(text: pa.Array, _: Column) -> Reading:
    """Eight digits are a day, six a month; either way the text as written: a month is not a day."""
    digits = plain(text)
    _, as_day = read_dates(digits, "%Y%m%d")
    _, as_month = read_dates(digits, "%Y%m")
    reasons = pc.if_else(pc.equal(pc.utf8_length(digits), 6), as_month, as_day)
    return pc.if_else(pc.is_null(reasons), digits, _NULL), reasons


def _timestamp(text: pa.Array, _: Column) -> Reading:
    """Points in time with their offset; a time of day without one names no point in time."""
    given = plain(text)
    shaped = pc.match_substring_regex(given, _TIMESTAMP)
    import pandas as pd  # noqa: PLC0415  # the only one here who reads every ISO 8601 offset

    series = pc.if_else(shaped, given, _NULL).to_pandas()
    values = pa.array(pd.to_datetime(series, utc=True, errors="coerce", format="ISO8601")).cast(pa.timestamp("us", "UTC"))
    impossible = pc.and_(shaped, pc.is_null(values))
    return values, _first(_where(pc.invert(shaped), "bad_format"), _where(impossible, "impossible_date"))


def _code(text: pa.Array, column: Column) -> Reading:
    given = plain(text)
    values = _look_up(given, {code: code for code in column.codes})
    return values, _where(pc.and_(pc.is_valid(given), pc.is_null(values)), "unknown_code")


def _term(text: pa.Array, column: Column) -> Reading:
    given = plain(text)
    values = _look_up(given, column.terms)
    return values, _where(pc.and_(pc.is_valid(given), pc.is_null(values)), "unknown_code")


def _boolean(text: pa.Array, column: Column) -> Reading:
    given = plain(text)
    yes = pc.equal(given, column.true or "true")
    no = pc.invert(yes) if column.true and not column.false else pc.equal(given, column.false or "false")
    values = pc.if_else(yes, True, pc.if_else(no, False, pa.scalar(None, pa.bool_())))
    return values, _where(pc.and_(pc.is_valid(given), pc.is_null(values)), "unknown_code")


def _number(text: pa.Array) -> pa.Array:
    """An identity number as it is meant: in capitals, without the spaces that people group its digits with."""
    return pc.utf8_upper(pc.replace_substring(plain(text), " ", ""))


def _id18(text: pa.Array, _: Column) -> Reading:
    given = _number(text)
    reasons = id_number.check_id18(given)
    return pc.if_else(pc.is_null(reasons), given, _NULL), reasons


def _id15_18(text: pa.Array, _: Column) -> Reading:
    """A number of 18 digits, or of the 15 that were in force before 2000: no century, no check digit."""
    given = _number(text)
    old = pc.fill_null(pc.equal(pc.utf8_length(given), id_number.OLD_LENGTH), False)
    reasons = id_number.check_id18(given)
    if pc.any(old).as_py():
        reasons = pc.replace_with_mask(reasons, old, id_number.check_id15(given.filter(old)))
    return pc.if_else(pc.is_null(reasons), given, _NULL), reasons


def _id18_or_uscc(text: pa.Array, _: Column) -> Reading:
    """A person's number or an enterprise's code of as many characters, which begins with 9: no person's region does.

    Only the number is checked; a code identifies nobody whom we know.
    """
    given = _number(text)
    code = pc.fill_null(pc.match_substring_regex(given, _ENTERPRISE), False)
    reasons = pc.if_else(code, _NULL, id_number.check_id18(given))
    return pc.if_else(pc.is_null(reasons), given, _NULL), reasons


def _id_sha256(text: pa.Array, _: Column) -> Reading:
    return _matching(plain(text), r"^[0-9a-f]{64}$", "bad_format", lambda t: t)


def _id_masked(text: pa.Array, _: Column) -> Reading:
    return _matching(_number(text), id_number.MASKED_FORM, "bad_format", lambda t: t)


def _uscc(text: pa.Array, _: Column) -> Reading:
    """Unified social credit codes (GB 32100); python-stdnum judges each distinct one."""
    coded = pc.dictionary_encode(_whole(pc.utf8_upper(plain(text))))
    wrong = pa.array([None if uscc.is_valid(code) else _why_no_uscc(code) for code in coded.dictionary.to_pylist()],
                     pa.string())  # fmt: skip
    reasons = pc.take(wrong, coded.indices)
    return pc.if_else(pc.is_null(reasons), coded.cast(pa.string()), _NULL), reasons


def _why_no_uscc(code: str) -> str:
    return "bad_check_digit" if len(code) == len("11529900000100001X") and code.isalnum() else "bad_format"


_READERS: dict[str, Callable[[pa.Array, Column], Reading]] = {
    "text": _text,
    "key": _key,
    "lines": _lines,
    "name": _text,
    "region": _region,
    "integer": _integer,
    "money": _money,
    "date": _date,
    "month": _month,
    "date_or_month": _date_or_month,
    "timestamp": _timestamp,
    "code": _code,
    "term": _term,
    "boolean": _boolean,
    "id18": _id18,
    "id15_18": _id15_18,
    "id18_or_uscc": _id18_or_uscc,
    "id_sha256": _id_sha256,
    "id_masked_6_4": _id_masked,
    "uscc": _uscc,
}


def _matching(text: pa.Array, pattern: str, reason: str, convert: Callable[[pa.Array], pa.Array]) -> Reading:
    shaped = pc.match_substring_regex(text, pattern)
    if pc.all(shaped).as_py():
        return convert(text), _no_reasons(text)
    return convert(pc.if_else(shaped, text, _NULL)), _where(pc.invert(shaped), reason)


def _without_fraction(text: pa.Array) -> pa.Array:
    return pc.replace_substring_regex(text, r"\.0+$", "")


def _look_up(text: pa.Array, words: dict[str, str]) -> pa.Array:
    place = pc.index_in(text, value_set=pa.array(list(words), pa.string()))
    return pc.take(pa.array(list(words.values()), pa.string()), pc.if_else(pc.is_valid(text), place, pa.scalar(None, pa.int32())))


def _where(mask: pa.Array, reason: str) -> pa.Array:
    return pc.if_else(pc.fill_null(mask, False), reason, _NULL) if pc.any(mask).as_py() else _no_reasons(mask)


def _first(*reasons: pa.Array) -> pa.Array:
    said = [each for each in reasons if each.null_count < len(each)]
    return pc.coalesce(*said) if said else reasons[0]


def _no_reasons(text: pa.Array) -> pa.Array:
    return pa.nulls(len(text), pa.string())


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
