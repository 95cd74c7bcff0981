"""What an engineer asks for on a delivery's page is done as the commands do it, once, and asked for by nobody else."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from office import CASE, COURT, DAYS, Office, assert_balance, court, without_criminal_cases
from page_server import Pages, serving

from cadre_cloud.commands import held
from cadre_cloud.commands.wishes import carry_out
from cadre_cloud.warehouse.acts import Act

FEW = [COURT[0] | {"案由": "另案"}, COURT[3]]
WHY = "法院来函说明已归档"
WISHES = "select who, why, kind, state, answer, reason, field from ledger.wish order by wish_no"


@pytest.fixture
def pages(office: Office) -> Iterator[Pages]:
    """The court's first day under a contract that knows no criminal cases, and on the second a sixth of the rows."""
    office.contract("court", without_criminal_cases)
    office.deliver_case("court/first_day", DAYS[0])
    office.deliver("court", DAYS[1], "court_20260602.csv", court(FEW))
    for day in DAYS[:2]:
        office.run("court", day)
    with serving(office.home) as pages:
        pages.admit("engineer", None, "admit_engineer")
        pages.admit("reader", "")
        yield pages


def delivery(pages: Pages, day: int) -> str:
    query = "select delivery_id from ledger.delivery where resource = 'court' and day = %s and purpose = 'daily'"
    return pages.home.one(query, [DAYS[day]])


def state(pages: Pages, delivery_id: str) -> str:
    return pages.home.one("select state from ledger.delivery where delivery_id = %s", [delivery_id])


def acts(pages: Pages) -> list[dict[str, Any]]:
    return pages.home.rows("select who, why, kind from ledger.act order by act_no")


def opened(pages: Pages, delivery_id: str, user: str = "engineer") -> tuple[requests.Session, str, str]:
    """A browser with the page of a delivery, what stands there, and the token of its forms."""
    browser = pages.browser(user)
    shown = pages.get(browser, f"/deliveries/{delivery_id}").text
    found = re.search(r'name="token" value="(\w+)"', shown)
    return browser, shown, found[1] if found else ""


def ask(pages: Pages, delivery_id: str, **form: str) -> requests.Response:
    browser, _, token = opened(pages, delivery_id)
    return pages.post(browser, f"/deliveries/{delivery_id}/wishes", token=token, **{"why": WHY} | form)


@pytest.mark.parametrize(("kind", "becomes", "act"), [("accept", "loaded", "accepted"), ("reject", "rejected", "rejected")])
def test_a_held_delivery(office: Office, pages: Pages, kind: str, becomes: str, act: str) -> None:
    of_day = delivery(pages, 1)
    browser, _, token = opened(pages, of_day)
    for _ in range(2):  # pressed twice
        answer = pages.post(browser, f"/deliveries/{of_day}/wishes", token=token, kind=kind, why=WHY)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/cadre/deliveries/{of_day}")
    assert (state(pages, of_day), acts(pages)) == ("held", [])
    assert "等待执行" in opened(pages, of_day)[1]
    assert carry_out() == 1
    assert state(pages, of_day) == becomes
    assert acts(pages) == [{"who": "engineer", "why": WHY, "kind": act}]
    assert [wish["state"] for wish in pages.home.rows(WISHES)] == ["done"]
    shown = opened(pages, of_day)[1]
    assert "已执行" in shown
    assert shown.count(WHY) == 1  # the wish and its act are one
    assert carry_out() == 0
    assert_balance(office.home)


def test_rows_of_a_reason(office: Office, pages: Pages) -> None:
    office.contract("court")
    of_day = delivery(pages, 0)
    assert "放行" in opened(pages, of_day)[1]
    assert ask(pages, of_day, kind="release", reason="unknown_code", field="case_type").status_code == 303
    carry_out()
    (wish,) = pages.home.rows(WISHES)
    assert (wish["state"], wish["answer"]) == ("done", {"changed": 1, "unchanged": 0, "still_refused": 0})
    assert CASE in office.known("court")
    assert [(row["who"], row["kind"]) for row in acts(pages)] == [("engineer", "released")]
    assert "1 行入库" in opened(pages, of_day)[1]


