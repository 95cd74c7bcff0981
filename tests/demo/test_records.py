"""What the later departments deliver has the quirks that the catalogue names, and fits the people it is about."""

import csv
import io
import json
from collections import Counter, defaultdict
from datetime import datetime
from hashlib import sha256

import openpyxl
import pyarrow.parquet as pq
import pytest
import yaml
from strict_reading import COLUMNS, key_of, read_rows

from cadre_cloud import contracts

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")
LAND = {0: "land_20260601.csv", 2: "land_20260603.csv"}


def rows_of(city, resource, day, file="rows.csv"):
    header, *rows = read_rows(city / resource / DAYS[day] / file)
    return [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]


@pytest.fixture
def owned(truth):
    """The official of a record's mention, by resource, key and mention."""
    persons = {row["cadre_no"]: row for row in truth("person")}
    owners = {(row["resource"], row["source_key"], row["mention_no"]): row for row in truth("owner")}

    def find(resource, row, mention_no="1"):
        owner = owners.get((resource, key_of(resource, row), mention_no))
        return (persons.get(owner["cadre_no"]), owner) if owner else (None, None)

    return find


def bad_places(truth, resource):
    return {(row["day"], int(row["row_no"])) for row in truth("bad_row") if row["resource"] == resource}


def good_rows(city, truth, resource, day, file="rows.csv"):
    bad = bad_places(truth, resource)
    rows = rows_of(city, resource, day, file)
    header = len(read_rows(city / resource / DAYS[day] / file)[0])
    whole = [len(row) == header for row in read_rows(city / resource / DAYS[day] / file)[1:]]
    numbers = [number for number, is_whole in enumerate(whole, start=1) if is_whole]
    return [row for number, row in zip(numbers, rows, strict=True) if (DAYS[day], number) not in bad]


def test_who_delivers_when(truth):
    days = defaultdict(set)
    for row in truth("delivery"):
        days[row["resource"]].add(DAYS.index(row["day"]))
    once = {"education", "family"}
    twice = {"audit", "land", "finance", "market", "environment", "work_safety", "population"}
    twice |= {"assessment", "archive", "objective", "declaration"}
    assert all(days[name] == {0} for name in once)
    assert all(days[name] == {0, 2} for name in twice)
    assert days["approval_form"] == {0, 1}
    assert all(days[name] == {0, 1, 2} for name in set(days) - once - twice - {"approval_form"})
    assert days.keys() == {path.stem for path in contracts.paths()}


def test_education_and_family_are_about_officials_of_the_first_day(city, truth):
    known = {row["cadre_no"] for row in truth("person") if row["joined_on"] == DAYS[0]}
    for resource in ("education", "family"):
        assert {row["a0000"] for row in good_rows(city, truth, resource, 0)} <= known


def test_relatives_may_be_officials_too(city, truth, owned):
    numbers = {row["id_number"]: row["cadre_no"] for row in truth("person")}
    found = 0
    for row in good_rows(city, truth, "family", 0):
        relative, owner = owned("family", row, "2")
        if relative:
            assert owner["subject"] == "relative"
            assert row["a3601"] == relative["name"]
            assert row["a3607"] == relative["born"][:6]
            found += 1
        else:
            assert row["a3684"] not in numbers
    assert found >= 2


def test_audit_is_a_workbook_as_an_office_types_it(city):
    book = openpyxl.load_workbook(city / "audit" / DAYS[0] / "audit_20260601.xlsx")
    page = book["整改台账"]
    assert len(book.sheetnames) == 2
    assert page.cell(3, 1).value == "项目编号"
    assert page.cell(page.max_row, 1).value == "合计"
    merged = {str(area) for area in page.merged_cells.ranges}
    assert {"A1:L1", "A2:L2"} <= merged
    assert any(area.startswith("A") and area.replace("A", "C") in merged for area in merged - {"A1:L1", "A2:L2"})
    cells = [page.cell(number, place).value for number in range(4, page.max_row) for place in (10, 11)]
    assert {type(cell) for cell in cells} >= {int, str, datetime}


def test_audit_names_people_as_offices_do(city, truth, owned):
    rows = good_rows(city, truth, "audit", 0, "audit_20260601.xlsx")
    units = {row["b0101"] for row in rows_of(city, "unit", 0)}
    assert any(row["被审计单位"] not in units for row in rows)
    assert any(row["被审计单位"] == "青禾县扶贫开发局" for row in rows)
    two = [row for row in rows if "、" in row["责任人"]]
    assert any(owned("audit", row, "1")[0] and owned("audit", row, "2")[0] for row in two)
    assert sum(owned("audit", row)[0] is not None for row in rows) >= 15


def test_responsible_persons_may_have_left_since(city, truth, owned):
    ended = defaultdict(set)
    for row in good_rows(city, truth, "appointment", 0):
        ended[row["a0000"]].add((row["a0215a"], bool(row["a0265"])))
    left = 0
    for row in good_rows(city, truth, "audit", 0, "audit_20260601.xlsx"):
        official = owned("audit", row)[0]
        left += bool(official and (row["责任人职务"], True) in ended[official["cadre_no"]])
    assert left


