"""Whose identities are garbled: nothing new of it is linked without a person, which is said, until somebody allows it again."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from chain_in_process import run_day
from feed_cases import FOLDER, States
from homes import Home, settled_in

from cadre_cloud.commands import linking
from cadre_cloud.commands.common import carry_out
from cadre_cloud.mail.notices import notices
from cadre_cloud.warehouse.connection import connect

FIRST = date(2026, 6, 2)
ROWS = 40
HEAD = "不动产单元号,权利人序号,权利人,证件种类,证件号,共有方式,坐落,面积,用途,登记日期,取得价格,权利状态"
COUNTS = """
select coalesce(sum(mentions) filter (where outcome = 'automatic'), 0)::int as automatic,
       coalesce(sum(mentions) filter (where outcome = 'stopped'), 0)::int as stopped,
       coalesce(sum(mentions) filter (where outcome = 'review'), 0)::int as review,
       coalesce(sum(mentions) filter (where outcome = 'nobody'), 0)::int as nobody
from mart.linking where resource = 'land' and day = %s"""
STANDS = (
    "select verdict, count(*)::int as number from core.link where resource = 'land' and known_to is null group by 1 order by 1"
)
Person = tuple[str, str]  # name, number


@pytest.fixture
def home(states: States, tmp_path: Path) -> Iterator[Home]:
    """Four officials, of whose property an office tells anew each day."""
    home = states.lodging(tmp_path / "home", "personnel/roster")
    with settled_in(home):
        yield home


@pytest.fixture
def deliver(home: Home) -> Callable[[int, Sequence[Person]], date]:
    """Have the office deliver on a day, the first or one after it, who owns its forty properties."""

    def day_of(number: int, owners: Sequence[Person]) -> date:
        day = FIRST + timedelta(days=number)
        folder = home.folder / "city" / "land" / day.isoformat()
        folder.mkdir(parents=True)
        lines = [
            f"529901001001GB00000F{place:08},1,{name},身份证,{number_},单独所有,建设路1号,100,住宅,2021/9/1,{1000 + number},现势"
            for place, (name, number_) in enumerate(owners)
        ]
        (folder / f"land_{day:%Y%m%d}.csv").write_text("\n".join([HEAD, *lines, ""]), "utf-8-sig")
        run_day(home, home.folder / "city", day, ["land"])
        return day

    return day_of


def owners() -> list[Person]:
    (path,) = (FOLDER / "personnel" / "roster").glob("*.csv")
    people = [(row["a0101"], row["a0184"]) for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))) if row["a0184"]]
    return [people[number % 4] for number in range(ROWS)]


def shifted(people: Sequence[Person]) -> list[Person]:
    """Everybody's number beside the name of the row before."""
    return [(people[place - 1][0], number) for place, (_, number) in enumerate(people)]


def strangers(people: Sequence[Person]) -> list[Person]:
    """Numbers that are right, and nobody's of ours: as those are that were hashed with another salt."""
    return [(name, f"529901900101{place:03}") for place, (name, _) in enumerate(people)]


@pytest.fixture
def usual(home: Home, deliver: Callable[..., date]) -> Callable[..., date]:
    """Three days on which all was well."""
    for number in range(3):
        day = deliver(number, owners())
        assert home.rows(COUNTS, [day]) == [{"automatic": ROWS, "stopped": 0, "review": 0, "nobody": 0}]
    return deliver


def said(day: date) -> list[dict[str, str]]:
    """What the mails up to a day have to tell engineers of it."""
    with connect() as warehouse:
        return [notice for notice in notices(warehouse, day) if notice["kind"] == "Linking stopped"]