def test_a_kill_after_the_act_is_no_refusal(pages: Pages) -> None:
    of_day = delivery(pages, 1)
    ask(pages, of_day, kind="accept")
    held.accept(of_day, Act("engineer", WHY))  # and then the task was killed
    carry_out()
    assert [wish["state"] for wish in pages.home.rows(WISHES)] == ["done"]
    assert len(acts(pages)) == 1


def test_somebody_else_was_quicker(pages: Pages) -> None:
    of_day = delivery(pages, 1)
    ask(pages, of_day, kind="accept")
    held.reject(of_day, Act("somebody", "zu alt"))
    carry_out()
    assert [(wish["state"], "rejected" in wish["answer"]["why"]) for wish in pages.home.rows(WISHES)] == [("refused", True)]
    assert state(pages, of_day) == "rejected"


def test_what_fails_waits_and_keeps_nothing_else_waiting(office: Office, pages: Pages) -> None:
    first, second = delivery(pages, 0), delivery(pages, 1)
    ask(pages, first, kind="release", reason="unknown_code", field="case_type")
    ask(pages, second, kind="reject")
    office.home.run("update ledger.delivery set landing = landing || '.away' where delivery_id = %s", [first])
    with pytest.raises(FileNotFoundError):
        carry_out()
    assert [wish["state"] for wish in pages.home.rows(WISHES)] == ["waiting", "done"]
    office.home.run("update ledger.delivery set landing = replace(landing, '.away', '') where delivery_id = %s", [first])
    carry_out()
    assert [wish["state"] for wish in pages.home.rows(WISHES)] == ["done", "done"]


def test_what_cannot_be_asked_for(pages: Pages) -> None:
    for form, sentence in [
        ({"kind": "accept", "why": " "}, "姓名和理由不能为空"),
        ({"kind": "accept", "why": "见 529902199001011234"}, "姓名和理由中不能含证件号码"),
        ({"kind": "release", "reason": "unknown_code", "field": "case_type"}, "不允许此操作"),
        ({"kind": "drop"}, "不允许此操作"),
    ]:
        answer = ask(pages, delivery(pages, 1), **form)
        assert (answer.status_code, sentence in answer.text) == (400, True)
    assert ask(pages, delivery(pages, 0), kind="release", reason="missing", field="case_no").status_code == 400
    assert pages.home.rows(WISHES) == []


def test_whoever_is_no_engineer_is_shown_no_button_and_may_press_none(pages: Pages) -> None:
    of_day = delivery(pages, 1)
    browser, shown, token = opened(pages, of_day, "reader")
    assert "行数明显不足" in shown
    assert ("<form" in shown, token) == (False, "")
    engineer, _, token = opened(pages, of_day)
    wishes = f"/deliveries/{of_day}/wishes"
    assert pages.post(browser, wishes, token=token, kind="accept", why=WHY).status_code == 403
    pages.admit("engineer", "", "admit")  # who is one no longer
    assert pages.post(engineer, wishes, token=token, kind="accept", why=WHY).status_code == 404
    assert pages.get(pages.browser("nobody"), f"/deliveries/{of_day}").status_code == 404
    assert pages.home.rows(WISHES) == []


def test_a_forged_request(pages: Pages) -> None:
    pages.admit("colleague", None, "admit_engineer")
    of_day = delivery(pages, 1)
    browser, _, token = opened(pages, of_day)
    wishes, form = f"/deliveries/{of_day}/wishes", {"kind": "accept", "why": WHY}
    for headers in (
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"x-user": "colleague"},
    ):
        answer = browser.post(f"{pages.address}/cadre{wishes}", data={**form, "token": token}, headers=headers, timeout=30)
        assert answer.status_code == 403
    assert pages.post(browser, wishes, token="0" * 64, **form).status_code == 403
    assert pages.post(browser, wishes, **form).status_code == 403
    assert pages.post(pages.browser("engineer"), wishes, token=token, **form).status_code == 403  # with no session
    assert pages.get(browser, f"{wishes}?kind=accept&why=x&token={token}").status_code == 405
    assert pages.home.rows(WISHES) == []
