"""The same and other days in several processes at once: one waits for the other, or finds it done, and nobody fails."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from at_once import Turnstile, at_once
from chain_in_process import contract_of, deliver, gateway, publish, run_feeds
from days import DAYS, NEWCOMER, UNITS, changes, court
from dump import whole
from feed_cases import States
from homes import Home, clone, settled_in
from test_order import held

from cadre_cloud import alerts, publication
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.settle import settle
from cadre_cloud.mail import digest
from cadre_cloud.review import review
from cadre_cloud.upkeep import remove_leftovers
from demo.stack import Stack

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
def before(stack: Stack, states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A roster stands; everything else of three days lies ready to be fetched."""
    home = states.lodging(tmp_path_factory.mktemp("before") / "home", "personnel/roster")
    home = clone(stack, tmp_path_factory.mktemp("ready") / "home", home)
    fates = [{0: "gone"}, {1: "delisted", 2: "gone"}, {0: "twice"}]
    touched = [{0: "12", 3: "11"}, {0: "32", 5: "12"}, {2: "12", 9: "11"}]
    for day, fate, touches in zip(DAYS, fates, touched, strict=True):
        sent = {"unit": UNITS, "personnel": NEWCOMER, "court": court(day, fate), "discipline": changes(day, touches, {})}
        for resource, files in sent.items():
            for name, content in files.items():
                path = home.folder / "city" / resource / day.isoformat() / name
                path.parent.mkdir(parents=True)
                path.write_bytes(content)
        with settled_in(home):
            deliver(home, home.folder / "city", day, RESOURCES)
    return home


@pytest.fixture
def home(before: Home, stack: Stack, tmp_path: Path) -> Iterator[Home]:
    copy = clone(stack, tmp_path / "home", before, with_exchange=False)
    with settled_in(copy), gateway(before.folder / "city", DAYS[-1], RESOURCES):
        yield copy


@pytest.fixture
def undisturbed(before: Home, stack: Stack, tmp_path: Path) -> Home:
    """The same with one process alone."""
    copy = clone(stack, tmp_path / "undisturbed", before, with_exchange=False)
    with settled_in(copy), gateway(before.folder / "city", DAYS[-1], RESOURCES):
        for _, _, act in steps_of(DAY, "alone"):
            act()
    return copy


def steps_of(day: date, run: str) -> list[tuple[str, str, Callable[[], object]]]:
    """What the DAGs do on a day, step by step."""
    feeds = [
        (resource, step, act)
        for resource in RESOURCES
        for step, act in (
            ("extract", lambda r=resource: extract(contract_of(r), day, run)),
            ("check", lambda r=resource: check(contract_of(r), day)),
            ("load", lambda r=resource: load(contract_of(r), day, day)),
            ("settle", lambda r=resource: settle(contract_of(r), day, run)),
        )
    ]
    later = [
        ("", "publish", publication.publish),
        ("", "evaluate", lambda: alerts.evaluate(day)),
        ("", "render", lambda: digest.render(day)),
    ]
    return [*feeds, *later]


def test_a_day_in_two_processes_step_by_step(home: Home, undisturbed: Home) -> None:
    """Each step meets its twin at its beginning; history, mails and all are as if there had been none."""
    meet = Turnstile(2)

    def go(run: str) -> None:
        for _, _, act in steps_of(DAY, run):
            meet()
            act()

    at_once(lambda: go("one"), lambda: go("other"))
    assert all_of(home) == all_of(undisturbed)


def all_of(home: Home) -> dict[str, list[dict[str, Any]]]:
    tables = whole(home, "core", "ledger", "mail")
    return {
        name: sorted(({k: v for k, v in row.items() if k not in NUMBERED} for row in rows), key=repr)
        for name, rows in tables.items()
    }


def test_days_of_one_resource_at_once(home: Home, undisturbed: Home) -> None:
    """Three days, each in a process of its own, as a backfill runs them: what is held is what the last one says."""

    def go(day: date) -> None:
        for _, _, act in steps_of(day, f"of {day}"):
            act()

    at_once(*(lambda day=day: go(day) for day in DAYS))
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
        chance = random.Random(seed)  # noqa: S311
        acts = [act for day in DAYS for _, _, act in steps_of(day, f"hammer {seed}")]
        while time.monotonic() < until:
            chance.choice([*acts, lambda: review(DECISIONS), lambda: remove_leftovers(DAYS[-1])])()

    def watch() -> None:
        with psycopg.connect(home.owner, autocommit=True) as owner:
            while time.monotonic() < until:
                for query in NEVER:
                    assert owner.execute(query).fetchall() == [], query
                time.sleep(0.02)

    at_once(watch, *(lambda seed=seed: hammer(seed) for seed in range(4)))
    for there in (home, undisturbed):
        with settled_in(there), gateway(before.folder / "city", DAYS[-1], RESOURCES):
            for day in DAYS:
                run_feeds(day, RESOURCES)
            review(DECISIONS)
            publish(DAYS[-1])
    assert held(home) == held(undisturbed)
    assert not home.rows("select from ledger.settlement where outcome not in ('loaded', 'nothing')")
