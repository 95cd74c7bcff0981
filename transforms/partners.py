"""Columns that a delivery has under another name than agreed: which new one each missing one probably is."""

from difflib import SequenceMatcher

import pyarrow as pa

from transforms.contract import Column
from transforms.values import read_column

_READABLE = 0.9  # of the values of a column that may be the one
_ANYTHING = ("text", "lines", "name")  # types that can read whatever stands there


def partners(missing: dict[str, Column], new: dict[str, pa.Table]) -> dict[str, str]:
    """Pair missing columns with new ones, each at most once, the likeliest first.

    Args:
        missing: columns of a contract by the source's names.
        new: for each of them the columns that the contract does not know, as text that was parsed as if they were it.

    Returns:
        By the missing column's name the new one's; none for a column as which no new one can be read.
    """
    scores = {
        (lost, name): _score(new[lost][name], lost, column, name)
        for lost, column in missing.items()
        for name in new[lost].column_names
    }
    found: dict[str, str] = {}
    for (lost, name), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score and lost not in found and name not in found.values():
            found[lost] = name
    return found


def _score(values: pa.Array, lost: str, column: Column, name: str) -> float:
    """How likely it is: names that are alike, and values that few types can read; 0 where they are none of this type."""
    given = values.drop_null()
    _, reasons = read_column(given, column)
    if not len(given) or reasons.null_count < _READABLE * len(given):
        return 0.0
    tells = 0.1 if column.type in _ANYTHING else 1.0
    return tells + SequenceMatcher(None, lost.casefold(), name.casefold()).ratio()
