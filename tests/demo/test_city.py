"""The synthetic city is what its truth says, and has the dirt that it claims to have."""

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from strict_checks import an_id_number
from strict_columns import CATALOGUE, KEYS
from strict_reading import age_on, key_of, read_bad_rows, read_rows

from cadre_cloud import contracts
from demo.city import generate

DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")
OFFICIALS, RESIDENTS = 60, 300  # the size of the `city` fixture
RESOURCES = tuple(KEYS)
FORMS = (".lrm", ".lrmx", ".zip")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows_of(path: Path) -> list[dict]:
    header, *rows = read_rows(path)
    return [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]


def lines_of(city: Path, day: str) -> list[dict]:
    return [json.loads(line) for line in (city / "discipline" / day / "changes.jsonl").read_text("utf-8").splitlines()]


def test_same_seed_same_bytes_in_another_process(city, tmp_path):
    command = [sys.executable, "-m", "demo.city", tmp_path, "--officials", OFFICIALS, "--residents", RESIDENTS]
    subprocess.run([str(word) for word in command], check=True, env=os.environ | {"PYTHONHASHSEED": "7"})
    assert contents(tmp_path) == contents(city)


def test_another_seed_is_another_city(city, tmp_path):
    generate(tmp_path, seed=2, officials=OFFICIALS, residents=RESIDENTS)
    one, other = contents(city), contents(tmp_path)
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] == other[name]] == []


def test_too_few_officials_are_refused(tmp_path):
    with pytest.raises(ValueError, match="60 officials"):
        generate(tmp_path, officials=59, residents=300)


def test_head_of_the_city(city):
    head = yaml.safe_load((city / "city.yaml").read_text("utf-8"))
    assert [str(day) for day in head["days"]] == list(DAYS)
    assert head["region_code"] == "529900"
    assert len(head["finance_salt"]) == 32


@pytest.mark.parametrize("resource", RESOURCES)
def test_bad_rows_are_exactly_those_of_the_truth(city, truth, resource):
    """A strict reader that knows only the specification finds each planted row for the reason given, and no other."""
    told, found = defaultdict(list), {}
    for bad in truth("bad_row"):
        if bad["resource"] == resource:
            entry = (int(bad["row_no"]), bad["source_key"], bad["field"], bad["reason"])
            told[bad["day"], bad["file"]].append(entry)
    for delivery in truth("delivery"):
        if delivery["resource"] == resource and delivery["outcome"] == "loaded":
            place = delivery["day"], delivery["file"]
            found[place] = read_bad_rows(resource, city / resource / place[0] / place[1])
    assert told
    assert {place: sorted(rows) for place, rows in told.items()} == {place: rows for place, rows in found.items() if rows}


def test_every_reason_is_planted(truth):
    reasons = defaultdict(set)
    for bad in truth("bad_row"):
        reasons[bad["resource"]].add(bad["reason"])
    common = {"missing", "unknown_code", "bad_format"}
    assert reasons["unit"] == common | {"bad_check_digit", "not_a_number", "key_conflict"}
    assert reasons["personnel"] == common | {"bad_check_digit", "impossible_date"}
    assert reasons["discipline"] == common | {"bad_check_digit", "impossible_date"}
    also = {"impossible_date", "not_a_number", "out_of_range", "key_conflict", "wrong_columns", "undecodable"}
    assert reasons["court"] == reasons["land"] == common | also
    for resource in ("appointment", "education"):
        assert reasons[resource] == common | {"impossible_date", "key_conflict"}
    assert reasons["family"] == common | {"bad_check_digit", "impossible_date", "key_conflict"}
    assert reasons["taxation"] == common | {"impossible_date", "not_a_number"}
    assert reasons["public_security"] == common | {"bad_check_digit", "impossible_date", "not_a_number"}
    assert reasons["finance"] == common | {"out_of_range", "key_conflict"}
    assert reasons["audit"] == common | {"bad_check_digit", "impossible_date", "not_a_number", "out_of_range", "key_conflict"}
    for resource in CATALOGUE:
        assert reasons[resource] >= {"missing", "unknown_code"}


