"""The data engineers are told once of each thing that wants a look, and supervisors never."""

from datetime import date
from pathlib import Path

import pytest
from chain_in_process import run_feeds
from feed_cases import States
from homes import Home, settled_in
from mailboxes import Mailbox, bodies, keep_the_roster_fresh
from urllib3.util import Retry

from cadre_cloud.mail.digest import render
from cadre_cloud.mail.outbox import send

DAY = date(2026, 6, 2)
ENGINEER = "engineer@example.test"


@pytest.fixture
def city(states: States, tmp_path: Path) -> Home:
    """After a day on which the court's file was held, everybody having been told of the alerts before it."""
    home = states.lodging(tmp_path / "home", "court/renamed_column")
    home.run("update core.alert set state = 'assigned'")
    keep_the_roster_fresh(home)
    with settled_in(home):
        yield home


def told(mailbox: Mailbox) -> list[str]:
    send(DAY)
    assert {mail["To"] for mail in mailbox.mails} <= {ENGINEER}
    return [bodies(mail) for mail in mailbox.to(ENGINEER)]


def test_a_held_delivery_is_told_once_with_its_reason(city: Home, mailbox: Mailbox) -> None:
    assert render(DAY) == 1
    assert render(DAY) == 0
    assert render(date(2026, 6, 3)) == 0
    (said,) = told(mailbox)
    for word in (
        "court_20260602.csv",
        "缺少约定的列：是否失信（dishonest）",
        "失信标志",
        "/dags/feed_court",
        "court",
        "2026-06-02",
    ):
        assert word in said


def test_a_failed_feed_is_told_once_with_its_cause(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_GATEWAY", "http://a:b@127.0.0.1:1")
        patch.setattr("cadre_cloud.sources.api._RETRY", Retry(total=0))  # nobody is there, however often one asks
        patch.setattr("cadre_cloud.sources.api._TRIES", 1)
        run_feeds(date(2026, 6, 3), ["discipline"])
    outcome = "select outcome, message from ledger.settlement where resource = 'discipline' and day = '2026-06-03'"
    ((failed,),) = [city.rows(outcome)]
    assert failed["outcome"] == "failed"
    assert failed["message"].startswith("extract: /discipline/v1/decisions, page 1: the gateway could not be reached")
    assert render(date(2026, 6, 3)) == 1
    assert render(date(2026, 6, 3)) == 0
    assert failed["message"] in "\n".join(told(mailbox)).replace("&#39;", "'")


def test_a_stale_resource_is_told_once_and_again_only_after_it_was_good(city: Home, mailbox: Mailbox) -> None:
    """The court's contract says two days; its last good one was 2026-06-01."""
    render(DAY)
    assert render(date(2026, 6, 3)) == 0
    late = date(2026, 6, 4)
    assert render(late) == 1
    assert render(late) == 0
    assert render(date(2026, 6, 5)) == 0
    (stale,) = [said for said in told(mailbox) if "2026-06-01" in said]
    assert "court" in stale


def test_one_mail_for_all_of_a_day(city: Home, mailbox: Mailbox) -> None:
    assert render(date(2026, 6, 4)) == 1
    (said,) = told(mailbox)
    assert "court_20260602.csv" in said
    assert said.count("/dags/feed_court") >= 2
