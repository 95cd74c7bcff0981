"""A city's truth and the warehouse side by side: what is right counts as right, and whatever differs is seen."""

import csv
import io
from types import SimpleNamespace

import pytest
from perfect import DAYS, fill
from rich.console import Console

from cadre_cloud import contracts
from demo import settings
from demo.city.truth import Truth
from demo.comparison import compare, show

LINK = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
values (%s, %s, 1, 'self', %s, 'same', '', 'machine', now())"""


@pytest.fixture
def feeds(monkeypatch):
    monkeypatch.setenv("CADRE_LEGAL_BASIS", settings.legal_bases())
    return contracts.expected()


@pytest.fixture
def beside(city, home, feeds):
    """Compare a city, by default the made one, with the warehouse, as the platform logs in."""
    return lambda folder=city, days=DAYS: compare(folder, home.address("cadre_loader"), list(days), feeds)


def printed(found) -> str:
    console = Console(width=160, file=io.StringIO())
    show(found, console)
    return console.file.getvalue()


@pytest.mark.parametrize("number", [1, 2, 3])
def test_who_found_out_everything_has_everything_right(home, truth, beside, number):
    fill(home.owner, truth, DAYS[number - 1])
    found = beside(days=DAYS[:number])
    links = found["links"]
    assert sum(count["missed"] + count["false"] for count in links.values()) == 0
    assert all(count["recall"] == 1 for label, count in links.items() if label in ("full_id", "masked_id", "hashed_id"))
    assert links["name"]["review"] == links["name"]["mentions"] > 0
    assert links["masked_id, representative"]["review"] == links["masked_id, representative"]["mentions"] > 0
    assert all(count["missed"] == count["good_refused"] == 0 for count in found["bad_rows"].values())
    assert sum(count["planted"] for count in found["bad_rows"].values()) > 60
    assert found["deliveries"] == []
    assert all(count["right"] == count["foretold"] for count in found["alerts"].values())
    assert sum(count["unexpected"] for count in found["alerts"].values()) == 0
    assert len(found["alerts"]) >= 7
    if number == 3:
        spells = found["spells"]
        assert (spells["missing"], spells["wrong"]) == (0, 0)
        assert spells["right"] + spells["unread"] == spells["spells"] > 200
    else:
        assert "spells" not in found  # résumés are told as they are on the last day


def test_who_found_out_nothing_missed_it_all(beside):
    found = beside()
    assert all(count["right"] == count["review"] == 0 for count in found["links"].values())
    assert all(count["missed"] == count["mentions"] > 0 for count in found["links"].values())
    assert all(count["found"] == 0 < count["missed"] for count in found["bad_rows"].values())
    assert {(row["expected"], row["found"]) for row in found["deliveries"]} >= {("loaded", None), ("held", None)}
    assert all(count["missing"] == count["foretold"] > 0 for count in found["alerts"].values())
    assert found["spells"]["missing"] == found["spells"]["spells"]


def test_links_that_are_false_missed_or_of_nobody(home, truth, beside):
    fill(home.owner, truth)
    before = beside()["links"]
    mine, other = [row for row in truth("owner") if row["form"] == "full_id" and row["cadre_no"] and row["since"]][:2]
    stranger = next(row for row in truth("owner") if row["form"] == "legacy_id" and not row["cadre_no"])
    ended = "update core.link set known_to = now() where resource = %(resource)s and source_key = %(source_key)s"
    home.run(ended, mine)
    home.run(ended, other)
    home.run(LINK, [mine["resource"], mine["source_key"], "GB529900000"])
    home.run(LINK, [stranger["resource"], stranger["source_key"], mine["cadre_no"]])
    home.run(LINK, ["court", "no such case|1", mine["cadre_no"]])
    after = beside()["links"]
    assert after["full_id"]["missed"] == 2
    assert after["full_id"]["right"] == before["full_id"]["right"] - 2
    assert [after[label]["false"] for label in ("full_id", "legacy_id", "not in the truth")] == [1, 1, 1]
    assert after["full_id"]["precision"] == after["full_id"]["right"] / (after["full_id"]["right"] + 1)
    assert after["full_id"]["recall"] < 1 == after["hashed_id"]["recall"]


def test_bad_rows_that_passed_and_good_ones_that_did_not(home, truth, beside):
    fill(home.owner, truth)
    passed = min(int(row["row_no"]) for row in truth("bad_row") if (row["resource"], row["day"]) == ("land", DAYS[0]))
    home.run("delete from ledger.quarantine where row_no = %s and delivery_id like 'land 2026-06-01%%'", [passed])
    refuse = "insert into ledger.quarantine values (%s, 9999, %s, '', '', '')"
    home.run(refuse, ["discipline 2026-06-01 changes.jsonl", "a good one"])
    home.run(refuse, ["court 2026-06-01 court_20260601.csv", None])
    rows = beside()["bad_rows"]
    assert (rows["land"]["missed"], rows["land"]["good_refused"]) == (1, 0)
    assert (rows["discipline"]["missed"], rows["discipline"]["good_refused"]) == (0, 1)
    assert (rows["court"]["missed"], rows["court"]["good_refused"]) == (0, 1)
    lines = sum(int(row["rows"]) for row in truth("delivery") if row["resource"] == "discipline")
    assert rows["discipline"]["per_10000"] == 10_000 / lines


def test_a_pull_that_brings_earlier_bad_rows_again_refuses_no_good_one(home, truth, beside):
    fill(home.owner, truth)
    home.run(
        "insert into ledger.quarantine "
        "select 'discipline 2026-06-03 changes.jsonl', 1000 + row_no, source_key, field, reason, '' "
        "from ledger.quarantine where delivery_id = 'discipline 2026-06-01 changes.jsonl'"
    )
    assert beside()["bad_rows"]["discipline"]["good_refused"] == 0


def test_deliveries_that_ended_otherwise(home, truth, beside):
    fill(home.owner, truth)
    home.run("update ledger.delivery set state = 'loaded' where state = 'held' and resource = 'court'")
    home.run("update ledger.delivery set file = 'a table' where resource = 'personnel'")
    deliver = (
        "insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state) "
        "values (%(file)s, %(resource)s, '2026-06-02', %(file)s, '', 1, '', %(state)s)"
    )
    home.run(deliver, {"resource": "education", "file": "a08", "state": "repeated"})
    home.run(deliver, {"resource": "land", "file": "x.csv", "state": "held"})
    assert beside()["deliveries"] == [
        {"day": "2026-06-02", "resource": "land", "file": "x.csv", "expected": None, "found": "held"},
        {"day": "2026-06-03", "resource": "court", "file": "court_20260603.csv", "expected": "held", "found": "loaded"},
    ]


def test_alerts_of_the_warehouse_are_read(home, truth, beside):
    fill(home.owner, truth)
    before = beside()["alerts"]["tax_arrears"]
    home.run("update core.alert set severity = 'context' where rule = 'tax_arrears'")
    after = beside()["alerts"]["tax_arrears"]
    assert 0 < after["otherwise"] <= before["right"] == before["foretold"]


def test_spells_that_are_wrong_and_lines_that_nobody_shows(home, truth, beside):
    fill(home.owner, truth)
    before = beside()["spells"]
    home.run("update core.spell set started_on = '1900-01-01' where spell_no = 1")
    home.run("delete from core.spell where confidence = 'unread'")
    after = beside()["spells"]
    assert after["wrong"] == 1
    assert after["missing"] == 1 + before["unread"]
    assert (after["unread"], after["right"]) == (0, before["right"] - 1)


def test_a_truth_of_the_least_form_is_compared_by_resource(home, truth, beside, tmp_path):
    fill(home.owner, truth)
    mine = [row for row in truth("owner") if row["resource"] in ("court", "land") and row["mention_no"] == "1"]
    (tmp_path / "truth").mkdir()
    with (tmp_path / "truth" / "owner.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["resource", "source_key", "cadre_no"])
        # As delivered: keys in other widths, integers with zeros before them.
        lines.writerows(
            [row["resource"], f" {row['source_key'].replace('|', '|0')}", row["cadre_no"]] for row in mine if row["since"]
        )
    found = beside(tmp_path)
    assert found.keys() == {"links"}
    assert found["links"].keys() >= {"court", "land"}
    for resource in ("court", "land"):
        count = found["links"][resource]
        assert count["mentions"] == count["right"] + count["review"] > 10
        assert (count["missed"], count["false"], count["precision"]) == (0, 0, 1)
    assert "court" in printed(found)


@pytest.mark.parametrize("owners", [None, "", "some,other,columns\n"])
def test_without_a_truth_nothing_is_compared(beside, tmp_path, owners):
    if owners is not None:
        (tmp_path / "truth").mkdir()
        (tmp_path / "truth" / "owner.csv").write_text(owners)
    assert beside(tmp_path) is None


def test_everything_is_printed(home, truth, beside):
    fill(home.owner, truth)
    text = printed(beside())
    assert "masked_id, representative" in text
    assert "every delivery ended as it must" in text
    home.run("update ledger.delivery set state = 'held' where resource = 'unit'")
    assert "deliveries that ended otherwise" in printed(beside())


def test_a_record_that_is_about_somebody_else_from_the_second_day_on(tmp_path, home, truth, feeds):
    one, other = [row for row in truth("person")][:2]
    told = Truth(persons=truth("person"))
    for day, person in zip(DAYS[1:], (one, other), strict=False):
        told.own("discipline", day, {}, "A1", SimpleNamespace(**person), form="full_id")
    told.own("discipline", DAYS[2], {"_bad": ("xm", "")}, "A1", None, form="full_id")  # refused: the one before stands
    (tmp_path / "truth").mkdir()
    told.write(tmp_path / "truth")
    for day, person in zip(DAYS[1:], (one, other), strict=False):
        home.run("update core.link set known_to = now()")
        home.run(LINK, ["discipline", "A1", person["cadre_no"]])
        found = compare(tmp_path, home.address("cadre_loader"), DAYS[: DAYS.index(day) + 1], feeds)["links"]["full_id"]
        assert (found["right"], found["missed"], found["false"]) == (1, 0, 0)
