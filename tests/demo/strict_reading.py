"""A strict reader of all resources, written from their specification and from nothing of the generator's."""

import csv
import io
import json
import unicodedata
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
from strict_catalogue import columns_of
from strict_checks import (
    a_birth,
    a_code,
    a_credit_code,
    a_number,
    a_pattern,
    a_timestamp,
    an_id_number,
    anything,
    iso_day,
    month,
    whole_day,
)
from strict_columns import CATALOGUE, DATABASES, DROPS, KEYS

BAD_BYTES = "\ufffd"

# By resource: source column → (the platform's name, required, check).
COLUMNS = {
    "unit": {
        "b0111": ("unit_code", True, anything),
        "b0101": ("name", True, anything),
        "b0104": ("short_name", False, anything),
        "uscc": ("uscc", False, a_credit_code),
        "b0117": ("region_code", True, a_pattern(r"\d{6}")),
        "b0121": ("parent_code", False, anything),
        "b0127": ("unit_level", False, a_code(*"345")),
        "b0124": (
            "unit_kind",
            False,
            a_code(*["党委", "人大", "政府", "政协", "纪委监委", "法院", "检察院", "群团", "事业单位", "国有企业"]),
        ),
        "b0150": ("seats", False, a_number(0, 100)),
    },
    "personnel": {
        "a0000": ("cadre_no", True, anything),
        "a0101": ("name", True, anything),
        "a0102": ("former_name", False, anything),
        "a0184": ("id_number", True, an_id_number),
        "a0104": ("sex", True, a_code("1", "2")),
        "a0107": ("born_on", True, a_birth),
        "a0117": ("ethnic_group", False, a_pattern(r"\d{2}")),
        "a0111": ("native_place", False, a_pattern(r"\d{6}")),
        "a0114": ("birth_place", False, a_pattern(r"\d{6}")),
        "a0141": ("party", False, a_code("中共党员", "民主党派", "无党派", "群众")),
        "a0140": ("party_joined_on", False, month),
        "a0134": ("work_started_on", True, month),
        "a0128": ("health", False, anything),
        "a0192e": ("duty_level", True, a_code("121", "122", "131", "132", "141", "142")),
        "a0195": ("unit_code", True, anything),
        "a0192": ("post_title", True, anything),
        "a0196": ("specialties", False, anything),
        "a1701": ("resume", False, anything),
        "a0163": ("status", True, a_code(*"123456")),
        "updated_at": ("updated_at", True, a_timestamp),
    },
    "discipline": {
        "JDWH": ("decision_no", True, anything),
        "XM": ("person_name", True, anything),
        "SFZH": ("id_number", True, an_id_number),
        "GZDW": ("unit_name", False, anything),
        "ZW": ("post_title", False, anything),
        "CLLX": (
            "measure",
            True,
            a_code(*["11", "12", "13", "14", "15", "16", "21", "22", "23", "24", "25", "26", "31", "32", "33", "34", "41"]),
        ),
        "WJXZ": ("violation", False, anything),
        "JDRQ": ("decided_on", True, whole_day),
        "JDJG": ("authority", True, anything),
        "ZT": ("status", True, a_code(*"1234")),
        "YJDWH": ("replaces", False, anything),
        "GXSJ": ("updated_at", True, a_timestamp),
    },
    "court": {
        "案号": ("case_no", True, anything),
        "当事人序号": ("party_no", True, a_number(1, 99)),
        "当事人姓名": ("person_name", True, anything),
        "证件号码": ("id_masked", False, a_pattern(r"\d{6}\*{8}\d{3}[\dX]")),
        "性别": ("sex", False, a_code("男", "女")),
        "年龄": ("age", False, a_number(0, 120)),
        "诉讼地位": ("party_role", True, a_code("被执行人", "被告人", "被告", "申请执行人")),
        "案件类型": ("case_type", True, a_code("执行", "刑事", "民事")),
        "案由": ("cause", False, anything),
        "执行标的": ("amount", False, a_number(0, 1e12)),
        "立案日期": ("filed_on", True, iso_day),
        "结案日期": ("closed_on", False, iso_day),
        "是否失信": ("dishonest", False, a_code("是", "否")),
        "裁判结果": ("outcome", False, anything),
    },
}
COLUMNS |= DATABASES | DROPS | {resource: columns_of(entry) for resource, entry in CATALOGUE.items()}
ENCODINGS = {"court": "gb18030", "land": "utf-8-sig", "work_safety": "gb18030", "population": "gb18030"}


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a file as lists of fields, the header first."""
    resource = path.parent.parent.name
    if path.suffix == ".jsonl":
        return _listed(resource, [json.loads(line) for line in path.read_text("utf-8").splitlines()])
    if path.suffix == ".parquet":
        return _listed(resource, pq.read_table(path).to_pylist())
    if path.suffix == ".xlsx":
        return _listed(resource, read_workbook(path, list(COLUMNS[resource])))
    text = path.read_bytes().decode(ENCODINGS.get(resource, "utf-8"), "replace")
    return list(csv.reader(io.StringIO(text, newline="")))


def _listed(resource: str, records: list[dict]) -> list[list[str]]:
    columns = list(COLUMNS[resource])
    return [columns, *([_text(record.get(column)) for column in columns] for record in records)]


def _text(value) -> str:
    if isinstance(value, datetime):
        return f"{value.year}.{value.month}.{value.day}"
    return "" if value is None else str(value)


def read_workbook(path: Path, columns: list[str]) -> list[dict]:
    """The rows between header and total, if there is one, of the first sheet, what is merged filled down."""
    page = openpyxl.load_workbook(path).worksheets[0]
    filled = {}
    for merged in page.merged_cells.ranges:
        for row, column in merged.cells:
            filled[row, column] = page.cell(merged.min_row, merged.min_col).value
    grid = [
        [filled.get((number, place), cell.value) for place, cell in enumerate(cells, start=1)]
        for number, cells in enumerate(page.iter_rows(), start=1)
    ]
    header = grid.index(columns)
    return [dict(zip(columns, row, strict=True)) for row in grid[header + 1 :] if row[0] != "合计"]


def key_of(resource: str, row: dict) -> str:
    parts = (unicodedata.normalize("NFKC", row[column]).strip() for column in KEYS[resource])
    return "|".join(parts)


def flaws_of(resource: str, header: list[str], fields: list[str]) -> list[tuple[str, str]]:
    """(field, reason) of everything that is wrong with one row."""
    if len(fields) != len(header):
        return [("", "wrong_columns")]
    if any(BAD_BYTES in value for value in fields):
        return [("", "undecodable")]
    row, flaws = dict(zip(header, fields, strict=True)), []
    for column, (name, required, check) in COLUMNS[resource].items():
        value = row[column]
        reason = check(value) if value else ("missing" if required else None)
        if reason:
            flaws.append((name, reason))
    return flaws


def read_bad_rows(resource: str, path: Path) -> list[tuple[int, str, str, str]]:
    """(row number, key where there is one, field, reason) of each bad row of a file, in order."""
    header, *rows = read_rows(path)
    bad, by_key = [], defaultdict(list)
    key_names = {COLUMNS[resource][column][0] for column in KEYS[resource]}
    for row_no, fields in enumerate(rows, start=1):
        flaws = flaws_of(resource, header, fields)
        readable = len(fields) == len(header) and not {name for name, _ in flaws} & key_names
        key = key_of(resource, dict(zip(header, fields, strict=True))) if readable else ""
        bad += [(row_no, key, *flaw) for flaw in flaws]
        if not flaws and path.suffix != ".jsonl":
            by_key[key].append((row_no, fields))
    for key, same in by_key.items():
        if len({tuple(fields) for _, fields in same}) > 1:
            bad += [(row_no, key, "", "key_conflict") for row_no, _ in same]
    return sorted(bad)


def age_on(born: str, day: str) -> int:
    birth, today = date.fromisoformat(f"{born[:4]}-{born[4:6]}-{born[6:]}"), date.fromisoformat(day)
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
