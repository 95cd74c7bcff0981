"""How a delivery's columns have moved away from the contract's."""

from difflib import SequenceMatcher
from itertools import product

_ALIKE = 0.5  # of two names; where one column is gone and one is new they are taken for a pair with less


def drift(missing: list[str], new: list[str]) -> dict[str, object]:
    """The columns that are missing and that came instead, and which of these is likely which of those: `renamed`, old to new."""
    return {"missing": missing, "new": new, "renamed": _renamed(missing, new)}


def _renamed(missing: list[str], new: list[str]) -> dict[str, str]:
    if len(missing) == len(new) == 1:
        return {missing[0]: new[0]}
    pairs = sorted(((_alike(old, name), old, name) for old, name in product(missing, new)), reverse=True)
    found: dict[str, str] = {}
    for alike, old, name in pairs:
        if alike >= _ALIKE and old not in found and name not in found.values():
            found[old] = name
    return found


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
