"""What comes from outside names nothing here: no path, no line of a log, no head of a mail, no part of a page."""

import json
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from chain_in_process import contract_of, run_feed
from feed_cases import FOLDER
from homes import Home
from pytest import LogCaptureFixture

from cadre_cloud import contracts
from cadre_cloud.mail import MailError, recipients
from cadre_cloud.mail.digest import render
from cadre_cloud.sources.api import allowed
from cadre_cloud.warehouse.connection import connect
from transforms.text import tellable

DAY = date(2026, 6, 1)
ROWS = (FOLDER / "court" / "first_day" / "court_20260601.csv").read_bytes()
NUMBER = "529901199001011234"
NAMES = [
    "court_\n2026-06-01 00:00:00 ERROR forged.csv",
    "court_\r\x1b[31m.csv",
    "court_\u202evsc.exe.csv",
    "court_..%2f..%2fetc%2fpasswd.csv",
    "court_..\\..\\x.csv",
    "court_'; drop table core.record; --.csv",
    "court_<img src=x onerror=alert(1)>.csv",
    "court_$(touch x)`touch x`|x;.csv",
    f"court_{NUMBER}_{NUMBER[:6] + NUMBER[8:17]}.csv",
    f"court_{'x' * 245}.csv",
    os.fsdecode(b"court_\xff\xfe.csv"),
]


def test_no_name_of_a_file_is_more_than_a_name(home: Home, caplog: LogCaptureFixture) -> None:
    folder = home.drop / "court"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_bytes(ROWS + b"\r\n" * number)
    (folder / "court_20261301\n<b>.csv").write_bytes(ROWS)  # not read, and the data engineers are told
    (folder / f"{NUMBER}\n.csv").write_bytes(ROWS)
    before = everything_but(home.var, home.folder)
    run_feed(contract_of("court"), DAY)
    assert everything_but(home.var, home.folder) == before
    files = [row["file"] for row in home.rows("select file from ledger.delivery")]
    assert len(files) == len(NAMES) + 1
    assert all(file.isprintable() and NUMBER not in file for file in files)
    assert "court_529901****1234_529901****1123.csv" in files
    landed = {path.name for path in (home.var / "landing" / "court").iterdir()}
    deliveries = home.rows("select sha256, delivery_id, landing <> '' as is_landed from ledger.delivery")
    notes = {f"{row['delivery_id']}.note" for row in deliveries} | {f"court-{DAY:%Y%m%d}.note"}
    assert landed - notes == {row["sha256"] for row in deliveries if row["is_landed"]}
    told = [record.getMessage() for record in caplog.records if record.name.startswith("cadre_cloud")]
    assert any("not read" in message for message in told)
    assert all(message.isprintable() and NUMBER not in message for message in told)
    render(DAY)
    for row in home.rows("select * from mail.message"):
        assert "<b>" not in row["body_html"]
        assert "<img" not in row["body_html"]
        assert "court_20261301\ufffd&lt;b&gt;.csv" in row["body_html"]
        assert "court_20261301\ufffd<b>.csv" in row["body_text"]


def test_a_file_without_a_header_tells_nothing_of_its_first_row(home: Home, caplog: LogCaptureFixture) -> None:
    (home.drop / "court").mkdir()
    header, first, *rest = ROWS.decode("gb18030").splitlines()
    (home.drop / "court" / "court_1.csv").write_bytes("\n".join([first, *rest]).encode("gb18030"))
    run_feed(contract_of("court"), DAY)
    (delivery,) = home.rows("select state, reason, message, unknown_columns from ledger.delivery")
    assert (delivery["state"], delivery["reason"], delivery["unknown_columns"]) == ("held", "missing_column", [])
    values = [value for value in first.split(",") if len(value) > 1 and value not in header]
    assert len(values) > 4
    assert not [value for value in values if value in delivery["message"] or value in caplog.text]


def test_names_of_columns_are_told_as_they_can_be(home: Home, caplog: LogCaptureFixture) -> None:
    (home.drop / "court").mkdir()
    header, *rest = ROWS.decode("gb18030").splitlines()
    new = f"新列\x07{NUMBER}"
    text = "\n".join([f"{header},{new}", *(f"{row},x" for row in rest if row)])
    (home.drop / "court" / "court_1.csv").write_bytes(text.encode("gb18030"))
    run_feed(contract_of("court"), DAY)
    assert home.one("select unknown_columns from ledger.delivery") == ["新列\ufffd529901****1234"]
    assert NUMBER not in caplog.text


def test_names_of_items_that_are_removed_are_told_as_they_can_be() -> None:
    dropped: Counter[str] = Counter()
    kept = allowed([{"XM": "王明", f"a\n{NUMBER}": "x"}], {"XM"}, dropped)
    assert json.loads(kept) == {"data": [{"XM": "王明"}]}
    assert dropped == {"a\ufffd529901****1234": 1}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("court_20260601053000.csv", "court_20260601053000.csv"),
        ("数据2026060105300012.csv", "数据2026060105300012.csv"),
        (NUMBER[:17] + "x", "529901****123x"),
        ("\u200b\ue000\udc80", "\ufffd" * 3),
    ],
)
def test_what_can_be_told(name: str, told: str) -> None:
    assert tellable(name) == told


@pytest.mark.parametrize("resource", ["", ".", "../feeds/court", "/etc/passwd", "court.yaml", "court\0", "Court", "*"])
def test_a_resource_is_one_of_the_contracts(resource: str) -> None:
    with pytest.raises(contracts.ContractError, match="no such resource"):
        contracts.named(resource)


@pytest.mark.parametrize(
    "address",
    [
        "a@x.test\nBcc: b@x.test",
        "a@x.test\rBcc: b@x.test",
        "a b@x.test",
        "<a@x.test>",
        "a@x.test,b@x.test",
        "a@x.test;b@x.test",
        "@",
        "a",
    ],
)
def test_an_address_is_one_address(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    path = tmp_path / "recipients.csv"
    path.write_text(f'region_prefix,role,address,user_name\n,engineer,"{address}",e\n')
    monkeypatch.setenv("CADRE_RECIPIENTS", str(path))
    with pytest.raises(MailError, match=r"recipients.csv, row 1"), connect() as warehouse:
        recipients.load(warehouse)


def everything_but(var: Path, folder: Path) -> set[Path]:
    """What lies around a home's var/."""
    return {path for path in folder.rglob("*") if not path.is_relative_to(var)}
