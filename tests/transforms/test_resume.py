"""Résumés in every variant seen in files, and that nothing of them vanishes."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.resume import SPELL, spells

BLANK = (
    "\n\r\v\f\x85\u2028\u2029 \t\x1c\x1d\x1e\x1f\xa0\u1680\u180e\u202f\u205f\u2060\u3000\ufeff"
    + "".join(map(chr, range(0x2000, 0x200E)))
)  # fmt: skip


def read(*resumes: str | None) -> list[dict]:
    table = pa.table({"cadre_no": [f"GB{n}" for n in range(len(resumes))], "resume": pa.array(resumes, pa.string())})
    result = spells(table)
    assert result.schema == SPELL
    return result.to_pylist()


def brief(resume: str) -> list[tuple]:
    return [(row["started_on"], row["ended_on"], row["text"], row["confidence"]) for row in read(resume)]


def month(year: int, month: int) -> date:
    return date(year, month, 1)


def test_the_form() -> None:
    rows = read(
        "1998.09--2002.07  某大学某系某专业学习\n2002.12--2004.12  某部队服役\n2010.03--         某县某局副局长（正科级）"
    )
    assert rows == [
        {"cadre_no": "GB0", "spell_no": 1, "kind": "education", "started_on": month(1998, 9), "ended_on": month(2002, 7),
         "precision": "month", "text": "某大学某系某专业学习", "is_within": False,
         "raw": "1998.09--2002.07  某大学某系某专业学习", "confidence": "sure"},
        {"cadre_no": "GB0", "spell_no": 2, "kind": "army", "started_on": month(2002, 12), "ended_on": month(2004, 12),
         "precision": "month", "text": "某部队服役", "is_within": False,
         "raw": "2002.12--2004.12  某部队服役", "confidence": "sure"},
        {"cadre_no": "GB0", "spell_no": 3, "kind": "work", "started_on": month(2010, 3), "ended_on": None,
         "precision": "month", "text": "某县某局副局长（正科级）", "is_within": False,
         "raw": "2010.03--         某县某局副局长（正科级）", "confidence": "sure"},
    ]  # fmt: skip


def test_several_resumes_and_none() -> None:
    rows = read("2010.03-- 某局科员", None, "", " \n\n ", "2011.03-- 某局科员\n2012.01-- 某局科长")
    assert [(row["cadre_no"], row["spell_no"]) for row in rows] == [("GB0", 1), ("GB4", 1), ("GB4", 2)]
    assert read() == []


@pytest.mark.parametrize(
    ("line", "confidence"),
    [
        ("1998.09-2002.07  某大学学习", "sure"),
        ("1998.09—2002.07  某大学学习", "sure"),
        ("1998.09——2002.07  某大学学习", "sure"),
        ("１９９８．０９－－２００２．０７　　某大学学习", "sure"),
        ("1998.09--2002.07\t某大学学习", "sure"),
        ("1998.09--2002.07\u2002\u2002某大学学习", "sure"),
        ("1998.09 -- 2002.07 某大学学习", "sure"),
        ("1998.09--2002.07某大学学习", "sure"),
        ("  1998.09--2002.07  某大学学习", "sure"),
        ("1998..09--2002..07  某大学学习", "likely"),
        ("1998.9--2002.7  某大学学习", "likely"),
        ("1998年9月至2002年7月  某大学学习", "likely"),
        ("1998.09一2002.07  某大学学习", "likely"),
        ("1998.09.01--2002.07.15  某大学学习", "likely"),
    ],
)
def test_typography(line: str, confidence: str) -> None:
    assert brief(line) == [(month(1998, 9), month(2002, 7), "某大学学习", confidence)]


@pytest.mark.parametrize(
    "line",
    ["2010.03--某局科员", "2010.03-- 某局科员", "2010.03——       某局科员", "2010.03--\t某局科员", "2010.03--至今  某局科员",
     "2010.03--今 某局科员", "2010.03至今某局科员"],
)  # fmt: skip
def test_open_ends(line: str) -> None:
    (row,) = read(line)
    assert (row["started_on"], row["ended_on"], row["text"]) == (month(2010, 3), None, "某局科员")
    assert row["confidence"] != "unread"


def test_years_alone() -> None:
    rows = read("1985--1989  某大学学习\n1989年-1992.05  某局科员\n1992--    某局科长")
    assert [(r["started_on"], r["ended_on"], r["precision"], r["text"], r["confidence"]) for r in rows] == [
        (month(1985, 1), month(1989, 1), "year", "某大学学习", "likely"),
        (month(1989, 1), month(1992, 5), "year", "某局科员", "likely"),
        (month(1992, 1), None, "year", "某局科长", "likely"),
    ]


@pytest.mark.parametrize(
    "line",
    ["2011.09-2-015.07 四川农业大学学习（在职）", "2011.13--2012.01  某局科员", "2011.00--2012.01  某局科员",
     "2012.02--2012.01  某局科员", "2012--2011  某局科员", "2003.05  加入某党派", "2003.05到某局工作", "某局科员",
     "1998.09--02.07  某局科员", "2002.07--2003.07110某局", "1998.09--2002.07--2005.01  某局", "1898.09--1902.07  某局",
     "20l1.09--2012.01  某局科员", "2010.03--         2012.05  某局科员", "1998.091--2002.07  某局"],
)  # fmt: skip
def test_what_is_not_read_is_shown(line: str) -> None:
    (row,) = read(line)
    assert row["confidence"] == "unread"
    assert (row["started_on"], row["ended_on"], row["precision"]) == (None, None, None)
    assert row["text"] == line == row["raw"]


def test_an_unread_line_leaves_the_others_alone() -> None:
    resume = "1998.09--2002.07  某大学学习\n2011.09-2-015.07 某大学学习\n2010.03--  某局科员"
    assert [row["confidence"] for row in read(resume)] == ["sure", "unread", "sure"]


def test_a_number_that_begins_the_text_is_no_date() -> None:
    assert brief("2010.03--2011.01  110指挥中心主任") == [(month(2010, 3), month(2011, 1), "110指挥中心主任", "sure")]
    assert brief("2010.03--         110指挥中心主任") == [(month(2010, 3), None, "110指挥中心主任", "sure")]


def test_a_line_carried_on() -> None:
    resume = (
        "1998.09--2002.07  某大学某系某\n                  专业学习\r\n2002.08-- 某局\r\n\u3000\u3000\u3000科员\r\n未注明\r\n"
    )
    rows = read(resume)
    assert [(row["text"], row["confidence"]) for row in rows] == [
        ("某大学某系某专业学习", "sure"), ("某局科员", "sure"), ("未注明", "unread"),
    ]  # fmt: skip
    assert rows[0]["raw"] == "1998.09--2002.07  某大学某系某\n                  专业学习"


def test_no_line_breaks_at_all() -> None:
    resume = "1998.09--2002.07  某大学学习2002.08--2005.01  某厂某车间（其间：2003.01--2003.03脱产培训）2005.01--        某局科员"
    rows = read(resume)
    assert [(r["started_on"], r["ended_on"], r["text"], r["is_within"], r["confidence"]) for r in rows] == [
        (month(1998, 9), month(2002, 7), "某大学学习", False, "sure"),
        (month(2002, 8), month(2005, 1), "某厂某车间", False, "likely"),
        (month(2003, 1), month(2003, 3), "脱产培训", True, "sure"),
        (month(2005, 1), None, "某局科员", False, "likely"),
    ]
    years = brief("1985-1989\t某大学学习1989—1992\t某局2001-2005年规划科员1992--    某局科长")
    assert [text for _, _, text, _ in years] == ["某大学学习", "某局2001-2005年规划科员", "某局科长"]


def test_remarks() -> None:
    resume = (
        "1998.09--2002.07  某局副局长（其间：2001.03--2001.12在某党校（函授）学习；2002.01--2002.03在某县\n"
        "                  挂职任副县长），县委委员\n"
        "2002.08--2005.01  某局局长（正科级，2003.01当选人大代表）\n"
        "                  （2004.03--2004.07在某党校中青班学习）\n"
        "2005.01--         某县副县长，其间2006.01--2006.05在某大学培训"
    )
    rows = read(resume)
    assert [(r["started_on"], r["ended_on"], r["text"], r["is_within"], r["kind"]) for r in rows] == [
        (month(1998, 9), month(2002, 7), "某局副局长，县委委员", False, "work"),
        (month(2001, 3), month(2001, 12), "在某党校（函授）学习", True, "education"),
        (month(2002, 1), month(2002, 3), "在某县挂职任副县长", True, "work"),
        (month(2002, 8), month(2005, 1), "某局局长（正科级，2003.01当选人大代表）", False, "work"),
        (month(2004, 3), month(2004, 7), "在某党校中青班学习", True, "education"),
        (month(2005, 1), None, "某县副县长", False, "work"),
        (month(2006, 1), month(2006, 5), "在某大学培训", True, "education"),
    ]
    assert rows[2]["raw"] == "2002.01--2002.03在某县\n                  挂职任副县长），县委委员"


def test_remarks_that_do_not_read() -> None:
    rows = read("2002.08--2005.01  某局局长（其间：在某村驻村）（挂职，2003.01--2004.01）（其间：2003.01-2-004.01学习）")
    assert [(r["text"], r["is_within"], r["confidence"]) for r in rows[1:]] == [
        ("在某村驻村", True, "unread"),
        ("挂职，2003.01--2004.01", True, "unread"),
        ("2003.01-2-004.01学习", True, "unread"),
    ]


def test_a_date_in_brackets_is_no_remark_by_itself() -> None:
    (row,) = read("（1998.09--2002.07）某大学学习")
    assert (row["text"], row["confidence"], row["raw"]) == ("1998.09--2002.07", "unread", "（1998.09--2002.07）某大学学习")


def test_a_remark_left_open_ends_with_its_line() -> None:
    rows = read("2002.08--2005.01  某局局长（其间：2003.01--2004.01在某党校学习\n2005.01--  某局局长")
    assert [(r["text"], r["is_within"]) for r in rows] == [("某局局长", False), ("在某党校学习", True), ("某局局长", False)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("云南大学数学教育专业学习", "education"),
        ("四川农业大学水利工程专业学习（在职）", "education"),
        ("武警某学院学员", "education"),
        ("某省委党校在职研究生班", "education"),
        ("某部队服役", "army"),
        ("武警某支队副中队长", "army"),
        ("某县退役军人事务局科员", "work"),
        ("某大学教师", "work"),
        ("某县教育局培训中心主任", "work"),
        ("某局科长，省委党校学习", "work"),
        ("某县委副书记、县长", "work"),
        ("待业", None),
        ("在长沙务农", None),
    ],
)
def test_kinds(text: str, kind: str | None) -> None:
    (row,) = read(f"1998.09--2002.07  {text}")
    assert row["kind"] == kind


@dataclass(frozen=True)
class Told:
    """A spell as known, before somebody typed it."""

    began: tuple[int, int]
    ended: tuple[int, int] | None
    text: str
    kind: str
    remarks: tuple["Told", ...] = ()


WORDS = [
    ("某大学数学系农学专业学习", "education"), ("省委党校在职研究生班学习（在职）", "education"),
    ("第14集团军某团服役", "army"), ("青禾县城关镇人民政府办事员", "work"),
    ("石桥县公安局（交警大队）副大队长", "work"), ("云岭市人大常委会委员、办公室主任", "work"),
]  # fmt: skip
MONTH = st.tuples(st.integers(1950, 2049), st.integers(1, 12))
SPAN = st.tuples(MONTH, MONTH).map(sorted)


def told(remarks: st.SearchStrategy) -> st.SearchStrategy[Told]:
    return st.builds(
        lambda span, is_open, words, remarks: Told(span[0], None if is_open else span[1], *words, tuple(remarks)),
        SPAN, st.booleans(), st.sampled_from(WORDS), remarks,
    )  # fmt: skip


REMARK = st.builds(lambda span, words: Told(span[0], span[1], *words), SPAN, st.sampled_from(WORDS))
RESUME = st.lists(told(st.lists(REMARK, max_size=2)), min_size=1, max_size=6)


@dataclass(frozen=True)
class Typist:
    """How somebody types."""

    date: str
    dash: str
    gap: str
    breaks: str
    wide: bool
    carried_on: bool
    one_bracket: bool

    @property
    def tells_months(self) -> bool:
        return self.date != "{0}"

    def resume(self, spells: list[Told]) -> str:
        return self.breaks.join(self._spell(spell) for spell in spells)

    def _spell(self, spell: Told) -> str:
        gap = self.gap if spell.ended else " " * 8
        text = spell.text
        if self.carried_on and self.breaks:
            text = f"{text[:5]}{self.breaks}{' ' * 18}{text[5:]}"
        remarks = [f"{self._dates(remark)}{remark.text}" for remark in spell.remarks]
        inside = ["；".join(remarks)] if self.one_bracket and remarks else remarks
        return f"{self._dates(spell)}{gap}{text}" + "".join(f"（其间：{remark}）" for remark in inside)

    def _dates(self, spell: Told) -> str:
        dates = self.dash.join(self._month(month) if month else "" for month in (spell.began, spell.ended))
        return dates.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")) if self.wide else dates

    def _month(self, month: tuple[int, int]) -> str:
        return self.date.format(*month)


TYPIST = st.builds(
    Typist,
    date=st.sampled_from(["{0}.{1:02}", "{0}.{1:02}", "{0}..{1:02}", "{0}.{1}", "{0}。{1:02}", "{0}年{1}月", "{0}"]),
    dash=st.sampled_from(["--", "-", "—", "——", "–", "－－", "─", " -- "]),
    gap=st.sampled_from(["  ", " ", "\t", "\u2002", "\u3000\u3000"]),
    breaks=st.sampled_from(["\n", "\r\n", "\r", "\v", "\n\n", ""]),
    wide=st.booleans(), carried_on=st.booleans(), one_bracket=st.booleans(),
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(RESUME, TYPIST), min_size=1, max_size=9))
def test_spells_come_back_whoever_typed_them(typed: list[tuple[list[Told], Typist]]) -> None:
    resumes = [typist.resume(spells) for spells, typist in typed]
    rows = read_each(resumes)
    for (known, typist), resume, row in zip(typed, resumes, rows, strict=True):
        assert [(r["started_on"], r["ended_on"], r["text"], r["kind"], r["is_within"]) for r in row] == expected(known, typist)
        assert {r["precision"] for r in row} == {"month" if typist.tells_months else "year"}
        assert_nothing_vanished(resume, row)


def expected(known: list[Told], typist: Typist) -> list[tuple]:
    def day(moment: tuple[int, int] | None) -> date | None:
        return moment and date(moment[0], moment[1] if typist.tells_months else 1, 1)

    return [
        (day(one.began), day(one.ended), one.text, one.kind, one is not spell)
        for spell in known
        for one in (spell, *spell.remarks)
    ]


PIECES = [*"（）()；，。.-—至今年月 \t\n\r\u3000某学习0", "1998", "2002.07", "1998.09--", "其间：", " " * 18]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from(PIECES)).map("".join) | st.text(st.characters(exclude_categories=["Cs"]))))
def test_nothing_vanishes(resumes: list[str]) -> None:
    for resume, rows in zip(resumes, read_each(resumes), strict=True):
        assert_nothing_vanished(resume, rows)


def read_each(resumes: list[str]) -> list[list[dict]]:
    rows = read(*resumes)
    return [[row for row in rows if row["cadre_no"] == f"GB{n}"] for n in range(len(resumes))]


def assert_nothing_vanished(resume: str, rows: list[dict]) -> None:
    """Every line is a part of some piece, in order; only line breaks and blank lines between are gone."""
    assert [row["spell_no"] for row in rows] == list(range(1, len(rows) + 1))
    at = 0
    for row in rows:
        between, at = resume[at : resume.index(row["raw"], at)], resume.index(row["raw"], at) + len(row["raw"])
        assert not between.strip(BLANK)
        assert row["raw"].strip(BLANK)
        assert (row["confidence"] == "unread") == (row["started_on"] is None)
    assert not resume[at:].strip(BLANK)
