"""The commit points that a day passes: names of traps, such as `load court` or `publish`."""

from collections import defaultdict

from chain.chain import Chain

from .traps import FEED_STEPS, LATER_STEPS


def all_points(chain: Chain, day: str) -> list[str]:
    """Each step of each feed that does something, by what becomes of its deliveries, and each of the later steps, once.

    A folder may be empty; a table is read, and landed, on every day.
    """
    names, outcomes = [], _outcomes(chain, day)
    for feed in chain.rehearsal.feeds:
        steps = FEED_STEPS if "loaded" in outcomes[feed.resource] else ("settle",)
        if outcomes[feed.resource] <= {"repeated"} and feed.source.kind != "drop":
            steps = ("extract", "settle")
        names += [f"{step} {feed.resource}" for step in steps]
    return sorted([*names, *LATER_STEPS])


def one_a_step(chain: Chain, day: str) -> list[str]:
    """The first four steps, each of another feed that passes all of them, and the later steps."""
    return [*(f"{step} {feed}" for step, feed in zip(FEED_STEPS, loading(chain, day), strict=False)), *LATER_STEPS]


def loading(chain: Chain, day: str) -> list[str]:
    """The feeds that have something to load."""
    return sorted(resource for resource, outcomes in _outcomes(chain, day).items() if "loaded" in outcomes)


def _outcomes(chain: Chain, day: str) -> dict[str, set[str]]:
    """What becomes of a day's deliveries, by resource."""
    outcomes = defaultdict(set)
    for delivery in chain.truth("delivery"):
        if delivery["day"] == day:
            outcomes[delivery["resource"]].add(delivery["outcome"])
    return outcomes
