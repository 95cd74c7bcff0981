"""A strict reader of the four resources, written from their specification and from nothing of the generator's."""

import csv
import io
import json
import re
import unicodedata
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BAD_BYTES = "\ufffd"


def a_code(*codes):
    return lambda value: None if value in codes else "unknown_code"


def a_date(form, length):
    def check(value):
        if not re.fullmatch(length, value):
            return "bad_format"
        try:
            datetime.strptime(value, form)
        except ValueError:
            return "impossible_date"
        return None

    return check


def a_pattern(pattern):
    return lambda value: None if re.fullmatch(pattern, value) else "bad_format"


def a_number(least, most):
    def check(value):
        value = value.replace(",", "")
        if not re.fullmatch(r"\d+(\.\d+)?", value):
            return "not_a_number"
        return None if least <= float(value) <= most else "out_of_range"

    return check


def an_id_number(value):
    if not re.fullmatch(r"\d{17}[\dXx]", value):
        return "bad_format"
    remainder = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(value[:17])) % 11
    if "10X98765432"[remainder] != value[17].upper():
        return "bad_check_digit"
    return whole_day(value[6:14])


def a_credit_code(value):
    total = sum(CREDIT_DIGITS.index(digit) * 3**place for place, digit in enumerate(value[:17]))
    return None if CREDIT_DIGITS[-total % 31] == value[17] else "bad_check_digit"


whole_day, month = a_date("%Y%m%d", r"\d{8}"), a_date("%Y%m", r"\d{6}")
iso_day = a_date("%Y-%m-%d", r"\d{4}-\d{2}-\d{2}")


def a_birth(value):
    return month(value) if len(value) == 6 else whole_day(value)


def anything(_):
    return None


def a_timestamp(value):
    try:
        return None if datetime.fromisoformat(value).tzinfo else "bad_format"
    except ValueError:
        return "bad_format"


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
KEYS = {"unit": ("b0111",), "personnel": ("a0000",), "discipline": ("JDWH",), "court": ("案号", "当事人序号")}


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a file as lists of fields, the header first."""
    if path.suffix == ".jsonl":
        records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        columns = list(COLUMNS["discipline"])
        return [columns, *([record.get(column) or "" for column in columns] for record in records)]
    encoding = "gb18030" if path.parent.parent.name == "court" else "utf-8"
    text = path.read_bytes().decode(encoding, "replace")
    return list(csv.reader(io.StringIO(text, newline="")))


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
    for row_no, fields in enumerate(rows, start=1):
        flaws = flaws_of(resource, header, fields)
        readable = len(fields) == len(header) and not {name for name, _ in flaws} & {
            "case_no",
            "party_no",
            "decision_no",
        }
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
