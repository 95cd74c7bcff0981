"""What becomes of files as departments really send them: right rows, refused rows with a reason, or a sentence to a clerk."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from homes import Home

from cadre_cloud import contracts
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.storage import landing

ROW = {
    "案号": "(2026)黔9901执00001号",
    "当事人序号": "1",
    "当事人姓名": "张伟",
    "证件号码": "529901********0013",
    "性别": "男",
    "年龄": "45",
    "诉讼地位": "被执行人",
    "案件类型": "执行",
    "案由": "买卖合同纠纷",
    "执行标的": "1,234.50",
    "立案日期": "2026-03-01",
    "结案日期": "",
    "是否失信": "是",
    "裁判结果": "",
}
HEADER = list(ROW)
_days = (date(2026, 1, 1) + timedelta(days=number) for number in count())

Line = list[str]


def line(number: int = 1, **changes: str) -> Line:
    return list({**ROW, "案号": f"(2026)黔9901执{number:05}号", **changes}.values())


ROWS = [line(number) for number in range(1, 7)]


def text(rows: list[Line] = ROWS, header: Line = HEADER, **form: Any) -> str:
    out = io.StringIO()
    csv.writer(out, **({"lineterminator": "\n"} | form)).writerows([header, *rows])
    return out.getvalue()


def gb(rows: list[Line] = ROWS, header: Line = HEADER, **form: Any) -> bytes:
    return text(rows, header, **form).encode("gb18030")


@pytest.fixture
def deliver(shared_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Have the court deliver one file, on a day of its own; gives what the ledger says of it."""
    monkeypatch.setenv("CADRE_DROP", tmp_path.as_uri())
    (tmp_path / "court").mkdir()

    def run(raw: bytes) -> dict[str, Any]:
        (tmp_path / "court" / "court_1.csv").write_bytes(raw)
        day = next(_days)
        contract = contracts.named("court")  # with the home's legal basis
        extract(contract, day)
        check(contract, day)
        (delivery,) = shared_home.rows("select * from ledger.delivery where day = %s", [day])
        refused = "select row_no, reason, field from ledger.quarantine where delivery_id = %s order by row_no"
        return delivery | {"refused": [tuple(row.values()) for row in shared_home.rows(refused, [delivery["delivery_id"]])]}

    return run


WHOLE = {
    "as agreed": gb(),
    "every value in quotes": gb(quoting=csv.QUOTE_ALL),
    "lines that end as on a Macintosh": gb(lineterminator="\r"),
    "lines that end as on Windows, and blank ones": b"\r\n\r\n" + gb(lineterminator="\r\n\r\n"),
    "a byte-order mark": "\ufeff".encode("gb18030") + gb(),
    "spaces and a line break in the header": gb(header=["\u3000案号 ", " 当事人\n序号", *HEADER[2:]]),
    "a column without a name before all others": gb([["", *row] for row in ROWS], ["", *HEADER]),
    "columns without a name behind all others": gb([[*row, "", ""] for row in ROWS], [*HEADER, "", " "]),
    "full-width digits and letters": gb(
        [line(number, 年龄="４５", 执行标的="１，２３４．５０", 立案日期="２０２６－０３－０１") for number in range(6)]
    ),
    "blank lines at the end": gb() + b"\n\n",
    "a cell of 100,000 characters": gb([line(案由="长" * 100_000), *ROWS[1:]]),
    "line breaks, commas and quotation marks in a cell": gb([line(案由='第一行\r\n"第二行",\n'), *ROWS[1:]]),
}


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_every_row_is_read(deliver: Callable[..., dict[str, Any]], raw: bytes) -> None:
    found = deliver(raw)
    assert (found["state"], found["reason"], found["received"], found["accepted"]) == ("checked", None, 6, 6)


def test_a_header_alone_has_too_few_rows(deliver: Callable[..., dict[str, Any]]) -> None:
    assert held(deliver(gb([]))) == ("expectation", "本次仅0行，行数明显不足，整批暂停入库")


