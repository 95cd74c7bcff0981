"""The course of an official's life: study, army, work. The résumé, the posts and the education all tell this one."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from demo.city import places
from demo.city.career import LEVELS, earlier_post, leads
from demo.city.chance import happens
from demo.city.people import Person

EDUCATION, ARMY, WORK = "education", "army", "work"
FULL_TIME, IN_SERVICE = "1", "2"
DEGREE, COLLEGE, SECONDARY, MASTER = "21", "31", "41", "14"
DEGREE_YEARS = 4
PORTFOLIOS = ("财务", "项目", "人事", "信访", "乡村振兴", "安全生产", "招商", "党建", "宣传", "综治")
STYLES = {
    "form": 55, "one space": 20, "one dash": 4, "em dashes": 4, "full-width": 3, "double dots": 3, "years": 3, "tab": 2,
    "en space": 2, "unbroken": 2, "split year": 1, "undated": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Study:
    """What somebody studied."""

    school: str
    subject: str
    level: str
    degree: str
    mode: str
    nested: bool = False  # told in brackets, within another spell


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody was, and where."""

    unit: dict
    title: str
    level: str
    leads: bool
    portfolio: str


@dataclass(frozen=True, slots=True)
class Spell:
    """A spell between two ISO dates; the second is empty while it lasts."""

    began: str
    ended: str
    kind: str
    text: str
    about: Study | Post | None = None


@dataclass(frozen=True, slots=True)
class Career:
    """An official's spells in order, and how the résumé is typed."""

    spells: tuple[Spell, ...]
    style: str

    def posts(self) -> list[Spell]:
        """The spells of work."""
        return [spell for spell in self.spells if spell.kind == WORK]

    def work_started_on(self) -> str:
        """The month in which work or service began, as YYYYMM."""
        first = min(spell.began for spell in self.spells if spell.kind != EDUCATION)
        return first[:7].replace("-", "")


def draw_career(rng: random.Random, person: Person, unit: dict, title: str, colleagues: list[dict]) -> Career:
    """Draw the career that ends in a post."""
    grown = int(person.born[:4]) + 18
    soldier = person.sex == "1" and happens(rng, 0.08)
    years = 2 if soldier else rng.choice((3, 4, 4, 4))
    first = _service(rng, grown) if soldier else _study(rng, grown, years)
    hired = f"{grown + 2}-12-15" if soldier else f"{grown + years}-08-15"
    spells = [first, *_work(rng, person, hired, grown + years + 1, _post(rng, unit, title, person.level), colleagues)]
    if soldier or happens(rng, 0.2):
        level = rng.choice((DEGREE, MASTER)) if years == DEGREE_YEARS else DEGREE
        spells.append(_study(rng, min(grown + years + rng.randint(1, 8), 2022), 3, level))
    style = rng.choices(tuple(STYLES), tuple(STYLES.values()))[0]
    return Career(_sorted(spells), style)


def _sorted(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    return tuple(sorted(spells, key=lambda spell: spell.began))


def _service(rng: random.Random, year: int) -> Spell:
    return Spell(f"{year}-12-01", f"{year + 2}-12-01", ARMY, f"{rng.choice(places.TROOPS)}服役")


def _study(rng: random.Random, year: int, years: int, in_service: str = "") -> Spell:
    """A spell of study; `in_service` is the level that is reached beside the work."""
    school, subject = rng.choice(places.SCHOOLS), rng.choice(places.SUBJECTS)
    level = in_service or (DEGREE if years == DEGREE_YEARS else rng.choice((COLLEGE, SECONDARY)))
    degree = {DEGREE: "4", MASTER: "3"}.get(level, "") if not in_service or happens(rng, 0.3) else ""
    about = Study(school, subject, level, degree, IN_SERVICE if in_service else FULL_TIME, bool(in_service) and happens(rng, 0.6))
    text = f"{school}{subject}专业学习" + ("（在职）" if in_service else "")
    if about.nested:
        text = f"在{school}{subject}专业在职学习"
    return Spell(f"{year}-09-01", f"{year + years}-07-01", EDUCATION, text, about)


def _work(rng: random.Random, person: Person, hired: str, first: int, present: Post, colleagues: list[dict]) -> list[Spell]:
    """Some posts, each a level or none higher than the one before, and the present one."""
    moves = sorted(rng.sample(range(first, 2026), min(rng.randint(1, 5), 2026 - first)))
    began = [hired, *(f"{year}-{rng.randint(1, 12):02d}-15" for year in moves)]
    reached = LEVELS.index(person.level)
    spells = []
    for number, (start, end) in enumerate(pairwise(began)):
        level = LEVELS[max(0, reached - len(moves) + number)]
        spells.append(_held(start, end, _post(rng, rng.choice(colleagues), earlier_post(rng, level), level)))
    return [*spells, _held(began[-1], "", present)]


def _post(rng: random.Random, unit: dict, title: str, level: str) -> Post:
    in_team = leads(unit, title)
    return Post(unit, title, level, in_team, "、".join(rng.sample(PORTFOLIOS, 2)) if in_team else "")


def _held(began: str, ended: str, post: Post) -> Spell:
    return Spell(began, ended, WORK, post.unit["b0101"] + post.title, post)


def move_on(rng: random.Random, career: Career, began: str, unit: dict, title: str, level: str) -> Career:
    """End the present post on a day and begin another."""
    ended = [replace(spell, ended=began) if spell.kind == WORK and not spell.ended else spell for spell in career.spells]
    return replace(career, spells=_sorted([*ended, _held(began, "", _post(rng, unit, title, level))]))
