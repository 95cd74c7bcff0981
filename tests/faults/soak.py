"""The soak: `make soak N=1000 [SEED=1]` runs a small city's day once for each seed, and kills something in it.

A seed says whom, and when: an even one a named commit point, all of them in turn (before and after the commit of each of eight
steps, and each victim at each), an odd one an instant by the clock. What was killed is started again by the stack's watchdog,
nobody else lends a hand, and what stands when the day is over is compared by hash with a day on which nothing happened: all rows
of `core`, `ledger`, `mail` and `mart`, and the mails that came. A line a seed tells whom it hit, when, what came of it, and how
long the day took; `make soak N=1 SEED=17` does one again. It ends with 1 if any day differed or did not end.

What this does not prove:

- A machine that loses its power. A process that is killed has written what it has written; what a disk makes of a write that was
  never flushed is another matter, and the server here runs without fsync, as no process's death needs it. A deployment has it on.
- Disks that lie, rot or are full, clocks that jump, networks that split: a killed server is away at once, and not half away.
- Two deaths at one instant, but for `everything`; nor a death while the one before is being got over, but by chance.
- The death of the mail server, the gateway or the departments' database, and of the host of the landing, which is a folder here.
- Other executors: with Celery or Kubernetes there are a broker, a result backend and pods, whose deaths these are not.
- A second scheduler, or a second API server, which would be there already when the first one dies.
- Airflow's patience: that somebody is dead it believes after a quarter of a minute to five; here his last sign of life is made
  old. Nor its pauses between two tries, which are a second here.
- By the clock, an instant is only as exact as the machine is steady: the same seed hits the same second, not the same statement.
- A day is three thousand rows and a minute: what happens in the third hour of a first load is the same code, and was not killed.
"""

import argparse
import random
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from itertools import product
from pathlib import Path

from chain.chain import Chain
from chain.quick import small_city

from demo.trouble import Trouble, guard

from .killer import Instant, Killer
from .outcome import Outcome
from .points import loading
from .traps import FEED_STEPS, LATER_STEPS, MOMENTS
from .victims import VICTIMS

POINTS = list(product((*FEED_STEPS, *LATER_STEPS), MOMENTS, VICTIMS))


class Soak:
    """One day again and again, each time with another death in it."""

    def __init__(self, chain: Chain) -> None:
        """Remember the day as it is without one."""
        self.chain, self.day = chain, chain.days[1]
        began = time.monotonic()
        chain.go_to(chain.days[0])
        chain.rehearsal.run_day(self.day)
        self.undisturbed, self.lasts = Outcome.of(chain), time.monotonic() - began

    def run(self, seed: int) -> bool:
        """Carry a seed out and tell of it; whether all is as it should be."""
        self.chain.go_to(self.chain.days[0])
        killer, began = Killer(self.chain.stack), time.monotonic()
        try:
            with self.chain.disturbed(), self._killing(killer, seed):
                self.chain.rehearsal.run_day(self.day)
        finally:
            print(f"{seed:>6}  {', '.join(map(str, killer.kills)) or 'nobody':<62}", end="  ", flush=True)
        found = Outcome.of(self.chain)
        differences = found.differences(self.undisturbed, repeats=len(killer.kills))
        print(f"{'differs' if differences else 'same':<7} {found.hash} {time.monotonic() - began:6.1f} s", flush=True)
        for difference in differences:
            print(f"        {difference}", flush=True)
        return not differences

    def _killing(self, killer: Killer, seed: int) -> AbstractContextManager[None]:
        chance = random.Random(seed)
        number, by_the_clock = divmod(seed, 2)
        if by_the_clock:
            return killer.at_instants([Instant(chance.choice(list(VICTIMS)), chance.uniform(0, self.lasts))], chance)
        step, moment, victim = POINTS[number % len(POINTS)]
        name = f"{step} {chance.choice(loading(self.chain, self.day))}" if step in FEED_STEPS else step
        return killer.at_traps({f"{moment} {name}": victim})


def main() -> int:
    """Soak; a stack whose day did not end makes way for a new one."""
    parser = argparse.ArgumentParser(prog="python -m faults.soak", description=__doc__.splitlines()[0])
    parser.add_argument("number", type=int)
    parser.add_argument("seed", type=int)
    given = parser.parse_args()
    left, bad = list(range(given.seed, given.seed + given.number)), []
    while left:
        with tempfile.TemporaryDirectory() as folder, small_city(Path(folder)) as chain:
            soak = Soak(chain)
            print(f"undisturbed: {soak.undisturbed.hash}, {soak.lasts:.1f} s", flush=True)
            while left:
                seed = left.pop(0)
                try:
                    bad += [] if soak.run(seed) else [seed]
                except Trouble as trouble:
                    print(f"did not end: {trouble}", flush=True)
                    bad.append(seed)
                    break
    print(f"{given.number - len(bad)} of {given.number} days came out the same." + f" Not those of the seeds {bad}." * bool(bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(guard(main))