SHIFTED = [[*row[:4], "", *row[4:]] for row in ROWS]
HELD = {
    "nothing": (b"", "empty", "文件是空的"),
    "blank lines": (b"\r\n \r\n\t" * 100_000, "empty", "文件是空的"),
    "UTF-8": (text().encode(), "wrong_encoding", "文件编码可能不是约定的 GB18030，而像是 UTF-8，请按约定编码重新交付"),
    "UTF-8 with its mark": (text().encode("utf-8-sig"), "wrong_encoding", "而像是 UTF-8"),
    "UTF-16": (text().encode("utf-16"), "wrong_encoding", "而像是 UTF-16"),
    "UTF-16 without its mark": (text().encode("utf-16-le"), "wrong_encoding", "而像是 UTF-16"),
    "Big5": (text().replace("号", "號").encode("big5", "replace"), "wrong_encoding", "而像是 BIG5"),
    "bytes that are no text": (
        b"\xff\xfe\x80\x81" * 50 + b"\n" + text().encode(),
        "wrong_encoding",
        "文件编码可能不是约定的 GB18030，请",
    ),
    "a body in UTF-8": (
        gb([]) + text(header=["x"]).split("\n", 1)[1].encode(),
        "broken_rows",
        "过半数的行列数与表头不符",
    ),
    "semicolons": (gb(delimiter=";"), "wrong_delimiter", "各列之间似乎用“;”分隔"),
    "tabulators": (gb(delimiter="\t", quoting=csv.QUOTE_ALL), "wrong_delimiter", "似乎用“制表符”分隔"),
    "full-width commas": (gb(delimiter="，"), "wrong_delimiter", "似乎用“，”分隔"),
    "tabulators in UTF-16": (text(delimiter="\t").encode("utf-16"), "wrong_encoding", "而像是 UTF-16"),
    "a cell too many from the second row on": (gb([ROWS[0], *SHIFTED[1:]]), "broken_rows", "过半数的行列数与表头不符"),
    "a cell too few in most rows": (gb([row[1:] for row in ROWS]), "broken_rows", "过半数的行列数与表头不符"),
    "cells shifted beside the header": (gb([[*row, "x"] for row in ROWS], [*HEADER, ""]), "broken_rows", "过半数"),
    "a column renamed": (gb(header=["案件编号", *HEADER[1:]]), "missing_column", "案号（case_no）；多出未约定的列：案件编号"),
    "a full-width letter in a name": (gb(header=["案号Ａ", *HEADER[1:]]), "missing_column", "案号"),
    "a column twice but for spaces": (gb(header=[*HEADER[:-1], " 案号"]), "column_twice", "表头中列名重复：案号"),
    "a quotation mark left open at the beginning": (b'"' + gb(), "broken", "引号未闭合"),
    "a quotation mark left open": (
        text().replace("(2026)黔9901执00003号", '"(2026)黔9901执00003号').encode("gb18030"),
        "broken",
        "引号未闭合",
    ),
    "a line of 20 MB": (gb([line(案由="长" * 20_000_000), *ROWS]), "broken", "可能已损坏"),
    "a header of 1 MB": (b"x" * 1_000_000 + b"," + gb(), "broken", "可能已损坏"),
    "NUL bytes": (bytes(20_000_000), "broken", "可能已损坏"),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 400, "wrong_encoding", "文件编码可能不是约定的 GB18030"),
}


def held(delivery: dict[str, Any]) -> tuple[str, str]:
    assert delivery["state"] == "held"
    assert not delivery["accepted"] or delivery["reason"] == "expectation"
    return delivery["reason"], delivery["message"]


@pytest.mark.parametrize(("raw", "reason", "message"), HELD.values(), ids=HELD)
def test_it_is_held_with_a_sentence(deliver: Callable[..., dict[str, Any]], raw: bytes, reason: str, message: str) -> None:
    found = held(deliver(raw))
    assert found[0] == reason
    assert message in found[1]


def replaced(number: int, before: str, after: bytes) -> bytes:
    """The usual file with some bytes of one row replaced."""
    rows = gb().split(b"\n")
    rows[number] = rows[number].replace(before.encode("gb18030"), after, 1)
    return b"\n".join(rows)


