"""Alerts beside those that there must be, day by day."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

COUNTS = ("foretold", "right", "missing", "otherwise", "unexpected")
NONE, ENDED, LAST = "none", ("expired", "retracted"), "9999-12-31"
Row = Mapping[str, Any]
Alert = tuple[str, str, str]  # rule, cadre_no, matter; no matter where a rule speaks once of a person


def compare_alerts(foretold: Iterable[Row], events: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Count by rule the foretold alerts that are right, missing or otherwise, and those that nobody foretold.

    - `foretold`: rows of alert.csv in the order of the days; an alert has one on each day on which there is something to say
    - `events`: `day, rule, cadre_no, matter, severity, to_state` in their order, the severity being the present one

    Otherwise is an alert that came or went on another day or in another way, or is of another severity. Where a person may
    have to say first whom a record means, there may be none; if there is one, it must be as `if_confirmed` says.
    """
    must: dict[Alert, list[Row]] = defaultdict(list)
    may_wait: set[Alert] = set()
    for row in foretold:
        alert = row["rule"], row["cadre_no"], row["matter"]
        if row["state"] != NONE:
            must[alert].append(row)
        elif row.get("if_confirmed"):
            must[alert].append({**row, "state": row["if_confirmed"]})
            may_wait.add(alert)
    lived: dict[Alert, list[Row]] = defaultdict(list)
    for event in events:
        person = event["rule"], event["cadre_no"], ""
        lived[person if person in must else (*person[:2], event["matter"])].append(event)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for alert, rows in must.items():
        if alert in may_wait and alert not in lived:
            continue
        counts[alert[0]].update(["foretold", _fate(rows, lived.get(alert, []))])
    for rule, *_ in lived.keys() - must.keys():
        counts[rule]["unexpected"] += 1
    return {rule: {name: counts[rule][name] for name in COUNTS} for rule in sorted(counts)}


def _fate(rows: list[Row], events: list[Row]) -> str:
    if not events:
        return "missing"
    begins = events[0]["day"] == rows[0]["day"]
    evenings = [(row, row["day"]) for row in rows] + [(rows[-1], LAST)]  # as an alert was last foretold it stays
    lives = all(_is_so(row, events, evening) for row, evening in evenings)
    is_loud = rows[-1]["state"] in ENDED or events[-1]["severity"] == rows[-1]["severity"]
    return "right" if begins and lives and is_loud else "otherwise"


def _is_so(row: Row, events: list[Row], evening: str) -> bool:
    """Whether an alert stood as foretold on the evening of a day."""
    until = [event for event in events if event["day"] <= evening]
    state = until[-1]["to_state"] if until else NONE
    return state == row["state"] if row["state"] in ENDED else state not in (NONE, *ENDED)
