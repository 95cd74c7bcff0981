"""What the link in a mail leads to, for whoever follows it."""

import html
import re
from collections.abc import Iterator

import pytest
import requests

from demo.processes import wait_until

from .chain import Chain

_ALERTS = """
select a.alert_no, a.rule, a.explanation, n.name, n.managed_by from core.alert a join core.cadre_now n using (cadre_no)
where a.state = 'new' and n.managed_by is not null order by a.alert_no"""


@pytest.fixture(autouse=True)
def _evening(chain: Chain) -> Iterator[None]:
    chain.go_to(chain.days[-1])
    with chain.disturbed():
        yield


def signed_in(chain: Chain, user: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    login = {"username": user, "password": chain.stack.secrets[f"ui_{user}"]}
    answer = session.post(f"{chain.stack.api.address}/auth/token", json=login, timeout=30)
    session.cookies.set("_token", answer.json()["access_token"])
    return session


def page(chain: Chain, session: requests.Session, alert_no: str) -> requests.Response:
    return session.get(f"{chain.stack.api.address}/cadre/alerts/{alert_no}", timeout=30, allow_redirects=False)


def test_an_alert_with_its_evidence(chain: Chain) -> None:
    alert = chain.rows(_ALERTS)[0]
    answer = page(chain, signed_in(chain, "supervisor"), alert["alert_no"])
    assert answer.status_code == requests.codes.ok
    assert alert["name"] in answer.text
    assert alert["explanation"] in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_alert_that_rests_on_the_officials_own_file_names_its_row(chain: Chain) -> None:
    alert = next(row for row in chain.rows(_ALERTS) if row["rule"] == "weak_assessment")
    answer = page(chain, signed_in(chain, "supervisor"), alert["alert_no"])
    (evidence,) = chain.rows("select evidence from mart.alert where alert_no = %s", [alert["alert_no"]])
    assert evidence["evidence"]
    assert all(f"<td>{one['resource']}</td><td>{one['source_key']}</td>" in answer.text for one in evidence["evidence"])


def test_through_the_log_in_and_back(chain: Chain) -> None:
    answer = page(chain, requests.Session(), "0123456789AB")
    assert answer.status_code == requests.codes.see_other
    assert answer.headers["Location"].endswith("/auth/login?next=%2Fcadre%2Falerts%2F0123456789AB")


def test_another_countys_alert_reads_like_none(chain: Chain) -> None:
    alerts = chain.rows(_ALERTS)
    own = alerts[0]
    other = next(alert for alert in alerts if alert["managed_by"] != own["managed_by"])
    chain.rows("select core.admit('supervisor', %s)", [own["managed_by"]])
    session = signed_in(chain, "supervisor")
    assert page(chain, session, own["alert_no"]).status_code == requests.codes.ok
    refused, unknown = (page(chain, session, alert_no) for alert_no in (other["alert_no"], "0123456789AB"))
    assert (refused.status_code, refused.text) == (unknown.status_code, unknown.text)
    assert refused.status_code == requests.codes.not_found


@pytest.mark.parametrize("alert_no", ["%00", "0123456789AB%00", "' or true --", "%2e%2e%2fetc%2fpasswd", "<script>", "1" * 5000])
def test_what_is_no_number_of_an_alert_reads_like_none(chain: Chain, alert_no: str) -> None:
    answer = page(chain, signed_in(chain, "supervisor"), alert_no)
    assert answer.status_code == requests.codes.not_found
    assert "<script>" not in answer.text


def test_whom_nobody_admitted(chain: Chain) -> None:
    chain.rows("delete from core.page_user where user_name = 'supervisor' returning user_name")
    answer = page(chain, signed_in(chain, "supervisor"), chain.rows(_ALERTS)[0]["alert_no"])
    assert answer.status_code == requests.codes.not_found


def test_while_the_warehouse_lets_nobody_in(chain: Chain) -> None:
    session, alert_no = signed_in(chain, "supervisor"), chain.rows(_ALERTS)[0]["alert_no"]
    chain.rows("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'cadre_web'")
    with chain.warehouse() as warehouse:
        warehouse.execute("alter role cadre_web connection limit 0")
        answer = page(chain, session, alert_no)
        warehouse.execute("alter role cadre_web connection limit -1")
    assert answer.status_code == requests.codes.service_unavailable
    assert "暂时无法连接数据仓库" in answer.text
    assert wait_until(lambda: page(chain, session, alert_no).status_code == requests.codes.ok, 30)


def test_a_decision_on_the_page_has_the_alerts_follow(chain: Chain) -> None:
    """By a run of Airflow's own, one for the decisions of some minutes."""
    session = signed_in(chain, "reviewer")
    sent_by = {"hx-request": "true", "origin": chain.stack.api.address}
    for _ in range(2):
        asked = session.get(f"{chain.stack.api.address}/cadre/review", timeout=30)
        (token, *_), pairs = (re.findall(rf'name="{name}" value="([^"]+)"', asked.text) for name in ("token", "pair"))
        answer = session.post(
            f"{chain.stack.api.address}/cadre/review/decisions", timeout=30, headers=sent_by,
            data={"token": html.unescape(token), "pair": html.unescape(pairs[0]), "verdict": "different", "why": "查了档案"},
        )  # fmt: skip
        assert answer.status_code == requests.codes.ok
    assert len(chain.rows("select from core.link_decision where who = 'reviewer' and verdict = 'different'")) == 2
    runs = [run["dag_run_id"] for run in chain.stack.api.runs("wishes") if run["dag_run_id"].startswith("decided_before_")]
    assert runs and len(runs) <= 2  # a boundary may lie between them
    admin = {"Authorization": f"Bearer {signed_in(chain, 'admin').cookies['_token']}"}
    for run in runs:  # what follows here goes on from another evening
        answer = requests.delete(f"{chain.stack.api.address}/api/v2/dags/wishes/dagRuns/{run}", headers=admin, timeout=30)
        assert answer.status_code == requests.codes.no_content
