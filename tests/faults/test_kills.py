"""A day's chain in which every task is killed at its commit point, and again behind it: the same comes of it.

`faults.soak` kills the scheduler, the API server and PostgreSQL as well, one a day, there and at random instants, as long as one
likes, and says what it does not prove.
"""

from itertools import product

from chain.chain import Chain

from .killer import Killer
from .outcome import Outcome
from .points import all_points
from .traps import FEED_STEPS, LATER_STEPS, MOMENTS


def test_every_task_of_a_day_killed_twice(chain: Chain, undisturbed: dict[str, Outcome], killer: Killer) -> None:
    """Killed with its work done and not committed, and then committed and not known to be."""
    first, day = chain.days[:2]
    chain.go_to(first)
    before = last_runs(chain)
    names = all_points(chain, day)
    traps = [f"{moment} {name}" for moment, name in product(MOMENTS, names)]
    with chain.disturbed(), killer.at_traps(dict.fromkeys(traps, "task")):
        chain.rehearsal.run_day(day)
    assert sorted(kill.at for kill in killer.kills) == sorted(traps)
    tried = tries(chain, before)
    # Each was carried out once more than it was killed; a `load` that was rescheduled may have lost a try or two (dags/feeds.py).
    lost = {name: tried[name] - 3 for name in names}
    assert {name: tries for name, tries in lost.items() if tries not in (range(3) if name.startswith("load ") else (0,))} == {}
    outcome = Outcome.of(chain)
    # The mail server had taken the mail, and nobody knew: so it got it twice, under one Message-ID.
    assert outcome.differences(undisturbed[day], repeats=1) == []
    assert outcome.repeats == 1


def last_runs(chain: Chain) -> set[str]:
    return {run["dag_run_id"] for run in chain.stack.api.runs()}


def tries(chain: Chain, before: set[str]) -> dict[str, int]:
    """How often each task that a trap was set for has been tried, in the runs since then."""
    found: dict[str, int] = {}
    for run in chain.stack.api.runs():
        if run["dag_run_id"] not in before:
            resource = run["dag_id"].removeprefix("feed_") if run["dag_id"].startswith("feed_") else ""
            for task in chain.stack.api.tasks(run["dag_id"], run["dag_run_id"]):
                if task["task_id"] in (*FEED_STEPS, *LATER_STEPS):
                    name = f"{task['task_id']} {resource}".strip()
                    assert task["state"] in ("success", "skipped"), name  # skipped where the gate saw nothing new
                    found[name] = max(found.get(name, 0), task["try_number"])
    return found
