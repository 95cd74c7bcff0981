"""Text that may be shown: of what looks like an identity number, wherever it stands, the first six and last four characters."""

import re

_SIGN = r"[\dA-Za-zＡ-Ｚａ-ｚ]"
_NUMBER = re.compile(rf"{_SIGN}(?:[\s\-－]{{0,3}}{_SIGN}){{14,}}")  # spaces and hyphens stand within numbers as well
_FEWEST = 12  # digits; letters stand in numbers for digits that look like them
_SHOWN = (6, 4)


def hide_numbers(text: str) -> str:
    """Hide the middle of every run of fifteen signs or more that are mostly digits, in whatever width, and of every hash."""
    return _NUMBER.sub(lambda found: hide(found[0]) if _is_number(found[0]) else found[0], text)


def hide(text: str) -> str:
    """Hide the middle of a text, or all of a short one."""
    first, last = _SHOWN if len(text) > sum(_SHOWN) + 2 else (0, 0)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


def _is_number(text: str) -> bool:
    is_hash = re.fullmatch(r"[0-9A-Fa-f]{32,}", text)
    return bool(is_hash) or sum(sign.isdigit() for sign in text) >= _FEWEST
