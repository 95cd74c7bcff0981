"""Workbooks as departments keep them."""

import datetime as dt
import io
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from transforms.formats import workbook
from transforms.formats.unreadable import Unreadable
from transforms.formats.workbook import parse

SHEET = "整改台账"
LEDGER = ["项目编号", "问题编号", "被审计单位", "问题金额", "发现日期"]
FIRST_SHEET = "xl/worksheets/sheet1.xml"


def book(rows: list[list[Any]], *, merged: tuple[str, ...] = (), sheet: str = SHEET, others: tuple[str, ...] = ()) -> bytes:
    made = openpyxl.Workbook()
    made.active.title = sheet
    for row in rows:
        made.active.append(row)
    for cells in merged:
        made.active.merge_cells(cells)
    for name in others:
        made.create_sheet(name)
    return saved(made)


def saved(made: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def changed(raw: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A workbook with one part of it written by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name).decode()
            after.writestr(name, change(text) if name == part else text)
    return out.getvalue()


def ledger(raw: bytes) -> pa.Table:
    return parse(raw, sheet=SHEET, columns=LEDGER, fill_down=["项目编号", "被审计单位"], date_columns=["发现日期"])


def rows(table: pa.Table) -> list[list[str | None]]:
    return [list(row.values()) for row in table.drop_columns(["row_no", "row_error"]).to_pylist()]


def column(*values: Any, **options: Any) -> list[str | None]:
    """What becomes of values in a column."""
    return parse(book([["甲", "乙"], *([value, "x"] for value in values)]), sheet=SHEET, columns=["甲"], **options)[
        "甲"
    ].to_pylist()


def why(raw: bytes, **options: Any) -> tuple[str, list[str], list[str]]:
    with pytest.raises(Unreadable) as caught:
        parse(raw, **({"sheet": SHEET, "columns": ["甲"]} | options))
    return caught.value.reason, caught.value.columns, caught.value.new


def test_a_ledger() -> None:
    raw = book(
        [
            ["云岭市审计发现问题与整改台账"],
            ["填报单位：云岭市审计局    金额单位：万元"],
            LEDGER,
            ["SJ1", "01", "县公安局", 629.76, "2025.7.20"],
            [None, "02", None, 658.0, dt.date(2025, 1, 28)],
            [None, "03", None, "1,204.5", 46038],
            ["SJ2", "01", "县委", None, None],
            ["合计", "4项", None, 1287.76, None],
        ],
        merged=("A1:E1", "A2:E2", "A4:A6", "C4:C6"),
    )
    result = ledger(raw)
    assert rows(result) == [
        ["SJ1", "01", "县公安局", "629.76", "2025.7.20"],
        ["SJ1", "02", "县公安局", "658", "2025-01-28"],
        ["SJ1", "03", "县公安局", "1,204.5", "2026-01-16"],
        ["SJ2", "01", "县委", None, None],
    ]
    assert result.column_names == [*LEDGER, "row_no", "row_error"]
    assert result["row_no"].to_pylist() == [1, 2, 3, 4]
    assert result["row_error"].null_count == 4


def test_a_table_that_does_not_begin_in_the_corner() -> None:
    made = openpyxl.Workbook()
    for row in range(5, 9):
        for place, value in enumerate(["项目编号", "金额"] if row == 5 else ["SJ1" if row == 6 else None, row]):
            made.active.cell(row, 3 + place, value)
    made.active.merge_cells("C6:C8")
    result = parse(saved(made), sheet="Sheet", columns=["项目编号", "金额"], fill_down=["项目编号"])
    assert rows(result) == [["SJ1", "6"], ["SJ1", "7"], ["SJ1", "8"]]


def filled(*keys_and_units: tuple[str | None, str | None], merged: tuple[str, ...] = ()) -> list[list[str | None]]:
    raw = book([["项", "位", "号"], *([*row, str(no)] for no, row in enumerate(keys_and_units))], merged=merged)
    result = parse(raw, sheet=SHEET, columns=["项", "位", "号"], fill_down=["项", "位"])
    return [row[:2] for row in rows(result)]


def test_a_missing_key_beside_merged_cells_stays_missing() -> None:
    given_rows = [("A", "甲"), (None, None), (None, "乙"), (None, None), ("B", "丙")]
    assert filled(*given_rows, merged=("A2:A3",)) == [["A", "甲"], ["A", "甲"], [None, "乙"], [None, None], ["B", "丙"]]


def test_without_merged_cells_blanks_are_filled_within_their_block() -> None:
    given_rows = [(None, None), ("A", "甲"), (None, None), (None, "乙"), ("B", None), (None, "丙"), (None, None)]
    assert filled(*given_rows) == [
        [None, None], ["A", "甲"], ["A", "甲"], ["A", "乙"], ["B", None], ["B", "丙"], ["B", "丙"],
    ]  # fmt: skip


def test_merged_cells_reach_over_blocks() -> None:
    assert filled(("A", "甲"), ("B", None), ("C", None), merged=("B2:B3",)) == [["A", "甲"], ["B", "甲"], ["C", None]]


def test_cells_merged_sideways_are_not_filled_sideways() -> None:
    assert filled(("A", None), (None, None), merged=("A2:B3",)) == [["A", None], ["A", None]]


def test_a_row_of_totals_ends_a_block() -> None:
    given_rows = [("A", "甲"), (None, None), ("小 计：", None), (None, None), ("B", None), ("总计", "2")]
    assert filled(*given_rows) == [["A", "甲"], ["A", "甲"], [None, None], ["B", None]]


def test_who_filled_it_in_stands_below_the_last_total_and_is_no_row() -> None:
    given_rows = [("A", "甲"), ("小计", "1"), ("B", "乙"), ("合　计", "2")]
    kept = [[item, place] for item, place in given_rows if item in ("A", "B")]
    for notes in (["填表人：张三"], [None, None, "审核：李四"], ["填表人：张三"], []):
        raw = book([["项", "位", "号"], *map(list, given_rows), notes])
        assert [row[:2] for row in rows(parse(raw, sheet=SHEET, columns=["项", "位"]))] == kept
    for no_note in (["C"], ["C", "丙"]):  # where no total stands above, or where a row says more
        raw = book([["项", "位", "号"], *([] if len(no_note) == 1 else map(list, given_rows)), no_note])
        assert rows(parse(raw, sheet=SHEET, columns=["项", "位"]))[-1][0] == "C"


def test_blank_rows_do_not_count() -> None:
    raw = book([["甲"], [], ["1"], [None, None], [" \u3000"], ["2"]])
    assert parse(raw, sheet=SHEET, columns=["甲"]).to_pylist() == [
        {"甲": "1", "row_no": 1, "row_error": None},
        {"甲": "2", "row_no": 2, "row_error": None},
    ]


def test_a_header_alone() -> None:
    result = parse(book([["标题"], ["甲", "乙"]]), sheet=SHEET, columns=["甲"])
    assert (len(result), result.column_names) == (0, ["甲", "乙", "row_no", "row_error"])


def test_forms_of_values() -> None:
    assert column(1, 2.50, -0.0, 1e-7, 0.1, 1e21, 529901198712239012) == [
        "1", "2.5", "0", "0.0000001", "0.1", "1000000000000000000000", "529901198712239000",
    ]  # fmt: skip
    assert column("01", " 张三、李四 ", "第一行\n第二行", "１２", "", "  ") == [
        "01",
        " 张三、李四 ",
        "第一行\n第二行",
        "１２",
        None,
        None,
    ]
    assert column(True, dt.date(2025, 1, 28), dt.datetime(2025, 1, 28), dt.datetime(2025, 1, 28, 10, 30)) == [
        "true", "2025-01-28", "2025-01-28", "2025-01-28 10:30:00",
    ]  # fmt: skip
    assert column(dt.time(8, 5), dt.timedelta(hours=30, minutes=5)) == ["08:05:00", "30:05:00"]


def test_dates() -> None:
    given_values = [46038, 46038.75, "46038", 2025, 20250720, 2025.7, 9999, 99999, "2025.7.20", dt.datetime(2025, 1, 28, 10, 30)]
    assert column(*given_values, date_columns=["甲"]) == [
        "2026-01-16", "2026-01-16", "2026-01-16", "2025", "20250720", "2025.7", "9999", "99999", "2025.7.20", "2025-01-28",
    ]  # fmt: skip


def test_dates_of_a_workbook_since_1904() -> None:
    raw = book([["甲", "乙"], [46038, "x"]])
    raw = changed(raw, "xl/workbook.xml", lambda text: re.sub("<workbookPr[^>]*>", '<workbookPr date1904="1"/>', text))
    assert rows(parse(raw, sheet=SHEET, columns=["甲"], date_columns=["甲"])) == [["2030-01-17", "x"]]


def test_days_in_a_chinese_number_format() -> None:
    made = openpyxl.Workbook()
    made.active.append(["甲"])
    made.active.append([46038])
    made.active["A2"].number_format = 'yyyy"年"m"月"d"日"'
    assert parse(saved(made), sheet="Sheet", columns=["甲"])["甲"].to_pylist() == ["2026-01-16"]


def test_formulas_and_errors() -> None:
    cells = {
        "A2": '<c r="A2"><f>1+1</f><v>2</v></c>',
        "A3": '<c r="A3"><f>B3</f></c>',
        "A4": '<c r="A4" t="str"><f>B4&amp;""</f><v>文字</v></c>',
        "A5": '<c r="A5" s="0" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        "A6": "<c t='e' r='A6'><v>#N/A</v></c>",
    }
    raw = book([["甲", "乙"], *(["待换", "x"] for _ in cells)])

    def by_hand(text: str) -> str:
        for place, cell in cells.items():
            text = re.sub(f'<c r="{place}".*?</c>', cell, text)
        return text

    assert parse(changed(raw, FIRST_SHEET, by_hand), sheet=SHEET, columns=["甲"]).to_pylist() == [
        {"甲": "2", "乙": "x", "row_no": 1, "row_error": None},
        {"甲": None, "乙": "x", "row_no": 2, "row_error": None},
        {"甲": "文字", "乙": "x", "row_no": 3, "row_error": None},
        {"甲": None, "乙": "x", "row_no": 4, "row_error": "undecodable"},
        {"甲": None, "乙": "x", "row_no": 5, "row_error": "undecodable"},
    ]


def test_damaged_text() -> None:
    assert parse(book([["甲"], ["张\ufffd"]]), sheet=SHEET, columns=["甲"])["row_error"].to_pylist() == ["undecodable"]


def test_a_shifted_row() -> None:
    result = parse(book([["甲", "乙"], ["1", "2"], [None, "1", "2"]]), sheet=SHEET, columns=["甲", "乙"])
    assert result.column_names == ["甲", "乙", "row_no", "row_error"]
    assert result["row_error"].to_pylist() == [None, "wrong_columns"]


def test_the_header_is_where_all_names_are() -> None:
    raw = book([["甲"], ["甲", " 乙\n", "丙"], ["1", "2", "3"]])
    assert rows(parse(raw, sheet=SHEET, columns=["乙", "甲"])) == [["1", "2", "3"]]
    renamed = book([["台账"], ["甲", "金额", "丙"], ["1", "2", "3"]])
    assert why(renamed, columns=["甲", "乙", "丙"]) == ("missing_column", ["乙"], ["金额"])
    assert why(book([["台账"], ["1", "2"]])) == ("missing_column", ["甲"], [])
    assert why(book([["甲", "乙", "乙"], ["1", "2", "3"]])) == ("column_twice", ["乙"], [])


def test_sheets() -> None:
    assert len(parse(book([["甲"], ["1"]], others=("附件",)), sheet=SHEET, columns=["甲"])) == 1
    assert why(book([["甲"], ["1"]], sheet="Sheet1", others=("Sheet2",))) == ("no_sheet", [SHEET], ["Sheet1", "Sheet2"])
    made = openpyxl.Workbook()
    made.create_sheet("WpsReserved").sheet_state = "veryHidden"
    assert why(saved(made)) == ("no_sheet", [SHEET], ["Sheet"])
    assert why(book([])) == ("empty", [], [])


GOOD = book([["甲"], ["1"]])


@pytest.mark.parametrize(
    "raw",
    [
        "项目编号,问题编号\nSJ1,01\n".encode("gb18030"),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),  # what encrypted and old workbooks begin with
        GOOD[: len(GOOD) // 2],
        GOOD.replace(b"xl/workbook.xml", b"xl/otherbok.xml"),
        changed(GOOD, FIRST_SHEET, lambda text: text[:300]),
        changed(GOOD, FIRST_SHEET, lambda text: text.replace('r="A1"', 'r="1A"')),
        changed(GOOD, "xl/workbook.xml", lambda _: ""),
        re.sub(rb"(PK\x01\x02....)..", b"\\1\x01\x00", GOOD, flags=re.DOTALL),  # every part said to be encrypted
        re.sub(rb"(PK\x01\x02......)..", b"\\1\x0c\x00", GOOD, flags=re.DOTALL),  # said to be packed by bzip2
    ],
)
def test_what_is_no_workbook(raw: bytes) -> None:
    assert why(raw)[0] == "broken"


def test_empty() -> None:
    assert why(b"")[0] == "empty"


def test_bombs(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = changed(GOOD, "xl/styles.xml", lambda text: text + " " * 3_000_000)
    monkeypatch.setattr(workbook, "LARGEST", 1_000_000)
    assert why(bomb)[0] == "too_big"
    lying = bomb.replace(struct.pack("<I", size_of(bomb, "xl/styles.xml")), struct.pack("<I", 1000))
    assert why(lying)[0] == "broken"


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after:
        for name in before.namelist():
            with after.open(name, "w") as part:
                part.write(before.read(name))
                for _ in range(250 if name == FIRST_SHEET else 0):
                    part.write(bytes(1_000_000))
    assert peak_of(lambda: why(out.getvalue())) < 3_000_000


def test_a_bomb_within_the_workbook_or_beside_it() -> None:
    inner = changed(GOOD, "xl/styles.xml", lambda text: text + " " * 3_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("审计.xlsx", inner)
    assert why(out.getvalue())[0] == "broken"
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("xl/media/image1.png", bytes(300_000_000 // 1000))
        for name in zipfile.ZipFile(io.BytesIO(GOOD)).namelist():
            packed.writestr(name, zipfile.ZipFile(io.BytesIO(GOOD)).read(name))
    assert len(parse(out.getvalue(), sheet=SHEET, columns=["甲"])) == 1


def test_more_parts_than_a_workbook_has() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(workbook.PARTS + 1):
            packed.writestr(f"xl/{number}.xml", "")
    assert peak_of(lambda: why(out.getvalue())) < 1_000_000
    assert why(out.getvalue())[0] == "too_big"


def with_shared(rows: int, shared: str) -> bytes:
    """A workbook in which many cells share one text."""
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>1</v></c></row>' for row in range(2, rows + 2))
    header = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    raw = changed(
        GOOD, FIRST_SHEET, lambda text: re.sub("<sheetData>.*</sheetData>", f"<sheetData>{header}{cells}</sheetData>", text)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    part = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    raw = changed(raw, "xl/_rels/workbook.xml.rels", lambda text: text.replace("</Relationships>", part))
    out = io.BytesIO(raw)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}"><si><t>甲</t></si><si><t>{shared}</t></si></sst>')
    return out.getvalue()


def test_a_text_that_many_cells_share() -> None:
    assert parse(with_shared(3, "长"), sheet=SHEET, columns=["甲"])["甲"].to_pylist() == ["长"] * 3
    assert why(with_shared(20_000, "长" * 30_000)) == ("too_big", [], [])


def test_entities_are_not_unfolded() -> None:
    ten = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    shared = changed(
        with_shared(1, "&e12;"), "xl/sharedStrings.xml", lambda text: f'<!DOCTYPE sst [<!ENTITY e0 "ha">{ten}]>{text}'
    )
    assert why(shared) == ("broken", [], [])


def peak_of(do: Callable[[], Any]) -> int:
    tracemalloc.start()
    do()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def size_of(raw: bytes, part: str) -> int:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return packed.getinfo(part).file_size


@pytest.mark.parametrize("far", ["XFD1048576", "xfd1048576", "A4000000000", "CCCCCC3", "Z9999999"])
def test_a_cell_far_out(far: str) -> None:
    for named in (f'r="{far}"', f"r = '{far}'"):
        assert why(changed(GOOD, FIRST_SHEET, lambda text, named=named: text.replace('r="A2"', named)))[0] == "too_big"


def test_wide_and_long_sheets_are_no_bombs() -> None:
    wide = parse(book([[f"列{n}" for n in range(800)], list(range(800))]), sheet=SHEET, columns=["列799"])
    assert wide["列799"].to_pylist() == ["799"]
    raw = changed(GOOD, FIRST_SHEET, lambda text: text.replace('r="A2"', 'r="A1048576"'))
    assert parse(raw, sheet=SHEET, columns=["甲"])["甲"].to_pylist() == ["1"]


TEXT = st.text(st.characters(categories=["L", "Nd", "P", "Zs"], exclude_characters="_=#"), min_size=1).filter(
    lambda text: text.strip(" \u00a0\u2002\u2003\u3000") not in ("", "合计", "总计", "小计")
)
NUMBER = st.floats(-1e300, 1e300).map(lambda number: float(f"{number:.15g}")) | st.integers(-(10**15), 10**15)
ROW = st.tuples(TEXT, st.none() | TEXT | NUMBER | st.booleans(), st.dates(dt.date(1901, 1, 1), dt.date(2199, 1, 1)))


@settings(deadline=None, max_examples=50)
@given(st.lists(ROW, max_size=8), st.integers(0, 3), st.integers(0, 3))
def test_values_come_back_wherever_the_table_stands(table: list[tuple], down: int, right: int) -> None:
    made = openpyxl.Workbook()
    write(made.active, [("甲", "乙", "丙"), *table], down, right)
    result = parse(saved(made), sheet="Sheet", columns=["甲", "乙", "丙"])
    assert result["甲"].to_pylist() == [row[0] for row in table]
    assert result["丙"].to_pylist() == [row[2].isoformat() for row in table]
    for text, (_, value, _) in zip(result["乙"].to_pylist(), table, strict=True):
        if isinstance(value, bool):
            assert text == str(value).lower()
        elif isinstance(value, int | float):
            assert Decimal(text) == Decimal(str(value))
            assert "e" not in text.lower()
        else:
            assert text == value


def write(sheet: Worksheet, table: list[tuple], down: int, right: int) -> None:
    for row, values in enumerate(table, start=1 + down):
        for place, value in enumerate(values, start=1 + right):
            sheet.cell(row, place, value)
