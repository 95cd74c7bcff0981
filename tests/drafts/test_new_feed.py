"""A resource drafted from what its department says of it: every part loads as drafted, and what a person decides is marked."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import yaml
from chain_in_process import contract_of, deliver, gateway, run_feed
from feed_cases import FOLDER, Case, States
from homes import Home, settled_in
from openpyxl import Workbook
from test_dags import parse

from cadre_cloud import contracts, upkeep
from cadre_cloud.commands import new_feed
from cadre_cloud.commands.drafts import catalogue
from cadre_cloud.commands.drafts.catalogue import CatalogueError
from cadre_cloud.commands.drafts.columns import columns
from cadre_cloud.commands.drafts.contract import decisions

CLONE = Path(__file__).resolve().parents[2]
ENTRIES = sorted((CLONE / "tests" / "catalogue").glob("*.yaml"))
KEPT_IN_PART = ("declaration", "training")  # of whose columns a core table has fewer, which a person decides
LOADED = [path.stem for path in ENTRIES if path.stem not in KEPT_IN_PART]
OTHERS = [[f"E{number}", "第三小学", "某某", "教师", "丙", "通报", "2026.5.22"] for number in range(3, 6)]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that knows only the roster's feeds."""
    home = tmp_path / "checkout"
    for name in ("unit", "personnel"):
        for place in (f"dags/feeds/{name}.yaml", f"expectations/{name}.json"):
            (home / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CLONE / place, home / place)
    shutil.copy(CLONE / "dags" / "feeds.py", home / "dags")
    (home / "sql").symlink_to(CLONE / "sql")
    monkeypatch.setenv("CADRE_HOME", str(home))
    return home


def entry(folder: Path, change: Callable[[dict], object]) -> Path:
    """The procuratorate's entry, changed."""
    words = yaml.safe_load((CLONE / "tests" / "catalogue" / "procuratorate.yaml").read_text("utf-8"))
    change(words)
    path = folder / "entry.yaml"
    path.write_text(yaml.safe_dump(words, allow_unicode=True), "utf-8")
    return path


def test_every_draft_is_a_contract_that_is_off_and_a_dag(checkout: Path) -> None:
    for path in ENTRIES:
        new_feed.new_feed(path)
        contract = contracts.named(path.stem)
        assert not contract.is_on
        assert contract.key == [item.name for item in catalogue.read(path).key_items]
        suite = json.loads((checkout / "expectations" / f"{path.stem}.json").read_text("utf-8"))
        named = {
            name for one in suite["expectations"] for name in [one["kwargs"].get("column"), *one["kwargs"].get("column_list", [])]
        }
        assert named - {None, "refused"} <= contract.named.keys()
    parsed = parse(checkout)
    assert parsed["errors"] == {}
    assert {f"feed_{path.stem}" for path in ENTRIES} <= parsed["dags"].keys()
    assert all("off" in parsed["dags"][f"feed_{path.stem}"]["tags"] for path in ENTRIES)


def test_what_a_person_decides_is_marked(checkout: Path) -> None:
    new_feed.new_feed(CLONE / "tests" / "catalogue" / "procuratorate.yaml")
    text = (checkout / "dags" / "feeds" / "procuratorate.yaml").read_text("utf-8")
    marked = {text.splitlines()[number - 1].strip().partition(":")[0] for number, _ in decisions(text)}
    assert {"owner", "purpose", "legal_basis", "impact", "late_after", "occurred_on", "valid", "summary", "detail"} <= marked


