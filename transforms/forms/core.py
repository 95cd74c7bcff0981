"""What a form says of an official, as rows of the core's tables: education, relatives, posts."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.forms.facts import Facts
from transforms.forms.words import DEGREES, degree_code, level_code, plain

Row = dict[str, Any]

_SCHOOL = re.compile(r".*?(?:大学|学院|党校|学校|中学|中专|师范|干校|卫校|技校|财校|警校|农校)(?!附属|附中)")
_LONGEST = 200  # characters of a school's name
_MAJOR = re.compile(r"^(?:.*(?:学院|[系院部]))?(.*?)(?:专业)?$")


@dataclass(frozen=True)
class Unit:
    """A unit by its number, and what stands behind its name."""

    unit_code: str
    rest: str


class Units:
    """The units that are known by name. A name that several have or had is nobody's."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: number and name, present, former and short ones."""
        codes = defaultdict(set)
        for code, name in names:
            if plain(name):
                codes[plain(name)].add(code)
        self._codes = {name: found.pop() for name, found in codes.items() if len(found) == 1}
        self._longest = max(map(len, self._codes), default=0)

    def at(self, text: str) -> Unit | None:
        """The unit with whose name, the longest that fits, a text begins."""
        said = plain(text)
        for length in range(min(self._longest, len(said)), 0, -1):
            if code := self._codes.get(said[:length]):
                return Unit(code, said[length:].strip(" ,;、:"))
        return None


def education(cadre_no: str, facts: Facts) -> list[Row]:
    """A row for each mode of which the form says a level that has a code."""
    return [
        {
            "education_no": f"{cadre_no}/form/{one.mode}", "cadre_no": cadre_no,
            "level": level, "degree": degree_code(one.degree), "mode": one.mode, **_school(one.level_school or one.degree_school),
            "original": {name: said for name, said in vars(one).items() if name != "mode"},
        }
        for one in facts.schooling
        if (level := level_code(one.level, one.degree))
    ]  # fmt: skip


def highest(facts: Facts) -> tuple[str | None, str | None]:
    """The highest level and degree; in both codes the lower one is the higher."""
    levels = [code for one in facts.schooling if (code := level_code(one.level, one.degree))]
    degrees = [code for one in facts.schooling if (code := degree_code(one.degree)) in DEGREES]
    return min(levels, default=None), min(filter(None, degrees), default=None)


def family(cadre_no: str, facts: Facts) -> list[Row]:
    """A row a relative."""
    return [
        {
            "family_no": f"{cadre_no}/form/{number}", "cadre_no": cadre_no, "relation": one.relation, "name": one.name,
            "employer": one.employer or None,
            "original": {"relation": one.relation, "name": one.name, "employer": one.employer},
        }
        for number, one in enumerate(facts.relatives, start=1)
    ]  # fmt: skip


def appointments(spells: Iterable[Row], units: Units) -> list[Row]:
    """A row for each spell of work at a unit that is known by name; `spells` are of the form `resume.SPELL`."""
    found = []
    for spell in spells:
        at = units.at(spell["text"] or "") if _is_post(spell) else None
        if at and at.rest:
            found.append({
                "appointment_no": f"{spell['cadre_no']}/form/{spell['spell_no']}", "cadre_no": spell["cadre_no"],
                "unit_code": at.unit_code, "post_title": at.rest, "started_on": spell["started_on"],
                "ended_on": spell["ended_on"], "valid_from": spell["started_on"], "valid_to": spell["ended_on"],
                "original": {"resume": spell["raw"]},
            })  # fmt: skip
    return found


def post(facts: Facts, units: Units) -> tuple[str | None, str | None]:
    """The unit of the present posts, where it is known by name, and the posts at it; else all that the form says of them."""
    at = units.at(facts.posts)
    return (at.unit_code, at.rest or None) if at else (None, plain(facts.posts) or None)


def birth_and_sex(facts: Facts) -> tuple[str | None, str | None]:
    """As the form says, else as its number does."""
    number = facts.id_number or ""
    by_number = (number[6:14], "male" if int(number[16]) % 2 else "female") if number else (None, None)
    return facts.born_on or by_number[0], facts.sex or by_number[1]


def order(facts: Facts) -> str:
    """By what the forms of an official follow each other: when they were filled in, those that do not say it first."""
    return (facts.filled_on or "").ljust(8, "0")


def filled(facts: Facts) -> date | None:
    """The day on which a form was filled in, the first of a month that is all it says."""
    digits = facts.filled_on
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:] or 1)) if digits else None


def _school(text: str) -> Row:
    """School and subject, as far as the text shows where one ends; else the whole text is the school."""
    found = _SCHOOL.match(text)
    if not found:
        return {"school": text or None, "major": None}
    major = _MAJOR.match(text[found.end() :][:_LONGEST].strip())
    return {"school": found[0], "major": (major and major[1].strip()) or None}


def _is_post(spell: Row) -> bool:
    return spell["started_on"] and not spell["is_within"] and spell["kind"] not in ("education", "army")