def test_tax_notices_fit_the_person_or_the_representative(city, truth, owned):
    subjects = Counter()
    for row in good_rows(city, truth, "taxation", 0):
        official, owner = owned("taxation", row, "2" if row["fddbrxm"] else "1")
        assert owner["subject"] == ("representative" if row["fddbrxm"] else "self")
        if official:
            number = official["id_number"]
            masked = f"{number[:6]}********{number[-4:]}"
            assert masked == row["fddbrzjh"] if row["fddbrxm"] else number == row["nsrsbh"]
            subjects[owner["subject"]] += 1
    assert subjects["self"] >= 10
    assert subjects["representative"] >= 3


def test_the_truth_tells_since_when_a_record_can_be_read(truth):
    since = {(row["resource"], row["source_key"]): row["since"] for row in truth("owner")}
    bad = {(row["resource"], row["source_key"]) for row in truth("bad_row")}
    never = {place for place, day in since.items() if not day}
    assert {resource for resource, _ in never} >= {"court", "land", "finance", "taxation", "family"}
    assert {place for place in never if place[0] != "court"} <= bad  # the courts' last file is held, whatever it says
    assert set(since.values()) == {"", *DAYS}


def test_land_is_utf8_with_bom_and_old_numbers(city, truth, owned):
    raw = (city / "land" / DAYS[0] / LAND[0]).read_bytes()
    assert raw.startswith("\ufeff".encode())
    forms, names = Counter(), Counter()
    for row in good_rows(city, truth, "land", 0, LAND[0]):
        official, owner = owned("land", row)
        forms[row["证件种类"], len(row["证件号"])] += 1
        names["spaced"] += " " in row["权利人"] or "　" in row["权利人"]
        if int(row["登记日期"][:4]) < 2000 and row["证件种类"] == "身份证" and row["证件号"]:
            assert len(row["证件号"]) == 15
        if official and owner["form"] in ("legacy_id", "full_id"):
            number = official["id_number"]
            assert row["证件号"].upper() in (number, number[:6] + number[8:17])
    assert min(forms["身份证", 15], forms["身份证", 18], forms["军官证", 12], forms["护照", 9], names["spaced"]) > 0
    assert forms["统一社会信用代码", 18] > 0


def test_land_changes_by_a_handful(city):
    first, second = ((city / "land" / DAYS[day] / LAND[day]).read_bytes().split(b"\r\n") for day in (0, 2))
    one, other = Counter(first), Counter(second)
    assert 0 < sum((one - other).values()) < 30
    assert 0 < sum((other - one).values()) < 30


@pytest.mark.parametrize(
    ("resource", "more", "mark"),
    [
        ("public_security", {"ZSDD", "LXDH", "TXRY", "GJ"}, "无名旅馆"),
        ("exit_entry", {"CRJJL", "ZSDZ", "TXRY", "QZ"}, "无名口岸"),
    ],
)
def test_the_police_tell_more_than_was_asked_for(city, resource, more, mark):
    lines = [json.loads(line) for line in (city / resource / DAYS[0] / "changes.jsonl").read_text().splitlines()]
    unasked = [line.keys() - COLUMNS[resource] for line in lines]
    assert set().union(*unasked) == more
    assert sum(not told for told in unasked) > len(lines) / 2
    assert mark in json.dumps([line for line, told in zip(lines, unasked, strict=True) if told], ensure_ascii=False)


def test_finance_hashes_the_number_with_the_citys_salt(city, owned):
    salt = yaml.safe_load((city / "city.yaml").read_text("utf-8"))["finance_salt"]
    found = 0
    for row in rows_of(city, "finance", 0, "finance_202605.parquet"):
        official, _ = owned("finance", row)
        if official and len(row["id_sha256"]) == 64:
            assert row["id_sha256"] == sha256(f"{salt}{official['id_number']}".encode()).hexdigest()
            assert official["name"].startswith(row["name_masked"].rstrip("*"))
            found += abs(int(row["birth_year"]) - int(official["born"][:4])) in (0, 11)
    assert found >= 15


def test_finance_comes_again_under_the_same_name(city):
    first, second = (pq.read_table(city / "finance" / DAYS[day] / "finance_202605.parquet") for day in (0, 2))
    assert first.schema == second.schema
    before, after = (Counter(tuple(row.values()) for row in table.to_pylist()) for table in (first, second))
    assert before != after
    assert sum((before & after).values()) > len(first) * 0.8


def test_every_form_of_number_belongs_to_some_official(truth):
    forms = {row["form"] for row in truth("owner") if row["cadre_no"] and row["resource"] != "approval_form"}
    assert forms == {"cadre_no", "full_id", "legacy_id", "masked_id", "bare_masked_id", "hashed_id", "name", "other_id"}


def test_some_rows_of_the_register_are_too_short_or_too_long(city):
    text = (city / "land" / DAYS[0] / LAND[0]).read_bytes().decode("utf-8-sig", "replace")
    widths = Counter(len(row) for row in csv.reader(io.StringIO(text, newline="")))
    assert widths.keys() == {11, 12, 13}