@pytest.mark.parametrize("resource", LOADED)
def test_the_drafted_case_comes_true(resource: str, checkout: Path, states: States, tmp_path: Path) -> None:
    """In the chain itself: by number, hash, name and unit; pages, tables, text, workbooks and Parquet."""
    new_feed.new_feed(CLONE / "tests" / "catalogue" / f"{resource}.yaml")
    home = states.lodging(tmp_path / "home", "personnel/roster", with_exchange=True)
    case = Case(checkout / "tests" / "feeds" / resource / "first_day")
    with at_work(home, checkout, resource):
        run(home, case)
    (delivery,) = home.rows("select * from ledger.delivery where resource = %s", [resource])
    assert {name: delivery[name] for name in case.expect["ledger"]} == case.expect["ledger"]
    assert delivery["state"] == case.expect["outcome"]
    for word, query in {
        "quarantine": "select source_key, field, reason from mart.quarantine where resource = %s",
        "links": "select source_key, cadre_no, verdict, method from core.link where resource = %s order by mention_no",
        "records": "select source_key, cadre_no from core.known_record where resource = %s",
    }.items():
        assert home.rows(query, [resource]) == case.expect.get(word, []), word


@contextmanager
def at_work(home: Home, checkout: Path, resource: str) -> Iterator[None]:
    """Work in a home by the contracts of a checkout, and with a legal basis for one of them."""
    with settled_in(home), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CADRE_HOME", str(checkout))
        patch.setenv("CADRE_LEGAL_BASIS", json.dumps({resource: "tests with synthetic people"}))
        contract_of.cache_clear()
        yield
    contract_of.cache_clear()


def run(home: Home, case: Case) -> None:
    case.lay(home.folder / "city")
    deliver(home, home.folder / "city", case.day, [case.resource])
    with gateway(home.folder / "city", case.day, [case.resource]):
        run_feed(contracts.named(case.resource), case.day)


def test_who_joins_the_roster_is_found_in_every_file_of_those_that_add_up(checkout: Path, states: States, tmp_path: Path) -> None:
    """Each file brings only what is new, so none takes another's place; of a record the later file counts."""
    new_feed.new_feed(CLONE / "tests" / "catalogue" / "environment.yaml")
    home, city = states.lodging(tmp_path / "home", "personnel/roster", with_exchange=True), tmp_path / "city"
    Case(FOLDER / "personnel" / "newcomer").lay(city)
    workbook(city, "2026-06-01", [["E1", "青禾县人民政府", "林晓东", "科员", "甲", "诫勉", "2026.5.20"], *OTHERS,
                                  ["E2", "青禾县人民政府", "林晓东", "科员", "乙", "通报", "2026.5.21"]])  # fmt: skip
    workbook(city, "2026-06-02", [["E2", "青禾县人民政府", "林晓东", "副局长", "乙", "诫勉", "2026.5.21"]])
    with at_work(home, checkout, "environment"):
        for day in (date(2026, 6, 1), date(2026, 6, 2)):
            resources = ["personnel", "environment"] if day.day == 2 else ["environment"]
            deliver(home, city, day, resources)
            for resource in resources:
                run_feed(contracts.named(resource), day)
        upkeep.expire_landed(date(2026, 12, 1))
    found = home.rows("select source_key, cadre_no, verdict, method from core.link where known_to is null order by 1")
    asked = {"cadre_no": "C0009", "verdict": "undecided", "method": "name_unit"}
    assert found == [{"source_key": f"{case}|林晓东"} | asked for case in ("E1", "E2")]
    titles = "select source_key, detail ->> 'post_title' as title from core.record where known_to is null order by 1"
    assert home.rows(titles) == [{"source_key": "E1|林晓东", "title": "科员"}, {"source_key": "E2|林晓东", "title": "副局长"}]
    files = "select file, state, expired_at from ledger.delivery where resource = 'environment' order by 1"
    assert [tuple(row.values()) for row in home.rows(files)] == [
        ("environment_20260601.xlsx", "loaded", None), ("environment_20260602.xlsx", "loaded", None),
    ]  # fmt: skip


def workbook(city: Path, day: str, rows: list[list[str]]) -> None:
    """A day's workbook of the environment bureau."""
    header = [item.source for item in catalogue.read(CLONE / "tests" / "catalogue" / "environment.yaml").items]
    book = Workbook()
    book.active.title = "责任追究"
    for row in [header, *rows]:
        book.active.append(row)
    folder = city / "environment" / day
    folder.mkdir(parents=True)
    book.save(folder / f"environment_{day.replace('-', '')}.xlsx")


