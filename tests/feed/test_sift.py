"""What is laid down between the check and the load, and that nobody is missed for it, whatever comes between."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import contract_of, deliver, run_feed
from dump import present
from feed_cases import FOLDER, States
from homes import Home, settled_in

from cadre_cloud.feed import compare
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.settle import settle

DAY, NEXT = date(2026, 6, 1), date(2026, 6, 2)
with (FOLDER / "court" / "first_day" / "court_20260601.csv").open(encoding="gb18030", newline="") as _file:
    ROWS = list(csv.DictReader(_file))
OFFICIAL, OTHER = ROWS[2], ROWS[1]  # C0002's debt, and a creditor who is nobody we know
KEY = "(2026)黔9902执00002号|1"
NEWCOMER = "林晓东"
SAME = "select cadre_no from core.link where source_key = %s and known_to is null and verdict = 'same'"


@pytest.fixture
def home(states: States, tmp_path: Path):
    """The roster stands."""
    with settled_in(states.lodging(tmp_path / "home", "personnel/roster", with_exchange=True)) as home:
        (home.drop / "court").mkdir(exist_ok=True)
        yield home


def drop(home: Home, day: date, rows: list[dict[str, str]]) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]))
    writer.writeheader()
    writer.writerows(rows)
    (home.drop / "court" / f"court_{day:%Y%m%d}.csv").write_bytes(out.getvalue().encode("gb18030"))


def of_another() -> dict[str, str]:
    """The official's record, about the other one now."""
    return OTHER | {column: OFFICIAL[column] for column in ("案号", "当事人序号")}


def checked(day: date) -> list[str]:
    extract(contract_of("court"), day)
    return check(contract_of("court"), day)


def laid_down(delivery_id: str, base: str | None = None) -> list[str]:
    """The names in what was laid down, as read and as sent."""
    found = compare.kept(delivery_id, base)
    assert found
    return [name for part in found.news() for name in part.rows["person_name"].to_pylist() + part.text["当事人姓名"].to_pylist()]


def join(home: Home, day: date) -> None:
    """Somebody joins the roster."""
    source = FOLDER / "personnel" / "newcomer" / "rows.csv"
    folder = home.folder / "city" / "personnel" / day.isoformat()
    folder.mkdir(parents=True)
    (folder / "rows.csv").write_bytes(source.read_bytes())
    deliver(home, home.folder / "city", day, ["personnel"])
    run_feed(contract_of("personnel"), day)


def test_of_others_nothing_is_laid_down_and_all_are_counted(home: Home) -> None:
    drop(home, DAY, ROWS)
    (delivery_id,) = checked(DAY)
    names = laid_down(delivery_id)
    assert OFFICIAL["当事人姓名"] in names
    assert not {OTHER["当事人姓名"], "周小军", "吴桂花"} & set(names)
    load(contract_of("court"), DAY)
    (counts,) = home.rows("select changed, mentions, linked + review + nobody as judged from ledger.delivery "
                          "where resource = 'court'")  # fmt: skip
    assert counts == {"changed": 12, "mentions": 12, "judged": 12}


def test_as_long_as_there_is_no_roster_everything_is(states: States, tmp_path: Path) -> None:
    with settled_in(states.lodging(tmp_path / "home", "unit/city_units")) as home:
        (home.drop / "court").mkdir(exist_ok=True)
        drop(home, DAY, ROWS)
        (delivery_id,) = checked(DAY)
        assert OTHER["当事人姓名"] in laid_down(delivery_id)


def test_a_record_that_one_file_ties_to_an_official_and_the_next_to_another(home: Home) -> None:
    """Both are checked before either is loaded: when the second was, nothing was known of the first one's link."""
    drop(home, DAY, [OFFICIAL])
    drop(home, NEXT, [of_another()])
    first, second = checked(NEXT)
    assert laid_down(second, first) == [OTHER["当事人姓名"]] * 2
    load(contract_of("court"), NEXT)
    assert [row["state"] for row in home.rows("select state from ledger.delivery where resource = 'court'")] == ["loaded"] * 2
    assert home.rows(SAME, [KEY]) == []


def test_a_record_that_left_and_comes_back_about_another(home: Home) -> None:
    days = (DAY, NEXT, date(2026, 6, 3))
    for day, rows in zip(days, ([OFFICIAL, *ROWS[3:]], ROWS[3:], [of_another(), *ROWS[3:]]), strict=True):
        drop(home, day, rows)
        checked(day)
        load(contract_of("court"), day)
    assert home.rows(SAME, [KEY]) == []


def test_who_joins_between_the_check_and_the_load_is_found(home: Home) -> None:
    drop(home, DAY, ROWS)
    (delivery_id,) = checked(DAY)
    assert NEWCOMER not in laid_down(delivery_id)
    join(home, DAY)
    load(contract_of("court"), DAY)
    assert [row["cadre_no"] for row in home.rows(SAME, ["(2026)黔9902执00009号|1"])] == ["C0009"]


def test_who_joined_is_found_if_the_search_came_before_the_load(home: Home) -> None:
    """What was laid down knows an older roster than the one that was searched for."""
    drop(home, DAY, ROWS[:5])
    run_feed(contract_of("court"), DAY)
    drop(home, NEXT, ROWS)
    checked(NEXT)
    join(home, NEXT)
    load(contract_of("court"), DAY)  # nothing new of that day: it searches
    load(contract_of("court"), NEXT)
    assert [row["cadre_no"] for row in home.rows(SAME, ["(2026)黔9902执00009号|1"])] == ["C0009"]


def test_it_is_as_if_all_had_been_laid_down(home: Home, states: States, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for number in range(2):
        if number:
            monkeypatch.setattr("cadre_cloud.feed.check.officials", lambda *_: compare.EVERYTHING)
        with settled_in(states.lodging(tmp_path / f"home_{number}", "personnel/roster")) as one:
            (one.drop / "court").mkdir(exist_ok=True)
            for day, rows in ((DAY, ROWS), (NEXT, [*ROWS[1:], ROWS[0] | {"是否失信": "否"}])):
                drop(one, day, rows)
                checked(day)
                load(contract_of("court"), day)
                settle(contract_of("court"), day)
            found.append((present(one), one.rows("select day, changed, mentions, linked, review, nobody, reference "
                                                 "from ledger.delivery order by day, resource")))  # fmt: skip
    assert found[0] == found[1]
