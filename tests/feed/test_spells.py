"""Spells follow the résumés that they were read from, and say since when."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from homes import Home

from cadre_cloud.feed import spells
from cadre_cloud.warehouse.connection import connect, known_at

FIRST, SECOND, THIRD = (known_at(date(2026, 6, day)) for day in (1, 2, 3))
STUDY, WORK, REMARK = "1998.09--2002.07  某大学学习", "2002.08--          某县某局科员", "（其间：2004.03--2005.03在党校学习）"
OFFICIAL = """
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, resume, status, updated_at, original, known_from, delivery_id)
values (%s, '王明', '', '', '', 'male', '198001', '2002-08-01', '142', 'U', 'P', %s, '1', now(), '{}', %s, %s)"""


def write(resumes: dict[str, str | None], at: Any, delivery_id: str = "d") -> None:
    cadres = pa.table({"cadre_no": list(resumes), "resume": pa.array(list(resumes.values()), pa.string())})
    with connect() as warehouse:
        spells.write(warehouse, cadres, at, delivery_id)


def held(home: Home, at: Any = None) -> list[tuple]:
    rows = home.rows(
        "select cadre_no, spell_no, raw from core.spell where case when %(at)s::timestamptz is null then known_to is null "
        "else known_from <= %(at)s and (known_to is null or known_to > %(at)s) end order by 1, 2",
        {"at": at},
    )
    return [tuple(row.values()) for row in rows]


def test_a_spell_is_what_was_read(home: Home) -> None:
    write({"C1": f"{STUDY}\n{WORK}{REMARK}"}, FIRST)
    columns = "kind, started_on, ended_on, precision, text, is_within, raw, confidence, known_from, delivery_id"
    assert home.rows(f"select {columns} from core.spell where spell_no = 3") == [{
        "kind": "education", "started_on": date(2004, 3, 1), "ended_on": date(2005, 3, 1), "precision": "month",
        "text": "在党校学习", "is_within": True, "raw": REMARK, "confidence": "sure", "known_from": FIRST, "delivery_id": "d",
    }]  # fmt: skip


def test_what_a_resume_no_longer_has_is_no_longer_held(home: Home) -> None:
    write({"C1": f"{STUDY}\n{WORK}", "C2": WORK}, FIRST)
    write({"C1": STUDY}, SECOND)
    write({"C1": None}, THIRD)
    assert held(home) == [("C2", 1, WORK)]
    assert held(home, SECOND) == [("C1", 1, STUDY), ("C2", 1, WORK)]
    assert held(home, FIRST) == [("C1", 1, STUDY), ("C1", 2, WORK), ("C2", 1, WORK)]


def test_what_is_told_again_is_not_written_again(home: Home) -> None:
    resumes = {"C1": f"{STUDY}\n{WORK}{REMARK}", "C2": "说不清"}
    write(resumes, FIRST)
    before = home.rows("select * from core.spell order by 1")
    write(resumes, FIRST)
    write(resumes, SECOND)
    assert home.rows("select * from core.spell order by 1") == before


def test_a_spell_that_comes_back_is_held_again(home: Home) -> None:
    for at, resume in ((FIRST, WORK), (SECOND, ""), (THIRD, WORK)):
        write({"C1": resume}, at)
    assert held(home) == [("C1", 1, WORK)]
    assert held(home, SECOND) == []


@pytest.mark.parametrize("times", [1, 2])
def test_resumes_of_before_there_were_spells_are_read(home: Home, times: int) -> None:
    for official in (("C1", STUDY, FIRST, "d1"), ("C2", f"{STUDY}\n{WORK}", FIRST, "d2"), ("C3", " \n ", FIRST, "d2"),
                     ("C4", None, FIRST, "d2")):  # fmt: skip
        home.run(OFFICIAL, official)
    for _ in range(times):
        with connect() as warehouse:
            spells.catch_up(warehouse, SECOND)
    found = home.rows("select cadre_no, spell_no, known_from, delivery_id from core.spell order by 1, 2")
    assert [tuple(row.values()) for row in found] == [("C1", 1, SECOND, "d1"), ("C2", 1, SECOND, "d2"), ("C2", 2, SECOND, "d2")]
