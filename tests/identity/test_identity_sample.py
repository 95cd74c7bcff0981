"""A sample that people label without knowing what the machine said: who may, what is estimated, and that it changes no link."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import psycopg
import pytest
from feed_cases import States
from homes import Home, settled_in
from psycopg.errors import InsufficientPrivilege

from cadre_cloud.commands import identity_report, identity_sample
from cadre_cloud.commands.common import carry_out
from cadre_cloud.warehouse import samples
from cadre_cloud.warehouse.connection import connect
from transforms.link.sample import Stratum, estimate, is_too_bad
from transforms.wilson import bounds

Command = Callable[..., tuple[int, str, str]]
LINKS = "select * from core.link order by link_no"


@pytest.fixture
def home(states: States, tmp_path: Path) -> Iterator[Home]:
    """The court's first day: six links, and a question."""
    home = states.lodging(tmp_path / "home", "court/first_day")
    with settled_in(home):
        for user, region in (("city", "5299"), ("county", "529902")):
            home.run("select core.admit_to('cadre_reviewer', %s, %s)", [user, region])
        yield home


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def command(*given: str, module: ModuleType = identity_sample) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["command", *given])
        code = carry_out(module.main)
        return code, *capsys.readouterr()

    return command


def fill_in(path: Path, label: Callable[[dict[str, str]], str], why: str = "by the file") -> list[dict[str, str]]:
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows({**row, "label": label(row), "why": why} for row in rows)
    return rows


def test_what_people_say_is_counted_and_changes_no_link(home: Home, run: Command, tmp_path: Path) -> None:
    before, cases = home.rows(LINKS), tmp_path / "cases.csv"
    assert run("--draw=20")[:2] == (0, "7 cases were drawn.\n")
    assert run("--draw=20")[:2] == (0, "0 cases were drawn.\n"), "each is drawn once"
    assert run(f"--file={cases}", "--who=city")[0] == 0
    assert cases.stat().st_mode & 0o077 == 0
    rows = fill_in(cases, lambda row: "different" if row["cadre_no"] == "C0001" else "same")
    assert len(rows) == 7
    assert not {"verdict", "method", "probability", "rank"} & set(rows[0]), "what the machine says is not told"
    assert home.one("select count(*) from core.look where who = 'city' and through = 'identity_sample'") == 7
    code, told, _ = run(f"--labels={cases}", "--who=city")
    assert code == 0 and told.startswith("7 labels are new.\n") and "want a decision" in told
    assert run(f"--labels={cases}", "--who=city")[1].startswith("0 labels are new.\n")
    (row,) = home.rows("select method, links, labelled, same, different from mart.identity_sample")
    assert row == {"method": "masked_id", "links": 6, "labelled": 6, "same": 5, "different": 1}
    assert home.rows(LINKS) == before
    _, told, _ = run(module=identity_report)
    assert "0.8333 of the links are right" in told and "by 6 labels" in told
    assert run(f"--file={cases}", "--who=city")[0] == 1, "nothing is left"


def test_who_may_label(home: Home, run: Command, tmp_path: Path) -> None:
    run("--draw=20")
    theirs, all_ = tmp_path / "county.csv", tmp_path / "city.csv"
    assert run(f"--file={theirs}", "--who=county")[0] == run(f"--file={all_}", "--who=city")[0] == 0
    county, city = (fill_in(path, lambda _: "same") for path in (theirs, all_))
    assert 0 < len(county) < len(city)
    code, told, refused = run(f"--labels={all_}", "--who=county")
    assert (code, told.splitlines()[0]) == (1, f"{len(county)} labels are new.")
    assert refused.count("has to be a reviewer") == len(city) - len(county)
    assert run(f"--labels={all_}", "--who=stranger")[0] == 1
    assert run(f"--file={all_}", "--who=stranger")[2].startswith("Nothing was done")
    fill_in(all_, lambda _: "same", why="529901198007010010")
    assert "must not hold an identity number" in run(f"--labels={all_}", "--who=city")[2]
    with psycopg.connect(home.address("cadre_loader")) as loader, pytest.raises(InsufficientPrivilege):
        loader.execute("insert into core.link_label (sample_no, verdict, who, why, at) values (1, 'same', 'city', '', now())")


def test_links_that_people_find_false_stop_linking(home: Home, run: Command, tmp_path: Path) -> None:
    run("--draw=20")
    run(f"--file={tmp_path / 'cases.csv'}", "--who=city")
    fill_in(tmp_path / "cases.csv", lambda _: "different")
    run(f"--labels={tmp_path / 'cases.csv'}", "--who=city")
    with connect() as warehouse:
        assert is_too_bad(samples.of_resource(warehouse, "court"))
        assert not is_too_bad(samples.of_resource(warehouse, "land"))


def test_each_stratum_counts_as_much_as_it_has_links() -> None:
    share, least, most, labels = estimate([Stratum(900, 10, 10), Stratum(100, 10, 5), Stratum(50, 0, 0)]) or (0, 0, 0, 0)
    assert (share, labels) == (pytest.approx(0.95), 20)
    assert least < share < most
    assert estimate([Stratum(7, 20, 19)]) == (0.95, *map(pytest.approx, bounds(19, 20)), 20)
    assert estimate([Stratum(7, 0, 0)]) is None
    assert not is_too_bad(Stratum(0, 50, 49)) and is_too_bad(Stratum(0, 50, 45)) and not is_too_bad(Stratum(0, 0, 0))
