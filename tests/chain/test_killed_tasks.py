"""A task killed at any instant is run again from the start, and the same comes of it."""

from collections import Counter, defaultdict

import pytest

from .chain import Chain
from .dump import OF_ANOTHER_RUN, differences, dump
from .traps import FEED_STEPS, LATER_STEPS, Moment, Traps, killing


def expected_traps(chain: Chain, outcomes: dict[str, set[str]]) -> list[str]:
    """Each step of each feed that does something, by what becomes of its deliveries, and each of the later steps, once.

    A folder may be empty; a table is read, and landed, on every day.
    """
    names = []
    for feed in chain.rehearsal.feeds:
        steps = FEED_STEPS if "loaded" in outcomes[feed.resource] else ("settle",)
        if outcomes[feed.resource] <= {"repeated"} and feed.source.kind != "drop":
            steps = ("extract", "settle")
        names += [f"{step} {feed.resource}" for step in steps]
    return sorted([*names, *LATER_STEPS])


@pytest.mark.parametrize("moment", ["before", "after"])
def test_every_task_of_a_day_killed_once(chain: Chain, truth, moment: Moment) -> None:
    """Killed with its work done and not committed, or committed and not known to be."""
    first, day = chain.days[:2]
    chain.go_to(day)
    with chain.warehouse() as warehouse:
        undisturbed, sent = dump(warehouse, OF_ANOTHER_RUN), told(chain)
    chain.go_to(first)
    before = last_runs(chain)
    outcomes = defaultdict(set)
    for delivery in truth("delivery"):
        if delivery["day"] == day:
            outcomes[delivery["resource"]].add(delivery["outcome"])
    names = expected_traps(chain, outcomes)
    with chain.disturbed(), Traps(chain.stack, names, moment) as traps, killing(traps) as killed:
        chain.rehearsal.run_day(day)
    assert sorted(killed) == names, (set(names) - set(killed), killed)
    tried = tries(chain, before)
    assert {name: tried[name] for name in names} == dict.fromkeys(names, 2)
    with chain.warehouse() as warehouse:
        assert differences(dump(warehouse, OF_ANOTHER_RUN), undisturbed) == {}
    # The mail server had taken the mail, and nobody knew: so it got it twice, under one Message-ID.
    assert told(chain) == sent
    again = Counter(Counter(mail["Message-ID"] for mail in chain.mails()).values())
    assert again[2] == (1 if moment == "before" else 0)
    assert set(again) <= {1, 2}


def told(chain: Chain) -> set[tuple[str, str, str]]:
    """The mails that lie in the mailbox, each once however often it was sent."""
    return {(mail["To"], mail["Subject"], mail.get_body().get_content()) for mail in chain.mails()}


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
