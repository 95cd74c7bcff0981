"""Identity numbers, and what rows say, are nowhere where they need not be: not in a table, a file, a message or a log."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from feed_cases import FOLDER, Case, States
from homes import Home, settled_in

from cadre_cloud import contracts
from cadre_cloud.feed.extract import FeedIsOff, extract

BAD = [
    "court/impossible_date", "court/undecodable", "court/quarantined_keeps_record", "discipline/first_day",
    "discipline/bad_rows", "personnel/bad_rows", "unit/bad_uscc", "unit/bad_region",
]  # fmt: skip
AFTER = ["personnel/newcomer", "personnel/number_corrected", "personnel/bad_rows", "discipline/bad_rows", "court/key_conflict"]
ID_COLUMNS = {"a0184", "SFZH"}


def sent(case: Case) -> Iterator[dict[str, str]]:
    """The rows of a case and of those before it, as sent."""
    for one in case.chain:
        for path in one.folder.glob("*"):
            if path.suffix == ".jsonl":
                yield from (
                    {k: str(v) for k, v in json.loads(line).items() if v is not None}
                    for line in path.read_text("utf-8").splitlines()
                )
            elif path.suffix == ".csv":
                encoding = "gb18030" if one.resource == "court" else "utf-8"
                yield from csv.DictReader(io.StringIO(path.read_bytes().decode(encoding, "replace")))


def numbers_of(case: Case) -> set[str]:
    return {row[column] for row in sent(case) for column in ID_COLUMNS if len(row.get(column) or "") >= 15}


@pytest.fixture(params=AFTER)
def ran(request: pytest.FixtureRequest, states: States) -> tuple[Case, Home]:
    case = Case(FOLDER / request.param)
    return case, states.after(case.chain)


def test_no_identity_number_in_any_column(ran: tuple[Case, Home]) -> None:
    """As text, as JSON, or as the bytes of its digits; right ones and wrong ones."""
    case, home = ran
    numbers = numbers_of(case)
    assert len(numbers) > 7
    looked_for = numbers | {number.encode().hex() for number in numbers}
    for relation, row in every_row(home):
        assert not [number for number in looked_for if number in row], relation


def test_no_masked_number_but_in_its_own_column(ran: tuple[Case, Home]) -> None:
    _, home = ran
    for relation, row in every_row(home, without="id_masked"):
        assert "********" not in row, relation


def test_nothing_lies_in_the_clear_on_the_disk(ran: tuple[Case, Home]) -> None:
    case, home = ran
    people = numbers_of(case) | {row[column] for row in sent(case) for column in ("XM", "a0101", "当事人姓名") if row.get(column)}
    looked_for = {text.encode(encoding) for text in people for encoding in ("utf-8", "gb18030", "utf-16-le")}
    files = [path for path in home.var.rglob("*") if path.is_file()]
    assert {path.relative_to(home.var).parts[0] for path in files} >= {"landing", "index"}
    for path in files:
        content = path.read_bytes()
        assert not [text for text in looked_for if text in content], path.name


def test_nothing_is_left_of_rows_on_their_way(ran: tuple[Case, Home]) -> None:
    _, home = ran
    assert [path for path in (home.var / "work").rglob("*") if path.is_file()] == []
    assert list(home.var.rglob("*.part")) == []


@pytest.mark.parametrize("name", BAD)
def test_reasons_and_figures_hold_no_value_of_a_row(states: States, name: str) -> None:
    case = Case(FOLDER / name)
    home = states.after(case.chain)
    contract = contracts.named(case.resource)
    keys = {source for source, column in contract.columns.items() if column.name in contract.key}
    values = {value for row in sent(case) for source, value in row.items() if source not in keys and value and len(value) > 3}
    told = home.rows("select field, reason, message from mart.quarantine") + home.rows(
        "select to_jsonb(q) - '{day,delivery_id}'::text[] as figures from mart.quality q"
    )
    told += home.rows("select reason, message from mart.delivery") + home.rows("select message from ledger.settlement")
    assert home.one("select count(*) from mart.quarantine") > 0
    for row in told:
        assert not [value for value in values if value in repr(row)], row


@pytest.mark.parametrize("name", ["court/undecodable", "discipline/bad_rows", "personnel/bad_rows"])
def test_logs_hold_no_value_of_a_row(
    states: States, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    case = Case(FOLDER / name)
    fresh = States(states._stack, lambda: tmp_path / "home")
    fresh._made = {key: home for key, home in states._made.items() if key != tuple(one.name for one in case.chain)}
    fresh.after(case.chain)
    out, err = capfd.readouterr()
    logged = out + err + caplog.text
    assert "rows refused" in logged
    people = {row[column] for row in sent(case) for column in ("XM", "a0101", "当事人姓名") if row.get(column)}
    assert not [text for text in people | numbers_of(case) if text in logged]


def test_without_a_legal_basis_nobody_is_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_LEGAL_BASIS", "{}")
    case = Case(FOLDER / "court" / "first_day")
    case.lay(home.folder / "city")
    with settled_in(home), pytest.MonkeyPatch.context() as patch:
        patch.setenv("CADRE_LEGAL_BASIS", "{}")
        with pytest.raises(FeedIsOff, match="legal basis"):
            extract(contracts.named("court"), case.day)
    assert home.rows("select * from ledger.delivery") == []


def every_row(home: Home, without: str = "") -> Iterator[tuple[str, str]]:
    """Each row of each table and view of ours, as text."""
    with psycopg.connect(home.owner) as owner:
        relations = owner.execute(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema not in ('pg_catalog', 'information_schema') order by 1"
        ).fetchall()
        assert len(relations) > 20
        for (relation,) in relations:
            for (row,) in owner.execute(f"select (to_jsonb(t) - %s)::text from {relation} t", [without]):
                yield relation, row