def test_nothing_that_is_there_is_replaced(checkout: Path) -> None:
    path = CLONE / "tests" / "catalogue" / "procuratorate.yaml"
    there = checkout / "expectations" / "procuratorate.json"
    there.write_text("ours", "utf-8")
    with pytest.raises(CatalogueError, match=r"would replace expectations/procuratorate\.json"):
        new_feed.new_feed(path)
    assert there.read_text("utf-8") == "ours"
    assert not (checkout / "dags" / "feeds" / "procuratorate.yaml").exists()


def test_a_comma_that_nobody_quoted_belongs_to_its_text() -> None:
    items = {item.name: item for item in catalogue.read(CLONE / "tests" / "catalogue" / "taxation.yaml").items}
    assert items["amount"].type == "numeric(16, 2)"
    assert items["id_masked"].note == "of the legal representative, 6+4"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda words: words.pop("resource"), "resource: Field required"),
        (lambda words: words.update(keys=["TYSAH"]), "keys: Extra inputs are not permitted"),
        (lambda words: words.update(key=["AJBH"]), "key names AJBH, which is none of the items"),
        (lambda words: words["person"].update(columns=["XM"]), "person.columns names XM"),
        (lambda words: words["delivery"].pop("path"), "delivery: a delivery of kind api says its path"),
        (lambda words: words["delivery"].pop("cursor"), "delivery: a delivery of changes says its cursor"),
        (lambda words: words["items"][4].update(type="gold"), "nobody knows type 'gold' of AY"),
        (lambda words: words["items"][4].update(name="Offence"), "makes no contract"),
        (lambda words: words["items"][4].update(required="perhaps"), "items.4.required"),
    ],
)
def test_a_bad_entry_is_named(change: Callable, said: str, checkout: Path, tmp_path: Path) -> None:
    before = sorted(checkout.rglob("*"))
    with pytest.raises(CatalogueError) as refused:
        new_feed.new_feed(entry(tmp_path, change))
    assert said in str(refused.value)
    assert sorted(checkout.rglob("*")) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"resource: [unit", "entry.yaml is no YAML"), ("title: 检察".encode("gb18030"), "not in UTF-8"), (None, "cannot be read")],
)
def test_what_is_no_entry_is_told(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "entry.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CatalogueError, match=said):
        catalogue.read(path)


@pytest.mark.parametrize(
    ("words", "column"),
    [
        ({"type": "date(YYYY/M/D)"}, {"type": "date", "format": "%Y/%-m/%-d"}),
        ({"type": "date (Excel serial or YYYY.M.D)"}, {"type": "date", "format": ["%Y-%m-%d", "%Y.%-m.%-d"]}),
        ({"type": "date(YYYYMMDD) or month(YYYYMM)"}, {"type": "date_or_month"}),
        ({"type": "month(YYYY.MM)"}, {"type": "month", "format": "%Y.%m"}),
        ({"type": "date"}, {"type": "date"}),
        ({"type": "money(万元)"}, {"type": "money", "times": 10000}),
        ({"type": "numeric(16,2)"}, {"type": "money"}),
        ({"type": "string(28)"}, {"type": "text", "length": 28}),
        ({"type": "text"}, {"type": "lines"}),
        ({"type": "text(是/否)"}, {"type": "boolean", "true": "是", "false": "否"}),
        ({"type": "text(男/女)"}, {"type": "term", "terms": {"男": "male", "女": "female"}}),
        ({"type": "code", "codes": {"1": "男", "2": "女"}}, {"type": "term", "terms": {"1": "male", "2": "female"}}),
        ({"type": "code", "codes": {"0": "未核"}}, {"type": "code", "codes": {"0": "未核"}}),
        ({"type": "code"}, {"type": "text"}),
        ({"type": "timestamptz"}, {"type": "timestamp"}),
    ],
)
def test_types_of_the_catalogue_as_ours(words: dict, column: dict, tmp_path: Path) -> None:
    path = entry(tmp_path, lambda whole: whole["items"].append({"source": "X", "name": "x"} | words))
    assert columns(catalogue.read(path))["X"] == {"name": "x"} | column