def test_officials_numbers_fit_their_sex_and_birth(truth):
    persons = truth("person")
    assert len(persons) == OFFICIALS == len({person["id_number"] for person in persons})
    for person in persons:
        number = person["id_number"]
        assert an_id_number(number) is None
        assert number.startswith("5299")
        assert number[6:14] == person["born"]
        assert int(number[16]) % 2 == (person["sex"] == "1")


def test_no_number_belongs_to_a_real_place(city, truth):
    bad = {(row["resource"], row["day"], int(row["row_no"])) for row in truth("bad_row")}
    for day in DAYS:
        for row_no, line in enumerate(lines_of(city, day), start=1):
            assert (line["SFZH"] or "5299").startswith("5299")
            assert an_id_number(line["SFZH"] or "") is None or ("discipline", day, row_no) in bad
    assert all(row["证件号码"][:4] in ("", "5299") for row in rows_of(city / "court" / DAYS[0] / "court_20260601.csv"))


def test_units_form_one_tree(city):
    units = {row["b0111"]: row for row in rows_of(city / "unit" / DAYS[0] / "rows.csv") if row["b0111"]}
    assert len(units) > 300
    assert {row["b0117"] for row in units.values()} >= {"529900", *(f"52990{n}" for n in range(1, 9))}
    roots = [code for code, row in units.items() if not row["b0121"]]
    assert len(roots) == 1
    assert all(row["b0121"] in units for code, row in units.items() if code not in roots)


def test_officials_work_in_units_that_exist(city):
    for day in DAYS[:2]:
        codes = {row["b0111"] for row in rows_of(city / "unit" / day / "rows.csv")}
        assert all(row["a0195"] in codes for row in rows_of(city / "personnel" / day / "rows.csv"))


@pytest.mark.parametrize("resource", [name for name in RESOURCES if name not in ("unit", "personnel")])
def test_owners_cover_every_key(city, truth, resource):
    owners = {row["source_key"]: row["cadre_no"] for row in truth("owner") if row["resource"] == resource}
    officials = {row["cadre_no"] for row in truth("person")}
    unreadable = {(row["day"], row["file"], int(row["row_no"])) for row in truth("bad_row") if not row["source_key"]}
    delivered = set()
    for path in sorted((city / resource).glob("*/*")):
        header, *rows = read_rows(path)
        day = DAYS[0] if path.name == "court_20260601.csv" else path.parent.name
        for row_no, row in enumerate(rows, start=1):
            if (day, path.name, row_no) not in unreadable:
                delivered.add(key_of(resource, dict(zip(header, row, strict=True))))
    assert owners.keys() >= delivered
    assert set(owners.values()) - {""} <= officials
    if contracts.named(resource).record:
        assert sum(owner == "" for owner in owners.values()) > len(owners) / 3


def test_court_rows_of_officials_fit_them(city, truth):
    """Mask, sex and age at filing are the owner's, so that whoever reads a whole row can know."""
    persons = {row["cadre_no"]: row for row in truth("person")}
    owners = {row["source_key"]: row["cadre_no"] for row in truth("owner") if row["resource"] == "court"}
    fitting, misfits = 0, []
    for row in rows_of(city / "court" / DAYS[0] / "court_20260601.csv"):
        person = persons.get(owners.get(key_of("court", row), ""))
        if person and row["证件号码"]:
            assert row["证件号码"] == f"{person['id_number'][:6]}********{person['id_number'][-4:]}"
            assert row["性别"] == ("男" if person["sex"] == "1" else "女")
            if int(row["年龄"]) == age_on(person["born"], row["立案日期"]):
                fitting += 1
            else:
                misfits.append(row)
    assert fitting >= 12
    assert len(misfits) == 1  # who is planted at another age


def test_strangers_look_like_officials_but_for_their_age(city, truth):
    persons = {(row["name"], f"{row['id_number'][:6]}********{row['id_number'][-4:]}"): row for row in truth("person")}
    owners = {row["source_key"]: row["cadre_no"] for row in truth("owner") if row["resource"] == "court"}
    strangers = 0
    for row in rows_of(city / "court" / DAYS[0] / "court_20260601.csv"):
        person = persons.get((row["当事人姓名"], row["证件号码"]))
        if person and not owners[key_of("court", row)]:
            assert abs(int(row["年龄"]) - age_on(person["born"], row["立案日期"])) >= 8
            strangers += 1
    assert strangers >= 3


