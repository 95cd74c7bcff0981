"""What each day's roster and records say, and which alerts about discipline follow: worked out from what was delivered.

An oracle of its own: plain loops over plain facts, so that it shares no mistake with the platform. It knows who is
really meant, and asks only whether the roster of the day lets anybody know.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from demo.city.days import add_months, iso
from demo.city.docket import CHANGED, CLEARED, IN_FORCE, INVESTIGATION, REVOKED
from demo.city.docket import key_of as decision_key
from demo.city.roster import IN_OFFICE
from demo.city.sanctions import EFFECT, INVESTIGATED, PERIODS
from demo.city.truth import source_key

DISMISSAL, FOREVER = "26", "9999-12-31"
ADDED_UP, MOST_MONTHS = ("21", "22", "23", "24", "25"), 48
SEVERE_WARNING, NEW_RULES, OLD_MONTHS = "12", "2016-01-01", 12
NO_EFFECT = ("31", "32", "33")

Matter = tuple[str, str, str]  # rule, cadre_no, source_key where a rule is one a record


@dataclass(frozen=True)
class Said:
    """What a rule says of a matter: the keys of what that rests on, how loud it is, and whose record it is.

    With `waits`, only a person can say whom the record means: until then nothing is raised.
    """

    evidence: frozenset[str]
    severity: str
    subject: str = "self"
    waits: bool = False


@dataclass
class Known:
    """The roster of a day: rows by official, and who a number stands for."""

    rows: dict[str, dict]
    by_number: dict[str, dict]


def rosters(days: list[list[dict]]) -> list[Known]:
    """The roster as it can be read on each day."""
    rows: dict[str, dict] = {}
    known = []
    for lines in days:
        rows = rows | {line["a0000"]: line for line in lines if "_bad" not in line}
        known.append(Known(rows, {row["a0184"].upper(): row for row in rows.values()}))
    return known


def newest(days: list[list[dict]], key_of: Callable[[dict], str], cursor: str) -> list[dict[str, dict]]:
    """The state of each record of a feed of changes on each day: the latest moment wins; what cannot be read changes nothing."""
    state: dict[str, dict] = {}
    states = []
    for lines in days:
        for line in sorted(lines, key=lambda line: line[cursor]):
            key = key_of(line)
            if "_bad" not in line and (key not in state or state[key][cursor] <= line[cursor]):
                state[key] = line
        states.append(dict(state))
    return states


def snapshots(days: list[list[dict] | None], key_of: Callable[[dict], str]) -> list[dict[str, dict]]:
    """The records of a snapshot on each day: what a bad row says is not believed; `None`: nothing new, or a file that is held."""
    states: list[dict[str, dict]] = []
    for rows in days:
        before = states[-1] if states else {}
        state = before if rows is None else {}
        for row in rows or ():
            key = key_of(row)
            if "_bad" not in row:
                state[key] = row
            elif key in before:
                state[key] = before[key]
        states.append(state)
    return states


def linked(decisions: dict[str, dict], roster: Known) -> dict[str, list[dict]]:
    """The decisions of each official: the number is on the roster, and the name meant is or was theirs."""
    found = defaultdict(list)
    for line in decisions.values():
        row = roster.by_number.get(line["SFZH"].upper())
        if row and line["_name"] in (row["a0101"], row["a0102"]):
            found[row["a0000"]].append(line)
    return found


def standing(lines: list[dict]) -> list[dict]:
    """Decisions that nothing undid, each with `_from`: its own date, or that of the decision that it changes."""
    by_key = {source_key(line["JDWH"]): line for line in lines}
    undone = {source_key(line["YJDWH"]) for line in lines if line["ZT"] in (CHANGED, REVOKED, CLEARED)}
    kept = []
    for key, line in by_key.items():
        if key not in undone and line["ZT"] in (IN_FORCE, CHANGED):
            first = by_key.get(source_key(line["YJDWH"]), line)
            kept.append(line | {"_from": first["JDRQ"]})
    return kept


def effect_until(lines: list[dict], in_office: bool) -> str:
    """The first day without effect: the longest period, those of one governmental kind and date added up."""
    until, months = "", defaultdict(int)
    for line in standing(lines):
        measure, start = line["CLLX"], iso(line["_from"])
        if measure == DISMISSAL:
            until = FOREVER if in_office else until
        elif measure in PERIODS:
            old = measure == SEVERE_WARNING and iso(line["JDRQ"]) < NEW_RULES
            period = OLD_MONTHS if old else PERIODS[measure]
            months[measure, start] = months[measure, start] + period if measure in ADDED_UP else period
    ends = [add_months(start, min(count, max(MOST_MONTHS, PERIODS[measure]))) for (measure, start), count in months.items()]
    return max([until, *ends])


def pending(lines: list[dict]) -> list[dict]:
    """Investigations since which the same commission has decided nothing."""
    kept = standing(lines)
    decisions = [line for line in kept if line["CLLX"] not in (INVESTIGATION, *NO_EFFECT)]
    return [
        case
        for case in kept
        if case["CLLX"] == INVESTIGATION
        and not any(line["JDJG"] == case["JDJG"] and line["JDRQ"] >= case["JDRQ"] for line in decisions)
    ]


def discipline_matters(lines_of: dict[str, list[dict]], roster: Known, day: str) -> dict[Matter, Said]:
    """What the two rules about discipline say on a day, with the decisions that it rests on."""
    matters: dict[Matter, Said] = {}
    for cadre_no, lines in lines_of.items():
        in_office = roster.rows[cadre_no]["a0163"] == IN_OFFICE
        if effect_until(lines, in_office) > day:
            keys = frozenset(decision_key(line) for line in standing(lines) if line["CLLX"] != INVESTIGATION)
            matters[EFFECT, cadre_no, ""] = Said(keys, "serious")
        for case in pending(lines):
            key = decision_key(case)
            matters[INVESTIGATED, cadre_no, key] = Said(frozenset([key]), "attention")
    return matters