REFUSED = {
    "a broken byte": (replaced(2, "张伟", b"\xd5\xff"), [(2, "undecodable", "")]),
    "a NUL byte": (replaced(2, "张伟", b"\xd5\xc5\x00"), [(2, "undecodable", "")]),
    "cut within a character": (gb([*ROWS[:-1], line(6, 裁判结果="判")])[:-2], [(6, "undecodable", "")]),
    "cut within a row": (gb([*ROWS[:-1], line(6)[:9]]).rstrip(), [(6, "wrong_columns", "")]),
    "cells too many and too few": (
        gb([ROWS[0], SHIFTED[1], *ROWS[2:5], ROWS[5][1:]]),
        [(2, "wrong_columns", ""), (6, "wrong_columns", "")],
    ),
    "a cell moved along": (gb([*ROWS[:5], [*line(6)[:3], "", *line(6)[3:-1]]]), [(6, "unknown_code", "sex")]),
    "amounts that are none": (
        gb(
            [
                line(number, 执行标的=sent)
                for number, sent in enumerate(["1234元", "12万元", "1.234,50", "12,34.5", "1,234.50", "－5"])
            ]
        ),
        [
            (1, "not_a_number", "amount"),
            (2, "not_a_number", "amount"),
            (3, "not_a_number", "amount"),
            (4, "not_a_number", "amount"),
            (6, "out_of_range", "amount"),
        ],
    ),
    "dates in other forms": (
        gb(
            [
                line(number, 立案日期=sent)
                for number, sent in enumerate(
                    ["2026/3/1", "2026年3月1日", "46082", "2026-03-01 00:00:00", "2026-02-30", "2026-03-01 08:30"]
                )
            ]
        ),
        [
            (1, "bad_format", "filed_on"),
            (2, "bad_format", "filed_on"),
            (3, "bad_format", "filed_on"),
            (5, "impossible_date", "filed_on"),
            (6, "bad_format", "filed_on"),
        ],
    ),
}


@pytest.mark.parametrize(("raw", "refused"), REFUSED.values(), ids=REFUSED)
def test_rows_are_refused(deliver: Callable[..., dict[str, Any]], raw: bytes, refused: list[tuple[int, str, str]]) -> None:
    found = deliver(raw)
    assert found["refused"] == refused
    assert found["received"] == 6


def test_what_cannot_be_read_is_said_once_and_read_when_it_can(
    shared_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADRE_DROP", tmp_path.as_uri())
    contract, day, next_day = contracts.named("court"), next(_days), next(_days)
    folder = tmp_path / "court" / "court_2.csv"
    folder.mkdir(parents=True)
    (tmp_path / "court" / "court_1.csv").write_bytes(gb())

    def run(on: date) -> list[tuple[str, str, str | None, str | None]]:
        extract(contract, on)
        check(contract, on)
        query = "select file, state, reason, message from ledger.delivery where day = %s order by file, state"
        return [tuple(row.values()) for row in shared_home.rows(query, [on])]

    read = ("court_1.csv", "checked", None, None)
    assert run(day) == [read, ("court_2.csv", "held", "folder", "是文件夹而不是文件，请放入数据文件")]
    assert run(day) == [read, ("court_2.csv", "held", "folder", "是文件夹而不是文件，请放入数据文件")]
    assert run(next_day) == []
    folder.rmdir()
    folder.write_bytes(gb(ROWS[1:]))
    assert run(day) == [read, ("court_2.csv", "checked", None, None), ("court_2.csv", "outdated", "outdated", None)]
    assert not list((shared_home.var / "landing").rglob("*.part"))


def test_nothing_stays_of_a_file_that_changed_while_it_was_landed(
    shared_home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADRE_DROP", tmp_path.as_uri())
    (tmp_path / "court").mkdir()
    path = tmp_path / "court" / "court_1.csv"
    path.write_bytes(gb(ROWS[2:]))
    really = landing.land

    def land(resource: str, chunks: Iterable[bytes]) -> landing.Landed:
        path.write_bytes(gb(ROWS[3:]))
        return really(resource, chunks)

    before = set((shared_home.var / "landing").rglob("*"))
    contract, day = contracts.named("court"), next(_days)
    monkeypatch.setattr(landing, "land", land)
    extract(contract, day)
    assert check(contract, day) == []
    left = {path for path in (shared_home.var / "landing").rglob("*") if path.suffix != ".note"} - before  # a note says it came
    assert left <= {shared_home.var / "landing" / "court"}
    (note,) = shared_home.rows("select state, reason, message, landing from ledger.delivery where day = %s", [day])
    assert tuple(note.values()) == ("held", "being_written", "文件仍在写入，本次未读取，写完后下次运行时读取", "")
