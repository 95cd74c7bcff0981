"""The same and other days in several processes at once: one waits for the other, or finds it done, and nobody fails."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from at_once import Turnstile, at_once
from chain_in_process import contract_of, deliver, gateway, publish, run_feeds
from days import A_FEW_CHANGES, DAYS, NEWCOMER, UNITS, changes, court, days_told, few
from dump import whole
from homes import Home, clone, settled_in
from hypothesis import given
from test_order import held

from cadre_cloud import publication
from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.commands.review import review
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.settle import settle
from cadre_cloud.mail import digest
from cadre_cloud.upkeep import remove_leftovers
from demo.stack import Stack

_numbers = itertools.count()
RESOURCES = ["unit", "personnel", "court", "discipline"]
DAY = DAYS[0]
# Numbers that a sequence gives, of which some may be lost where two try the same; and what is sealed or named anew.
NUMBERED = {"version_no", "record_no", "link_no", "event_no", "revision", "roster_version", "id_cipher", "message_id"}

# The machine asks whether this is one of two officials, and of another it is sure.
DECISIONS = (
    "resource,source_key,cadre_no,decision,who,why\n"
    "court,(2026)黔9901执00008号|1,C0008,same,李审,查了档案\n"
    "court,(2026)黔9901执00001号|1,C0001,different,李审,不是本人\n"
).encode()
NEVER = [
    "select from ledger.delivery where state = 'loaded' and (received <> accepted + quarantined + duplicate or "
    "accepted <> unchanged + changed or mentions <> linked + review + nobody)",
    "select delivery_id from ledger.delivery d where state = 'loaded' and purpose = 'daily' and quarantined <> "
    "(select count(*) from ledger.quarantine q where q.delivery_id = d.delivery_id)",
    "select from core.link where known_to is null and verdict = 'same' group by resource, source_key, mention_no "
    "having count(*) > 1",
    "select from ledger.standing s left join ledger.delivery d on d.delivery_id = s.delivery_id and d.state = 'loaded' "
    "where d.delivery_id is null",
    "select from ledger.publication p where revision > (select max(revision) from ledger.settlement)",
    "select from mail.alert_told t left join mail.message m using (message_id) where m.message_id is null",
]


@pytest.fixture(scope="module")
def before(stack: Stack, roster: Home, folder: Path) -> Home:
    return ready(stack, roster, folder, A_FEW_CHANGES)


@pytest.fixture
def home(before: Home, stack: Stack, folder: Path) -> Iterator[Home]:
    with working(stack, folder, before) as copy:
        yield copy


@pytest.fixture
def undisturbed(before: Home, stack: Stack, folder: Path) -> Home:
    return run_alone(stack, folder, before)


def ready(stack: Stack, roster: Home, folder: Path, days: list[Any]) -> Home:
    """A home in which everything of three days lies ready to be fetched."""
    home = clone(stack, folder / f"ready_{next(_numbers)}", roster)
    for day, (fates, touched) in zip(DAYS, days, strict=True):
        sent = {"unit": UNITS, "personnel": NEWCOMER, "court": court(day, fates), "discipline": changes(day, touched, {})}
        for resource, files in sent.items():
            for name, content in files.items():
                path = home.folder / "city" / resource / day.isoformat() / name
                path.parent.mkdir(parents=True)
                path.write_bytes(content)
        with settled_in(home):
            deliver(home, home.folder / "city", day, RESOURCES)
    return home


@contextmanager
def working(stack: Stack, folder: Path, before: Home) -> Iterator[Home]:
    """A copy to work in, with the gateway of the original."""
    copy = clone(stack, folder / f"copy_{next(_numbers)}", before, with_exchange=False)
    with settled_in(copy), gateway(before.folder / "city", DAYS[-1], RESOURCES):
        yield copy


def run_alone(stack: Stack, folder: Path, before: Home) -> Home:
    """One day, by one process."""
    with working(stack, folder, before) as home:
        for act in acts_of(DAY, "alone"):
            act()
    return home


def acts_of(day: date, run: str) -> list[Callable[[], object]]:
    """What the DAGs do on a day, step by step."""
    feeds = [
        act
        for contract in map(contract_of, RESOURCES)
        for act in (
            partial(extract, contract, day, run),
            partial(check, contract, day),
            partial(load, contract, day, day),
            partial(settle, contract, day, run),
        )
    ]
    return [*feeds, publication.publish, partial(evaluate, day), partial(digest.render, day)]


@few
@given(days_told)
def test_a_day_in_two_processes_step_by_step(stack: Stack, roster: Home, folder: Path, days: list[Any]) -> None:
    """Each step meets its twin at its beginning; history, mails and all are as if there had been none."""
    before, meet = ready(stack, roster, folder, days), Turnstile(2)

    def go(run: str) -> None:
        for act in acts_of(DAY, run):
            meet()
            act()

    with working(stack, folder, before) as home:
        at_once(partial(go, "one"), partial(go, "other"))
    assert all_of(home) == all_of(run_alone(stack, folder, before))


def all_of(home: Home) -> dict[str, list[dict[str, Any]]]:
    tables = whole(home, "core", "ledger", "mail")
    return {
        name: sorted(({k: v for k, v in row.items() if k not in NUMBERED} for row in rows), key=repr)
        for name, rows in tables.items()
    }


def test_days_of_one_resource_at_once(home: Home, undisturbed: Home) -> None:
    """Three days, each in a process of its own, as a backfill runs them: what is held is what the last one says."""

    def go(day: date) -> None:
        for act in acts_of(day, f"of {day}"):
            act()

    at_once(*(partial(go, day) for day in DAYS))
    publish(DAYS[-1])
    assert held(home) == held(undisturbed)
    assert not home.rows("select from ledger.settlement where outcome not in ('loaded', 'nothing')")


def test_a_run_that_ends_while_another_is_on_its_way_does_not_say_that_the_day_failed(home: Home) -> None:
    contract = contract_of("court")
    outcome = "select outcome from ledger.settlement where resource = 'court' and day = %s"
    for act in (lambda: extract(contract, DAY, "one"), lambda: check(contract, DAY), lambda: load(contract, DAY)):
        act()
    extract(contract, DAY, "other")
    assert not settle(contract, DAY, "one")
    assert home.one(outcome, [DAY]) is None
    check(contract, DAY)
    load(contract, DAY)
    settle(contract, DAY, "other")
    assert home.one(outcome, [DAY]) == "loaded"
    extract(contract, DAY, "a third, which is killed")
    settle(contract, DAY, "a third, which is killed")
    assert home.one(outcome, [DAY]) == "failed"


def test_everything_at_once(home: Home, undisturbed: Home, before: Home) -> None:
    """Feeds of all days, publications, alerts, mails, upkeep and people's decisions, in no order, for some seconds.

    Nobody fails or waits for ever, the ledger balances at each instant, and what is held in the end is as had all come in turn.
    """
    until = time.monotonic() + 8

    def hammer(seed: int) -> None:
        chance = random.Random(seed)
        acts = [act for day in DAYS for act in acts_of(day, f"hammer {seed}")]
        acts += [partial(review, DECISIONS), partial(remove_leftovers, DAYS[-1])]
        while time.monotonic() < until:
            chance.choice(acts)()

    def watch() -> None:
        with psycopg.connect(home.owner, autocommit=True) as owner:
            while time.monotonic() < until:
                for query in NEVER:
                    assert owner.execute(query).fetchall() == [], query
                time.sleep(0.02)

    at_once(watch, *(partial(hammer, seed) for seed in range(4)))
    for there in (home, undisturbed):
        with settled_in(there), gateway(before.folder / "city", DAYS[-1], RESOURCES):
            for day in DAYS:
                run_feeds(day, RESOURCES)
            review(DECISIONS)
            publish(DAYS[-1])
    assert held(home) == held(undisturbed)
    assert not home.rows("select from ledger.settlement where outcome not in ('loaded', 'nothing')")