def test_numbers_beside_other_names_stop_linking(home: Home, usual: Callable[..., date]) -> None:
    day = usual(3, shifted(owners()))
    assert home.rows("select resource, day, reason, share, usual, cases, released_at from mart.linking_stop") == [
        {"resource": "land", "day": day, "reason": "recognised", "share": 0.0, "usual": 1.0, "cases": ROWS, "released_at": None}
    ]
    assert home.rows(COUNTS, [day]) == [{"automatic": 0, "stopped": 0, "review": ROWS, "nobody": 0}]
    assert "暂停自动关联" in home.one("select message from ledger.settlement where resource = 'land' and day = %s", [day])
    ((told,),) = [said(day)]
    assert (told["resource"], told["page"]) == ("land", "cadre/identity") and "暂停自动关联" in told["message"]
    assert said(day - timedelta(days=1)) == []


def test_numbers_of_nobody_stop_it_too(home: Home, usual: Callable[..., date]) -> None:
    day = usual(3, strangers(owners()))
    assert home.rows(COUNTS, [day]) == [{"automatic": 0, "stopped": 0, "review": 0, "nobody": ROWS}]
    assert home.rows("select reason, cases from mart.linking_stop") == [{"reason": "mentions", "cases": ROWS}]


def test_while_it_is_stopped_a_new_link_waits_and_is_made_once_allowed(
    home: Home, usual: Callable[..., date], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual(3, shifted(owners()))
    day = usual(4, owners())
    assert home.rows(COUNTS, [day]) == [{"automatic": 0, "stopped": ROWS, "review": 0, "nobody": 0}]
    assert home.rows(STANDS) == [{"verdict": "undecided", "number": ROWS}]
    assert home.one("select count(*) from core.link where known_to is null and evidence = 'stopped'") == ROWS
    assert home.one("select linked + review - mentions + nobody from ledger.delivery order by loaded_at desc limit 1") == 0
    monkeypatch.setattr("sys.argv", ["linking", "--allow=land", "--who=engineer", "--why=the office mended its export"])
    assert carry_out(linking.main) == 0
    assert home.rows(STANDS) == [{"verdict": "same", "number": ROWS}]
    assert home.rows("select who, decision, about from mart.decision where decision = 'allowed'") == [
        {"who": "engineer", "decision": "allowed", "about": "land"}
    ]
    assert home.one("select count(*) from mart.linking_stop where released_at is not null") == 1
    assert said(day) == []
    assert usual(5, owners()) and home.rows(STANDS) == [{"verdict": "same", "number": ROWS}]
    assert carry_out(linking.main) == 1, "it is not stopped any more"
    assert "not stopped" in capsys.readouterr().err


_FOUND_FALSE = """
with drawn as (
    insert into core.link_sample (about, drawn_at) select link_no, now() from core.link
    where resource = 'land' and known_to is null and verdict = 'same' returning sample_no)
insert into core.link_label (sample_no, verdict, who, why, at) select sample_no, 'different', 'w', 'y', now() from drawn"""


def test_links_that_people_found_false_stop_it(home: Home, usual: Callable[..., date]) -> None:
    home.run(_FOUND_FALSE)
    day = usual(3, [*owners(), owners()[0]])
    assert home.rows("select reason, cases from mart.linking_stop") == [{"reason": "sample", "cases": ROWS}]
    assert home.rows(COUNTS, [day]) == [{"automatic": ROWS, "stopped": 1, "review": 0, "nobody": 0}]


def test_what_was_linked_before_stays_so(home: Home, usual: Callable[..., date]) -> None:
    people = owners()
    half = ROWS // 10
    usual(3, [*people[:half], *shifted(people)[half:]])
    assert home.rows(STANDS) == [{"verdict": "same", "number": half}, {"verdict": "undecided", "number": ROWS - half}]


def test_a_few_fewer_are_no_drop_and_of_few_loads_nothing_is_usual(home: Home, deliver: Callable[..., date]) -> None:
    people = owners()
    deliver(0, people)
    deliver(1, shifted(people))
    deliver(2, people)
    deliver(3, [*people[:30], *shifted(people)[30:]])
    assert home.rows("select from mart.linking_stop") == []
