"""When a day is complete: on a first start, with a contract more or less, with a feed that does not run, and in a backfill."""

import importlib.util
import json
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from airflow.sdk import AssetAlias
from airflow.sdk.execution_time.context import OutletEventAccessors
from homes import Home

from cadre_cloud import contracts, publication
from cadre_cloud.feed.settle import roster_for
from cadre_cloud.mail import digest
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import connect

DAY, NEXT = date(2026, 6, 1), date(2026, 6, 2)
OWN = ("unit", "personnel", "appointment", "education", "family", "assessment", "training", "archive", "objective", "declaration",
       "approval_form")  # on by law  # fmt: skip
ENGINEERS = "region_prefix,role,address,user_name\n,engineer,engineer@example.test,e\n"

On = Callable[..., None]


@pytest.fixture
def on(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> On:
    """Have the contracts of some departments on, beside the own files, and no others."""
    recipients = tmp_path / "recipients.csv"
    recipients.write_text(ENGINEERS)
    monkeypatch.setenv("CADRE_RECIPIENTS", str(recipients))

    def switch(*resources: str) -> None:
        monkeypatch.setenv("CADRE_LEGAL_BASIS", json.dumps(dict.fromkeys(resources, "a sharing agreement")))

    return switch


def settles(resource: str, day: date = DAY, run_type: str = "scheduled") -> bool:
    """Load nothing on a day and settle it by the DAG's own task; tells whether that emits the asset of a complete day."""
    with connect() as warehouse:
        ledger.begin(warehouse, resource, day, "run")
        ledger.note_extracted(warehouse, resource, day)
        ledger.note_loaded(warehouse, resource, day, None, news=True)
    events = OutletEventAccessors()
    run = SimpleNamespace(
        conf={}, run_after=datetime(day.year, day.month, day.day, 5, tzinfo=SHANGHAI), run_id="run", run_type=run_type
    )
    getattr(feeds(), f"feed_{resource}").get_task("settle").python_callable(dag_run=run, outlet_events=events)
    return bool(events[AssetAlias("day")].asset_alias_events)


@cache
def feeds() -> ModuleType:
    spec = importlib.util.spec_from_file_location("feeds", Path(__file__).parents[2] / "dags" / "feeds.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_first_day_is_complete_with_its_last_feed(on: On) -> None:
    on("court")
    assert [settles(resource) for resource in ("court", *OWN)] == [False] * len(OWN) + [True]


def test_a_feed_that_does_not_run_holds_up_its_day_until_the_cut_off(on: On, home: Home) -> None:
    on("court")
    assert not any(settles(resource) for resource in OWN)
    assert publication.publish() == DAY
    assert digest.render(DAY) == 0  # nothing is wrong as far as anybody can know
    assert settles("court")


def test_a_contract_that_is_new_belongs_to_the_day_and_is_not_stale(on: On, home: Home) -> None:
    on()
    assert [settles(resource) for resource in OWN] == [False] * (len(OWN) - 1) + [True]
    publication.publish()
    on("court")
    assert not settles("unit")
    assert digest.render(NEXT) == 0
    assert settles("court")


def test_a_contract_that_is_gone_is_not_waited_for_nor_stale(on: On, home: Home) -> None:
    on("court")
    assert [settles(resource) for resource in ("court", *OWN)] == [False] * len(OWN) + [True]
    publication.publish()
    on()
    assert [settles(resource, NEXT) for resource in OWN] == [False] * (len(OWN) - 1) + [True]
    assert digest.render(date(2026, 6, 4)) == 1
    (body,) = [row["body_text"] for row in home.rows("select body_text from mail.message")]
    assert "personnel" in body
    assert "court" not in body


def test_a_backfill_publishes_with_the_next_day(on: On) -> None:
    """It mails nothing by itself, day by day; the next cut-off sees what it brought."""
    on()
    assert [settles(resource) for resource in OWN] == [False] * (len(OWN) - 1) + [True]
    publication.publish()
    before = date(2026, 5, 31)
    assert not any(settles(resource, before, "backfill") for resource in OWN)
    assert publication.has_news()
    assert publication.publish() == DAY


def test_a_roster_of_a_later_day_need_not_be_waited_for(on: On) -> None:
    """On a first start some feeds begin with the day before, whose roster nobody will ever bring."""
    on("court")
    contract = contracts.named("court")
    assert roster_for(contract, DAY) == (True, None)
    settles("unit", NEXT)
    assert roster_for(contract, DAY) == (True, None)
    settles("personnel", NEXT)
    settles("approval_form", NEXT)  # which may bring officials
    assert roster_for(contract, DAY) == (False, None)
    assert roster_for(contract, NEXT) == (False, NEXT)
