"""An alert that was found unfounded is seen by nobody, goes after a year, and is not raised again on the same evidence."""

from datetime import date, timedelta

import pytest
from dump import whole
from homes import Home
from readers import admit, column, login

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.upkeep import remove_unfounded

FOUND = date(2026, 7, 1)
KEPT = timedelta(days=366)
DAY = date(2026, 6, 3)
# Half past midnight in Shanghai, which is the day before in London; and what the machine said of it later begins no new year.
FIND = """
with moved as (update core.alert set state = 'unfounded' where alert_no = %s returning *)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'updated', old, state, at::timestamptz, 'w', 'y', to_jsonb(moved)
from moved, (values ('verifying', '2026-07-01 00:30+08'), ('unfounded', '2026-09-01 06:00+08')) as e (old, at)"""


@pytest.fixture
def cleared(city: Home) -> str:
    """The number of one."""
    number: str = city.one("select alert_no from core.alert where rule = 'bad_loan' and cadre_no = 'C0009'")
    city.run(FIND, [number])
    return number


@pytest.mark.parametrize("as_of", ["", "2026-06-02 12:00+08", "2026-12-01 12:00+08"])
def test_no_view_has_it(city: Home, cleared: str, as_of: str) -> None:
    admit(city, "reader_of_all", "")
    shown = {"reader": ["mart.alert", "core.alert", "core.alert_event"], "owner": ["mart.alert"]}
    with login(city, "reader_of_all") as reader:
        reader.execute("select set_config('cadre.as_of', %s, true)", [as_of])
        for view in shown["reader"]:
            assert len(found := column(reader, f"select alert_no from {view}")) > 1, view
            assert cleared not in found, view
    set_as_of = "select alert_no from mart.alert, set_config('cadre.as_of', %s, true)"
    assert cleared not in [row["alert_no"] for row in city.rows(set_as_of, [as_of])]


def test_as_of_when_it_was_unfounded_it_is_not_shown_though_it_came_back(city: Home, cleared: str) -> None:
    city.run("update core.alert set state = 'new' where alert_no = %s", [cleared])
    admit(city, "reader_of_all", "")
    for as_of, is_there in (("2026-12-01 12:00+08", False), ("2026-06-02 12:00+08", True), ("", True)):
        with login(city, "reader_of_all") as reader:
            reader.execute("select set_config('cadre.as_of', %s, true)", [as_of])
            assert (cleared in column(reader, "select alert_no from mart.alert")) == is_there


def test_it_stays_so_until_there_is_other_evidence(city: Home, cleared: str) -> None:
    evaluate(DAY)  # whatever else there is to say
    assert evaluate(DAY) == {"raised": 0, "updated": 0, "expired": 0, "retracted": 0}
    city.run("update core.record set known_to = '2026-06-04' where resource = 'finance' and known_to is null")
    assert evaluate(DAY + timedelta(days=1))["raised"] == 0
    assert city.one("select state from core.alert where alert_no = %s", [cleared]) == "unfounded"
    city.run("update core.record set known_to = null where resource = 'finance'")
    city.run("update core.alert set evidence = '[]' where alert_no = %s", [cleared])
    evaluate(DAY + timedelta(days=2))
    assert city.one("select state from core.alert where alert_no = %s", [cleared]) == "new"


def test_it_goes_on_the_day_with_proof_and_is_not_raised_again(city: Home, cleared: str) -> None:
    evaluate(DAY)  # whatever else there is to say
    before = whole(city, "core")["core.alert"]
    assert remove_unfounded(FOUND + KEPT - timedelta(days=1)) == 0
    assert remove_unfounded(FOUND + KEPT) == 1
    assert remove_unfounded(FOUND + KEPT) == 0
    after = whole(city, "core")["core.alert"]
    assert after == [row for row in before if row["alert_no"] != cleared]
    (proof,) = city.rows("select day, kind, things, by_table, kept_days, official from ledger.removal")
    told = {"alert": 1, "alert_event": 3, "alert_told": 1}
    assert proof == {"day": FOUND + KEPT, "kind": "unfounded", "things": 1, "by_table": told, "kept_days": 366, "official": None}
    admit(city, "reader_of_nothing")
    with login(city, "reader_of_nothing") as reader:
        shown = reader.execute("select day, kind, kept_days, things, rows_removed from mart.removal").fetchall()
        assert shown == [(FOUND + KEPT, "unfounded", 366, 1, 5)]
    assert evaluate(DAY)["raised"] == 0
    city.run("delete from core.cleared")
    assert evaluate(DAY)["raised"] == 1


def test_the_period_is_a_setting(city: Home, cleared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_KEEP_UNFOUNDED", "10")
    assert remove_unfounded(FOUND + timedelta(days=9)) == 0
    assert remove_unfounded(FOUND + timedelta(days=10)) == 1
    assert city.rows("select from core.alert where alert_no = %s", [cleared]) == []
