"""Text that may be shown: of what looks like an identity number, wherever it stands, the first six characters.

With four more, a birth date beside it would make it whole.
"""

import re

_SIGN = r"[\dA-Za-zＡ-Ｚａ-ｚ]"
_NUMBER = re.compile(rf"{_SIGN}(?:[\s\-－]{{0,3}}{_SIGN}){{14,}}")  # spaces and hyphens stand within numbers as well
_FEWEST = 12  # digits; letters stand in numbers for digits that look like them
_SHOWN = 6


def hide_numbers(text: str) -> str:
    """Hide all but the beginning of every hash, and of every run of fifteen signs or more, in whatever width, mostly digits."""
    return _NUMBER.sub(lambda found: hide(found[0]) if _is_number(found[0]) else found[0], text)


def hide(text: str) -> str:
    """Hide all but the beginning of a text, or all of a short one."""
    first = _SHOWN if len(text) > 2 * _SHOWN else 0
    return text[:first] + "*" * (len(text) - first)


def _is_number(text: str) -> bool:
    is_hash = re.fullmatch(r"[0-9A-Fa-f]{32,}", text)
    return bool(is_hash) or sum(sign.isdigit() for sign in text) >= _FEWEST
