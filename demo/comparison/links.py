"""Links beside whom the records are really about."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

COUNTS = ("mentions", "right", "review", "missed", "false")
SAME, FATES = "same", {"same": "right", "undecided": "review"}
UNTOLD = "not in the truth"
Mention = tuple[str, str, str]  # resource, source_key, mention_no; no number where the truth has none


@dataclass(frozen=True, slots=True)
class Owned:
    """Whom a mention is really about, nobody on the roster where `cadre_no` is empty.

    `label` is what it counts as; with `is_due`, it was delivered by now and its official is on the roster.
    """

    mention: Mention
    cadre_no: str
    label: str
    is_due: bool = True


def compare_links(owned: Iterable[Owned], verdicts: Mapping[Mention, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    """Count by label the mentions of officials that are linked right, in review or missed, and the false links.

    `verdicts` has what is held of each mention: by official `same` or `undecided`.
    """
    owners: dict[Mention, list[Owned]] = {mention: [] for mention in verdicts}
    for one in owned:
        if one.cadre_no or one.mention in verdicts:
            owners.setdefault(one.mention, []).append(one)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for mention, mine in owners.items():
        _count(counts, mine, verdicts.get(mention, {}))
    return {label: _with_rates(counts[label]) for label in sorted(counts)}


def _count(counts: dict[str, Counter[str]], owners: list[Owned], verdicts: Mapping[str, str]) -> None:
    for one in owners:
        if one.cadre_no and one.is_due:
            counts[one.label].update(["mentions", FATES.get(verdicts.get(one.cadre_no, ""), "missed")])
    known = {one.cadre_no for one in owners}
    for cadre_no, verdict in verdicts.items():
        if verdict == SAME and cadre_no not in known:
            counts[owners[0].label if owners else UNTOLD]["false"] += 1


def _with_rates(count: Counter[str]) -> dict[str, Any]:
    """Counts with precision and recall, None where there is nothing to divide by."""
    right, linked = count["right"], count["right"] + count["false"]
    precision = right / linked if linked else None
    recall = right / count["mentions"] if count["mentions"] else None
    return {name: count[name] for name in COUNTS} | {"precision": precision, "recall": recall}
