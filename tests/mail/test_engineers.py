"""The data engineers are told once of each thing that wants a look, and supervisors never."""

import re
from datetime import date
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException
from chain_in_process import run_feeds
from feed_cases import States
from homes import Home, settled_in
from mailboxes import Mailbox, bodies, keep_the_roster_fresh
from sick_smtp import SickServer
from waiting_mails import queue

from cadre_cloud.mail import MailError, bounces
from cadre_cloud.mail.digest import render
from cadre_cloud.mail.outbox import send
from cadre_cloud.sources import patience
from cadre_cloud.steps import step
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import connect

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
        "/cadre/deliveries/court-20260602-",
        "court",
        "2026-06-02",
    ):
        assert word in said


def test_a_failed_feed_is_told_once_with_its_cause(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_GATEWAY", "http://a:b@127.0.0.1:1")
        patch.setattr(patience, "_TRIES", {False: 1, True: 1})  # nobody is there, however often one asks
        run_feeds(date(2026, 6, 3), ["discipline"])
    outcome = "select outcome, message from ledger.settlement where resource = 'discipline' and day = '2026-06-03'"
    ((failed,),) = [city.rows(outcome)]
    assert failed["outcome"] == "failed"
    assert failed["message"].startswith("extract: /oauth/token: the gateway cannot be reached")
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


def test_a_feed_that_never_ran_is_told_stale_as_soon_as_it_should_have(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    city.run("insert into ledger.feed values ('market', '市场监督管理局', '企业登记', 14, '2026-05-25')")
    city.run("update ledger.feed set late_after = 90 where resource <> 'market'")
    assert render(date(2026, 6, 8)) == 0
    assert render(date(2026, 6, 9)) == 1
    assert render(date(2026, 6, 10)) == 0
    (said,) = [said for said in told(mailbox) if "market" in said]
    assert "尚无可信业务日" in said


def test_one_mail_for_all_of_a_day(city: Home, mailbox: Mailbox) -> None:
    assert render(date(2026, 6, 4)) == 1
    (said,) = told(mailbox)
    assert "court_20260602.csv" in said
    assert "/cadre/deliveries/court-20260602-" in said
    assert "/dags/feed_court" in said


@pytest.fixture
def told_so_far(city: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """What the table of recipients holds stays, and what there is to tell has been told."""
    render(DAY)
    monkeypatch.setenv("CADRE_REHEARSAL", "0")
    return city


def test_an_address_that_is_refused_is_told_once_until_a_mail_has_reached_it(told_so_far: Home, sick: SickServer) -> None:
    """By address and code, without the server's words."""
    days = iter(date(2026, 6, day) for day in range(3, 20))
    queue(told_so_far, "a@city.test", "b@city.test")
    sick.does(RCPT=["550", "550"])
    assert send(next(days)) == 1
    told_then = [new_notices(told_so_far, day) for day in (next(days), next(days))]
    assert told_then == [["邮件被拒收 a@city.test 550", "邮件被拒收 b@city.test 550"], []]
    assert send(next(days)) >= 3  # the two, and the engineer's
    queue(told_so_far, "a@city.test", at="2026-06-07 10:00+08")
    sick.does(RCPT=["550"])
    send(next(days))
    assert new_notices(told_so_far, next(days)) == ["邮件被拒收 a@city.test 550"]
    assert "李某某" not in str(told_so_far.rows("select * from mail.message"))


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [("bounced", "5.1.1", "邮件被退回 a@city.test 5.1.1"), ("uncertain", "no answer", "邮件是否送达不明 a@city.test")],
)
def test_a_mail_that_reached_nobody_is_told_once(told_so_far: Home, state: str, code: str, said: str) -> None:
    queue(told_so_far, "a@city.test")
    change = "update mail.message set state = %s, code = %s, unanswered = 2 where address = 'a@city.test'"
    told_so_far.run(change, [state, code])
    assert [new_notices(told_so_far, DAY), new_notices(told_so_far, date(2026, 6, 3))] == [[said], []]


def test_a_mail_that_came_back_is_told(
    told_so_far: Home, mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(told_so_far, "bounce.a@example.test")
    mailbox.down()
    mailbox.up(tmp_path / "bounces")
    assert send(DAY) == 2
    monkeypatch.setenv("CADRE_BOUNCES", str(tmp_path / "bounces"))
    assert bounces.read() == 1
    assert new_notices(told_so_far, DAY) == ["邮件被退回 bounce.a@example.test 5.1.1"]


@pytest.mark.parametrize("name", ["publish", "alerts", "mail", "wishes", "export", "upkeep"])
def test_a_step_that_fails_is_told_once_with_its_cause(told_so_far: Home, name: str) -> None:
    for cause in ("it was dark", "the lights were on"):
        with pytest.raises(AirflowException, match=f"{name} 2026-06-02 a_step: {cause}"), step(name, DAY, "a_step"):
            raise MailError(cause)
    assert new_notices(told_so_far, DAY) == ["任务失败 a_step: the lights were on"]
    assert f"{name}  2026-06-02" in last_mail(told_so_far)
    assert f"/dags/{name}\n" in last_mail(told_so_far)
    assert new_notices(told_so_far, date(2026, 6, 3)) == []


def test_a_failure_that_another_try_follows_is_not_told(told_so_far: Home) -> None:
    with connect() as warehouse:
        ledger.note_failure(warehouse, "publish", DAY, "publish", "it was dark", is_last=False)
    assert new_notices(told_so_far, DAY) == []


def new_notices(city: Home, day: date) -> list[str]:
    """What another digest tells, but for what is late: of what kind, and its sentence."""
    said = re.findall(r"^\[(.+)\] \w+  [\d-]{10}  (.+)$", last_mail(city) if render(day) else "", re.MULTILINE)
    return sorted(f"{kind} {sentence}" for kind, sentence in said if kind != "数据逾期")


def last_mail(city: Home) -> str:
    return city.one("select body_text from mail.message where role = 'engineer' order by rendered_at desc limit 1")
