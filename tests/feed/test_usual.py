"""A delivery beside its own history: too much and too little, columns filled otherwise, and what is tolerated for a time."""

from datetime import date
from pathlib import Path

import pytest
from chain_in_process import contract_of, run_feed
from feed_cases import FOLDER, States
from homes import Home, settled_in
from hypothesis import given
from hypothesis import strategies as st

from cadre_cloud import contracts
from cadre_cloud.feed.usual import FILLED, ROW_COUNT, history, tolerate, unusual
from cadre_cloud.mail.notices import notices
from cadre_cloud.warehouse.connection import connect
from transforms.contract import Tolerated

USUAL = [{"received": rows, "filled": {"name": 1.0, "price": 0.5}} for rows in (1000, 1100, 900, 1050)]
DELIVERED = """
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, received, accepted,
                             unchanged, filled)
values (%(resource)s || %(day)s, %(resource)s, %(day)s::date, 'f', %(day)s, 1, 'x', 'loaded', %(rows)s, %(rows)s, %(rows)s,
        '{"case_no": 1.0, "remark": 0.6}')"""


@pytest.mark.parametrize(
    ("rows", "filled", "told"),
    [
        pytest.param(1000, {"name": 1.0, "price": 0.5}, [], id="as usual"),
        pytest.param(450, {"name": 1.0, "price": 0.5}, [], id="half of the fewest"),
        pytest.param(449, {"name": 1.0, "price": 0.5}, [ROW_COUNT], id="fewer than half"),
        pytest.param(2201, {"name": 1.0, "price": 0.5}, [ROW_COUNT], id="more than twice the most"),
        pytest.param(1000, {"name": 0.89, "price": 0.5}, [FILLED], id="a column is filled less"),
        pytest.param(1000, {"name": 1.0, "price": 0.61}, [FILLED], id="a column is filled more"),
        pytest.param(1000, {"name": 1.0, "price": 0.5, "new": 0.1}, [], id="a column without a history"),
        pytest.param(0, {}, [], id="a pull that brings nothing"),
    ],
)
def test_too_little_and_too_much_are_unusual(rows: int, filled: dict[str, float], told: list[str]) -> None:
    assert [finding.expectation for finding in unusual(USUAL, rows, filled) if not finding.success] == told


@pytest.mark.parametrize("rows", [0, 5, 10_000])
def test_of_a_short_history_nothing_is_usual(rows: int) -> None:
    assert unusual(USUAL[:3], rows, {"name": 0.0}) == []


def test_a_handful_more_is_not_unusual_where_a_handful_comes() -> None:
    few = [{"received": rows, "filled": {"name": 1.0}} for rows in (1, 2, 3, 2)]
    assert all(finding.success for finding in unusual(few, 29, {"name": 0.5}))


@given(st.lists(st.integers(1, 10**6), min_size=4, max_size=8), st.floats(0, 1))
def test_whatever_stands_in_the_history_is_usual(counts: list[int], share: float) -> None:
    before = [{"received": rows, "filled": {"name": share}} for rows in counts]
    assert all(finding.success for rows in counts for finding in unusual(before, rows, {"name": share}))


def test_what_is_tolerated_is_an_error_again_after_its_day_and_beyond_its_number() -> None:
    (finding,) = [one for one in unusual(USUAL, 1000, {"name": 0.75}) if not one.success]
    until = Tolerated(expectation=FILLED, column="name", up_to=0.2, why="新系统上线", until=date(2026, 6, 30))
    (tolerated,) = tolerate([finding], [until], date(2026, 6, 30))
    assert (tolerated.severity, tolerated.success, tolerated.asked["tolerated"]["until"]) == ("info", False, "2026-06-30")
    assert tolerate([finding], [until], date(2026, 7, 1)) == [finding]
    assert tolerate([finding], [until.model_copy(update={"up_to": 0.1})], date(2026, 6, 30)) == [finding]
    assert tolerate([finding], [until.model_copy(update={"column": "price"})], date(2026, 6, 30)) == [finding]


@pytest.fixture
def home(states: States, tmp_path: Path) -> Home:
    return states.lodging(tmp_path / "home", "personnel/roster")


def test_what_comes_daily_is_compared_with_the_same_weekday_and_a_month_with_months(home: Home) -> None:
    for day in range(1, 31):
        for resource in ("court", "land"):
            home.run(DELIVERED, {"resource": resource, "day": f"2026-06-{day:02}", "rows": 1000 + day})
    with settled_in(home), connect() as warehouse:
        mondays = history(warehouse, contracts.named("court"), date(2026, 6, 29))
        latest = history(warehouse, contracts.named("land"), date(2026, 6, 29))
    assert [row["received"] for row in mondays] == [1022, 1015, 1008, 1001]
    assert [row["received"] for row in latest] == [1000 + day for day in range(28, 20, -1)]


def test_an_unusual_delivery_loads_and_is_told_of_once_with_figures_alone(home: Home) -> None:
    day = date(2026, 6, 1)
    for before in ("2026-05-04", "2026-05-11", "2026-05-18", "2026-05-25"):
        home.run(DELIVERED, {"resource": "court", "day": before, "rows": 1000})
    (home.drop / "court").mkdir()
    (home.drop / "court" / "court_20260601.csv").write_bytes((FOLDER / "court/first_day/court_20260601.csv").read_bytes())
    with settled_in(home):
        run_feed(contract_of("court"), day)
        with connect() as warehouse:
            told = [row for row in notices(warehouse, day) if row["kind"] == "Unusual"]
    assert [(row["resource"], row["message"]) for row in told] == [("court", "court_20260601.csv：行数 12")]
    assert home.rows("select state, received from ledger.delivery where day = %s", [day]) == [{"state": "loaded", "received": 12}]
    filled = home.one("select filled from ledger.delivery where day = %s", [day])
    assert filled["case_no"] == 1
    assert filled.keys() == contract_of("court").named.keys()
