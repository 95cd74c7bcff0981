"""Spells of résumés beside what the résumés say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

COUNTS = ("spells", "right", "unread", "missing", "wrong")
Row = Mapping[str, Any]


def compare_spells(told: Iterable[Row], shown: Iterable[Row]) -> dict[str, int]:
    """Count the spells that are right, shown unread or missing, and the dated ones that no résumé tells.

    - `told`: rows of spell.csv; of a line that nobody can read, only the line
    - `shown`: `cadre_no, kind, started_on, ended_on, text, raw`; dates as text, empty where there is none
    """
    of_official: dict[str, list[Row]] = defaultdict(list)
    for spell in shown:
        of_official[spell["cadre_no"]].append(spell)
    counts: Counter[str] = Counter(dict.fromkeys(COUNTS, 0))
    for row in told:
        mine = of_official[row["cadre_no"]]
        counts["spells"] += 1
        same = next((spell for spell in mine if _is_told(spell, row)), None)
        if same:
            mine.remove(same)
            counts["right"] += 1
        else:
            counts["unread" if any(_is_unread(spell, row) for spell in mine) else "missing"] += 1
    counts["wrong"] = sum(bool(spell["started_on"]) for mine in of_official.values() for spell in mine)
    return dict(counts)


def _is_told(spell: Row, row: Row) -> bool:
    """Whether a spell says the same as the résumé, which may tell months or years alone."""
    if row["readable"] != "yes" or not spell["started_on"] or spell["kind"] != row["kind"]:
        return False
    ends = spell["ended_on"].startswith(row["ended_on"]) if row["ended_on"] else not spell["ended_on"]
    return ends and spell["started_on"].startswith(row["started_on"]) and _flat(spell["text"]) == _flat(row["text"])


def _is_unread(spell: Row, row: Row) -> bool:
    return not spell["started_on"] and _flat(spell["raw"]) in _flat(row["line"])


def _flat(text: str) -> str:
    """Text without the blanks and line breaks that a form puts into it."""
    return "".join(text.split())
