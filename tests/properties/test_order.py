"""In whatever order days are run, in how many runs, and however late a feed is: what is held in the end is the same."""

import itertools
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from chain_in_process import deliver, gateway, publish, run_feeds
from days import A_FEW_CHANGES, DAYS, NEWCOMER, changes, court, days_told, few
from dump import present
from homes import Home, clone, settled_in
from hypothesis import example, given
from hypothesis import strategies as st

from demo.stack import Stack

RESOURCES = ["personnel", "court", "discipline"]
BEGIN = date(2026, 6, 1)
RUNS = 3
Delivered = dict[str, dict[str, bytes]]  # files by name, by resource

# Of each run, whose day it is; of each resource's delivery, before which run it comes.
runs = st.lists(st.sampled_from(DAYS), min_size=RUNS, max_size=RUNS)
arrivals = st.dictionaries(st.tuples(st.sampled_from(RESOURCES), st.sampled_from(DAYS)), st.integers(0, RUNS - 1))

_numbers = itertools.count()


LATE = {("personnel", DAYS[0]): 2, ("discipline", DAYS[0]): 2, ("court", DAYS[1]): 2, ("court", DAYS[2]): 1}


@few
@example(A_FEW_CHANGES, [DAYS[0], DAYS[2], DAYS[1]], LATE)
@given(days_told, runs, arrivals)
def test_the_order_of_days_and_runs_does_not_matter(
    stack: Stack, roster: Home, folder: Path, days: list[Any], runs: list[date], arrivals: dict[tuple[str, date], int]
) -> None:
    told = [
        {"court": court(day, fates), "discipline": changes(day, touched, {}), "personnel": NEWCOMER if day == BEGIN else {}}
        for day, (fates, touched) in zip(DAYS, days, strict=True)
    ]
    in_order = list(zip(DAYS, told, strict=True))
    otherwise: list[tuple[date, Delivered]] = [(day, {}) for day in runs]
    for day, delivered in in_order:
        for resource, files in delivered.items():
            number = arrivals.get((resource, day), 0)
            before = otherwise[number][1].setdefault(resource, {})
            before |= {name: before.get(name, b"") + content for name, content in files.items()}
    assert held(play(stack, roster, folder, in_order)) == held(play(stack, roster, folder, otherwise))


def play(stack: Stack, roster: Home, folder: Path, runs: list[tuple[date, Delivered]]) -> Home:
    """Run business days, each with what comes before it."""
    home = clone(stack, folder / f"home_{next(_numbers)}", roster)
    city = home.folder / "city"
    with settled_in(home):
        for number, (day, delivered) in enumerate(runs):
            came_on = BEGIN + timedelta(days=number)
            for resource, files in delivered.items():
                for name, content in files.items():
                    path = city / resource / came_on.isoformat() / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
            deliver(home, city, came_on, RESOURCES)
            with gateway(city, came_on, RESOURCES):
                run_feeds(day, RESOURCES)
        publish(DAYS[-1])
    assert not home.rows("select step, cause from ledger.failure")
    return home


def held(home: Home) -> dict[str, list[dict[str, Any]]]:
    """What stands, and the alerts on it. Of what has left, the day on which that was seen depends on what was seen at all."""
    every = present(home)
    stands = {(row["resource"], row["source_key"]) for row in every["record"] if row["left_on"] is None}
    for table in ("record", "mention", "link"):
        every[table] = [row for row in every[table] if (row["resource"], row["source_key"]) in stands]
    query = "select rule, cadre_no, matter, severity, explanation, evidence from core.alert where state = 'new' order by alert_no"
    return every | {"alert": home.rows(query)}
