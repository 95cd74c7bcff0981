"""The résumé, the posts, the education and the personnel row tell one career, however the résumé is typed."""

import re
from collections import defaultdict

import pytest
from test_records import DAYS, good_rows, rows_of

from demo.city.resume import spell_rows, write_resume
from demo.city.spells import STYLES, Career, Post, Spell, Study

UNIT = {"b0111": "B1", "b0101": "青禾县财政局"}


def career(style: str, nested: bool = True) -> Career:
    college = Study("云南大学", "法学", "21", "4", "1")
    beside = Study("省委党校", "行政管理", "21", "", "2", nested)
    return Career(
        (
            Spell("1998-09-01", "2002-07-01", "education", "云南大学法学专业学习", college),
            Spell("2002-08-15", "2010-03-15", "work", "青禾县财政局科员", Post(UNIT, "科员", "142", False, "")),
            Spell("2003-09-01", "2006-07-01", "education", "在省委党校行政管理专业在职学习", beside),
            Spell("2010-03-15", "", "work", "青禾县财政局副局长", Post(UNIT, "副局长", "142", True, "财务")),
        ),
        style,
    )


FORM = """1998.09--2002.07  云南大学法学专业学习
2002.08--2010.03  青禾县财政局科员
                  （其间：2003.09--2006.07在省委党校行政管理专业在职学习）
2010.03--         青禾县财政局副局长"""
LAST_LINES = {
    "one space": "2010.03-- 青禾县财政局副局长",
    "one dash": "2010.03-至今  青禾县财政局副局长",
    "em dashes": "2010.03——今  青禾县财政局副局长",
    "full-width": "２０１０．０３--　青禾县财政局副局长",
    "double dots": "2010..03--  青禾县财政局副局长",
    "years": "2010--  青禾县财政局副局长",
    "tab": "2010.03--\t青禾县财政局副局长",
    "en space": "2010.03--\u2002青禾县财政局副局长",
}


def test_a_form_has_open_ends_and_continuations():
    assert write_resume(career("form")) == FORM


@pytest.mark.parametrize("style", LAST_LINES)
def test_a_style_is_kept_to_the_last_line(style):
    lines = write_resume(career(style)).split("\n")
    assert lines[-1] == LAST_LINES[style]
    assert "（其间：" in lines[1]
    assert len(lines) == 3


def test_an_unbroken_resume_is_one_line():
    assert "\n" not in write_resume(career("unbroken"))


@pytest.mark.parametrize("style", STYLES)
def test_the_truth_tells_every_spell_or_that_the_line_is_unreadable(style):
    rows = spell_rows("C1", career(style))
    unreadable = [row["line"] for row in rows if row["readable"] == "no"]
    assert len(rows) == 4
    assert len(unreadable) == (style in ("split year", "undated"))
    assert all(row["line"] in write_resume(career(style)) for row in rows)


def test_lines_that_nobody_can_read():
    assert write_resume(career("split year")).startswith("1998.09-2-002.07  云南大学")
    assert write_resume(career("undated")).startswith("早年云南大学")


def parse_form(resume: str) -> list[tuple]:
    """(began, ended, text) of a résumé of the form, read by its layout alone."""
    spells = []
    for line in resume.replace("\n" + " " * 18, "").split("\n"):
        outside, *inside = line.split("（其间：")
        spells.append(re.fullmatch(r"(\d{4}\.\d\d)--(\d{4}\.\d\d)? +(.+)", outside).groups())
        spells += [re.fullmatch(r"(\d{4}\.\d\d)--(\d{4}\.\d\d)(.+)）", study).groups() for study in inside]
    return [(began.replace(".", "-"), (ended or "").replace(".", "-"), text) for began, ended, text in spells]


def last_rows(city, truth) -> dict[str, dict]:
    rows = {}
    for day in range(3):
        rows |= {row["a0000"]: row for row in good_rows(city, truth, "personnel", day)}
    return rows


def test_resumes_say_what_the_truth_says(city, truth):
    told = defaultdict(list)
    for row in truth("spell"):
        if row["style"] == "form":
            told[row["cadre_no"]].append((row["started_on"], row["ended_on"], row["text"]))
    rows = last_rows(city, truth)
    assert len(told) >= 20
    assert {cadre_no: parse_form(rows[cadre_no]["a1701"]) for cadre_no in told} == told


def test_posts_agree_with_the_spells(city, truth):
    names = {row["b0111"]: row["b0101"] for row in rows_of(city, "unit", 0)}
    posts, spells = defaultdict(list), defaultdict(list)
    for row in good_rows(city, truth, "appointment", 2):
        told = row["a0243"], row["a0265"], names[row["a0201b"]] + row["a0215a"]
        posts[row["a0000"]].append(told)
    for row in truth("spell"):
        if row["kind"] == "work":
            spells[row["cadre_no"]].append((row["started_on"], row["ended_on"], row["text"]))
    assert posts.keys() == spells.keys()
    for cadre_no, said in spells.items():
        width = len(said[0][0])  # a year, or a month
        assert [(began[:width], ended[:width], text) for began, ended, text in posts[cadre_no]] == said


@pytest.mark.parametrize("day", range(3))
def test_the_present_post_is_the_rosters(city, truth, day):
    known = {}
    for earlier in range(day + 1):
        known |= {row["a0000"]: row for row in good_rows(city, truth, "personnel", earlier)}
    present = [row for row in good_rows(city, truth, "appointment", day) if not row["a0265"]]
    assert {row["a0000"] for row in present} == known.keys()
    for row in present:
        official = known[row["a0000"]]
        assert (row["a0201b"], row["a0215a"], row["a0221"]) == (official["a0195"], official["a0192"], official["a0192e"])


def test_education_agrees_with_the_spells(city, truth):
    studied = defaultdict(list)
    for row in truth("spell"):
        if row["kind"] == "education" and len(row["started_on"]) == 7:
            studied[row["cadre_no"]].append((row["started_on"].replace("-", ""), row["ended_on"].replace("-", "")))
    rows = {tuple(row.values()): row for row in good_rows(city, truth, "education", 0)}.values()
    known = {row["a0000"] for row in rows}
    recorded = defaultdict(list)
    for row in rows:
        recorded[row["a0000"]].append((row["a0804"], row["a0807"]))
    for cadre_no, spells in studied.items():
        if cadre_no in known:
            assert set(spells) <= set(recorded[cadre_no])


def test_work_began_with_the_first_post_or_service(city, truth):
    first = {}
    for row in truth("spell"):
        if row["kind"] in ("work", "army") and len(row["started_on"]) == 7:
            first[row["cadre_no"]] = min(first.get(row["cadre_no"], "9"), row["started_on"])
    rows = last_rows(city, truth)
    unreadable = {row["cadre_no"] for row in truth("spell") if row["readable"] == "no"}
    for cadre_no in first.keys() - unreadable:
        assert rows[cadre_no]["a0134"] == first[cadre_no].replace("-", "")


def test_the_day_that_a_move_begins_is_over_when_it_is_told(city, truth):
    for day, name in enumerate(DAYS):
        assert all(row["a0243"] < name for row in good_rows(city, truth, "appointment", day) if row["a0243"] > "2026-05-31")
