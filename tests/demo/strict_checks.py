"""What single values must be, written from the specification: each check gives a reason, or nothing."""

import re
from datetime import date, datetime

CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def a_code(*codes):
    return lambda value: None if value in codes else "unknown_code"


def a_date(form, length):
    def check(value):
        if not re.fullmatch(length, value):
            return "bad_format"
        try:
            datetime.strptime(value, form)
        except ValueError:
            return "impossible_date"
        return None

    return check


def a_pattern(pattern):
    return lambda value: None if re.fullmatch(pattern, value) else "bad_format"


def a_number(least, most):
    def check(value):
        value = value.replace(",", "")
        if not re.fullmatch(r"-?\d+(\.\d+)?", value):
            return "not_a_number"
        return None if least <= float(value) <= most else "out_of_range"

    return check


def an_id_number(value):
    if not re.fullmatch(r"\d{17}[\dXx]", value):
        return "bad_format"
    remainder = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(value[:17])) % 11
    if "10X98765432"[remainder] != value[17].upper():
        return "bad_check_digit"
    return whole_day(value[6:14])


def a_credit_code(value):
    total = sum(CREDIT_DIGITS.index(digit) * 3**place for place, digit in enumerate(value[:17]))
    return None if CREDIT_DIGITS[-total % 31] == value[17] else "bad_check_digit"


whole_day, month = a_date("%Y%m%d", r"\d{8}"), a_date("%Y%m", r"\d{6}")
iso_day, a_dashed_month = a_date("%Y-%m-%d", r"\d{4}-\d{2}-\d{2}"), a_date("%Y-%m", r"\d{4}-\d{2}")


def a_birth(value):
    return month(value) if len(value) == 6 else whole_day(value)


def anything(_):
    return None


def a_timestamp(value):
    try:
        return None if datetime.fromisoformat(value).tzinfo else "bad_format"
    except ValueError:
        return "bad_format"


def a_slashed_day(value):
    return _split_day(value, r"(\d{4})/(\d{1,2})/(\d{1,2})")


def an_audit_day(value):
    """An Excel serial, or YYYY.M.D."""
    return None if re.fullmatch(r"4\d{4}", value) else _split_day(value, r"(\d{4})\.(\d{1,2})\.(\d{1,2})")


def _split_day(value, pattern):
    found = re.fullmatch(pattern, value)
    if not found:
        return "bad_format"
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return "impossible_date"
    return None


def a_taxpayer(value):
    return an_id_number(value) if value.upper()[0] in "123456789" and value[:2] != "91" else a_credit_code(value)
