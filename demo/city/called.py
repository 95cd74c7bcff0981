"""How departments that know no number name an official: by name, unit and post at a time, as their clerks call the unit."""

import random

from demo.city import places
from demo.city.chance import happens
from demo.city.days import random_day
from demo.city.names import as_typed
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.spells import Spell

FULL, SHORT, CITY, FORMER, BARE, ABBREVIATED, MISTYPED, TITLED, UNTITLED = (
    "full", "short", "city", "former", "bare", "abbreviated", "mistyped", "titled", "untitled",
)  # fmt: skip
FORMS = {FULL: 40, SHORT: 18, CITY: 12, FORMER: 10, BARE: 4, ABBREVIATED: 4, MISTYPED: 4, TITLED: 4, UNTITLED: 4}  # and how often
# Who is no official works at one of these, as one of these.
EMPLOYERS = (
    ("第二小学", "教师"), ("人民医院", "医师"), ("宏达建筑工程有限公司", "项目经理"), ("新民村村民委员会", "村党支部书记"),
    ("人民政府", "聘用人员"), ("教育局", "合同工"), ("委员会", "驾驶员"), ("公安局", "公益性岗位人员"),
    ("城关镇人民政府", "工勤人员"),
)  # fmt: skip
LAST_DAY = "2026-05-20"


def call(rng: random.Random, roster: Roster, person: Person, form: str = "", on: str = "") -> tuple[str, str, str]:
    """The unit, the post and an ISO date, by default drawn from the time in that post, under which somebody is named."""
    if not person.cadre_no:
        employer, post = rng.choice(EMPLOYERS)
        return f"{places.REGIONS[person.home]}{employer}", post, on or random_day(rng, "2024-07-01", LAST_DAY)
    form = form or rng.choices(tuple(FORMS), tuple(FORMS.values()))[0]
    spell = held(roster, person, form == FORMER)
    title = {TITLED: f"党组成员、{spell.about.title}", UNTITLED: ""}.get(form, spell.about.title)
    on = on or random_day(rng, max(spell.began, "2024-07-01" if not spell.ended else ""), spell.ended or LAST_DAY)
    return unit_as(spell.about.unit, form), title, on


def held(roster: Roster, person: Person, left: bool = False) -> Spell:
    """The post somebody has on the first day; with `left`, one that they have left in the last ten years, if there is one."""
    *earlier, present = roster.careers[0][person.cadre_no].posts()
    recent = [post for post in earlier if post.ended > "2016-06-01"]
    return recent[-1] if left and recent else present


def unit_as(unit: dict, form: str) -> str:
    """The unit's name as it is written in one of the forms."""
    name, place = unit["b0101"], places.REGIONS[unit["b0117"]]
    own = name.removeprefix(place)
    match form:
        case "short":
            return unit["b0104"]
        case "city":
            return name if place == places.CITY_NAME else places.CITY_NAME + name
        case "bare":
            return own
        case "abbreviated":
            return place[-1] + own.replace("人民", "")[:3] + own[-1]
        case "mistyped":
            return f"{name[:-2]}某{name[-1]}"
    return name


def typed(rng: random.Random, person: Person) -> str:
    """The person's name as it is typed; now and then the former one."""
    return as_typed(rng, person.former_name if person.former_name and happens(rng, 0.3) else person.name)