def test_court_has_its_dirt(city):
    first = (city / "court" / DAYS[0] / "court_20260601.csv").read_bytes()
    second = (city / "court" / DAYS[1] / "court_20260602.csv").read_bytes()
    assert b"\r\n" not in first
    assert b"\r\n" in second
    rows = rows_of(city / "court" / DAYS[0] / "court_20260601.csv")
    numbers = [row["案号"] for row in rows]
    assert any(number.startswith("(") for number in numbers)
    assert any("２" in number for number in numbers)
    assert any("\n" in row["案由"] for row in rows)
    assert any("　" in row["当事人姓名"] for row in rows)
    assert any(not row["证件号码"] for row in rows)
    assert max(Counter(tuple(row.values()) for row in rows).values()) == 2


def test_a_days_snapshot_closes_delists_and_drops(city):
    first, second = (
        {key_of("court", row): row for row in rows_of(city / "court" / day / f"court_{day.replace('-', '')}.csv")}
        for day in DAYS[:2]
    )
    both = first.keys() & second.keys()
    assert first.keys() - second.keys()
    assert second.keys() - first.keys()
    assert any(first[key]["是否失信"] == "是" and second[key]["是否失信"] == "否" for key in both)
    assert any(not first[key]["结案日期"] and second[key]["结案日期"] for key in both)
    assert any(first[key]["案号"] != second[key]["案号"] for key in both)


def test_deliveries_that_go_wrong_as_a_whole(city, truth):
    outcome = {(row["resource"], row["day"], row["file"]): row["outcome"] for row in truth("delivery")}
    assert {place: end for place, end in outcome.items() if end != "loaded"} == {
        ("court", DAYS[1], "court_20260601.csv"): "repeated",
        ("court", DAYS[2], "court_20260603.csv"): "held",
        ("unit", DAYS[2], "rows.csv"): "held",
    }
    files = {str(path.relative_to(city)) for path in city.glob("*/2026-*/*") if path.suffix not in FORMS}
    assert files == {"/".join(place) for place in outcome if place[0] != "approval_form"}
    court = city / "court"
    assert (court / DAYS[1] / "court_20260601.csv").read_bytes() == (court / DAYS[0] / "court_20260601.csv").read_bytes()
    for row in truth("delivery"):
        if row["resource"] == "approval_form":  # tests/drawers/test_city.py
            continue
        assert len(read_rows(city / row["resource"] / row["day"] / row["file"])) - 1 == int(row["rows"]), row
    good, cut = (len(read_rows(court / day / f"court_{day.replace('-', '')}.csv")) for day in DAYS[1:])
    assert cut < good * 0.35
    headers = [read_rows(city / "unit" / day / "rows.csv")[0] for day in DAYS]
    assert headers[0] == headers[1]
    assert set(headers[0]) - set(headers[2]) == {"b0150"}


def test_discipline_comes_late_shares_moments_and_repeats_keys(city):
    backlog = lines_of(city, DAYS[0])
    assert max(Counter(line["GXSJ"] for line in backlog).values()) >= 100
    newest = max(datetime.fromisoformat(line["GXSJ"]) for line in backlog)
    for day in DAYS[1:]:
        lines = lines_of(city, day)
        behind = [newest - datetime.fromisoformat(line["GXSJ"]) for line in lines]
        assert timedelta(days=2) < max(behind) <= timedelta(days=3)
        newest = max(newest, *(datetime.fromisoformat(line["GXSJ"]) for line in lines))
    known = {line["JDWH"] for line in backlog}
    again = [line for line in lines_of(city, DAYS[1]) if line["JDWH"] in known]
    assert len(again) >= 8
    seen: dict[str, str] = {}
    older = [line for line in lines_of(city, DAYS[1]) if seen.setdefault(line["JDWH"], line["GXSJ"]) > line["GXSJ"]]
    assert older
