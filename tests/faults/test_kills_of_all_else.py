"""A day's chain in which the scheduler, the API server and PostgreSQL are killed: the same comes of it.

Once in its first dozen rounds a day's appointments were missing, and why is not known; of the dozens since then none differed. So
whatever differs is told with all that the ledger holds.
"""

import random
from itertools import cycle, pairwise

import pytest
from chain.chain import Chain

from demo import watchdog

from .killer import Instant, Killer
from .outcome import Outcome
from .points import one_a_step
from .traps import MOMENTS

# What else than its own task a step loses, before it has committed and after. Before, it is what ends the task as well: one that
# lives on commits when its trap is gone, and does not come by again. The soak has them all at all.
ELSE = {
    "extract": ("scheduler", "api-server"),
    "check": ("postgres", "scheduler alone"),
    "load": ("postgres immediate", "scheduler alone"),
    "settle": ("postgres session", "api-server"),
    "publish": ("postgres", "scheduler frozen"),
    "evaluate": ("postgres immediate", "api-server"),
    "render": ("postgres session", "scheduler alone"),
    "send": ("scheduler", "everything"),
}
INSTANTS, SEED = 20, 20260601
WHOM = (*["task"] * 6, "scheduler alone", "scheduler", "api-server", "postgres", "postgres immediate")


def test_all_else_killed_at_every_step(
    chain: Chain, undisturbed: dict[str, Outcome], killer: Killer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before each step's commit, and again after it."""
    monkeypatch.setattr(watchdog, "SILENCE", 20.0)
    first, day = chain.days[:2]
    plan = {
        f"{moment} {name}": victim
        for name in one_a_step(chain, day)
        for moment, victim in zip(MOMENTS, ELSE[name.split()[0]], strict=True)
    }
    chain.go_to(first)
    with chain.disturbed(), killer.at_traps(plan):
        chain.rehearsal.run_day(day)
    assert plan.keys() <= {kill.at for kill in killer.kills}
    assert is_the_same(chain, undisturbed[day], repeats=1)


def test_random_instants(chain: Chain, undisturbed: dict[str, Outcome], killer: Killer) -> None:
    """Day by day, and from the beginning again, until all have been."""
    chance = random.Random(SEED)
    # After a task or more, so that however slow the machine is no task uses up its tries.
    instants = [Instant(chance.choice(WHOM), chance.uniform(0, 2), chance.randint(1, 8)) for _ in range(INSTANTS)]
    with chain.disturbed():
        for first, day in cycle(pairwise(chain.days)):
            if first == chain.days[0]:
                chain.go_to(first)
            with killer.at_instants(instants, chance):
                chain.rehearsal.run_day(day)
            assert is_the_same(chain, undisturbed[day], repeats=len(killer.kills))
            if not instants:
                break


def is_the_same(chain: Chain, undisturbed: Outcome, repeats: int) -> bool:
    """Whether nothing differs; what does is told, and how it came to it."""
    found = Outcome.of(chain).differences(undisturbed, repeats)
    if found:
        print(*found, sep="\n")
        for table in ("settlement", "delivery", "failure"):
            print(table, *chain.rows(f"select * from ledger.{table} order by day, resource"), sep="\n  ")
    return not found
