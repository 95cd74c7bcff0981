"""The résumé of a form in every writing seen in files: through the file and into spells, with the raw line and how sure it is."""

from datetime import date

import pyarrow as pa
import pytest

from transforms.forms import lrm, lrmx
from transforms.forms.facts import Facts, facts_of, texts_of
from transforms.resume import spells

STUDY, WORK = "某大学学习", "某局科员"
TWO = [(date(1998, 9, 1), date(2002, 7, 1), STUDY), (date(2002, 7, 1), None, WORK)]


@pytest.mark.parametrize("form", [lrmx, lrm], ids=["lrmx", "lrm"])
@pytest.mark.parametrize(("resume", "sure"), [
    ("1998.09--2002.07  某大学学习\n2002.07--         某局科员", ["sure", "sure"]),
    ("1998.09-2002.07  某大学学习\n2002.07-         某局科员", ["sure", "sure"]),
    ("1998.09——2002.07  某大学学习\n2002.07——         某局科员", ["sure", "sure"]),
    ("１９９８．０９－－２００２．０７　某大学学习\n２００２．０７－－　　　　　某局科员", ["sure", "sure"]),
    ("1998..09--2002.07  某大学学习\n2002.07--         某局科员", ["likely", "sure"]),
    ("1998.09--2002.07\t某大学学习\n2002.07--\t\t某局科员", ["sure", "sure"]),
    ("1998.09--2002.07  某大学学习2002.07--         某局科员", ["sure", "likely"]),
    ("1998.09--2002.07  某大学\n                  学习\n2002.07--         某局科员", ["sure", "sure"]),
])  # fmt: skip
def test_two_spells(form, resume: str, sure: list[str]) -> None:
    assert read(form, resume) == [(*spell, confidence) for spell, confidence in zip(TWO, sure, strict=True)]


def test_en_spaces() -> None:  # GBK has none
    resume = "1998.09--2002.07\u2002\u2002某大学学习\n2002.07--\u2002\u2002\u2002\u2002\u2002某局科员"
    assert read(lrmx, resume) == [(*spell, "sure") for spell in TWO]


def test_years_alone() -> None:
    assert read(lrmx, "1998--2002  某大学学习\n2002--         某局科员") == [
        (date(1998, 1, 1), date(2002, 1, 1), STUDY, "likely"), (date(2002, 1, 1), None, WORK, "likely")
    ]  # fmt: skip


def test_a_slip_in_the_dates_is_not_mended() -> None:
    (slip,) = raw_of("2011.09-2-015.07  某党校学习")
    assert (slip["started_on"], slip["confidence"], slip["raw"]) == (None, "unread", "2011.09-2-015.07  某党校学习")


def test_a_remark() -> None:
    _, remark = raw_of("1998.09--2007.07  某局科员\n（其间：2001.03--2003.12在某党校在职研究生班学习）")
    assert (remark["is_within"], remark["started_on"], remark["text"]) == (True, date(2001, 3, 1), "在某党校在职研究生班学习")


def read(form, resume: str) -> list[tuple]:
    return [(row["started_on"], row["ended_on"], row["text"], row["confidence"]) for row in raw_of(resume, form)]


def raw_of(resume: str, form=lrmx) -> list[dict]:
    sent = facts_of(form.read(form.write(texts_of(Facts("段敏", resume=resume))))).resume
    return spells(pa.table({"cadre_no": ["GB1"], "resume": [sent]})).to_pylist()
