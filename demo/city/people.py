"""The people of the city: officials, residents, and strangers who look like officials on paper."""

import random
from dataclasses import dataclass, field

from demo.city import identity, names, places
from demo.city.chance import happens
from demo.city.days import compact, random_day

# The pyramid: the share of each duty level, and the years in which its people were born. The rest is 142.
PYRAMID = {
    "121": (0.0004, "1966-01-01", "1974-12-31"),
    "122": (0.0025, "1966-01-01", "1981-12-31"),
    "131": (0.03, "1966-01-01", "1986-12-31"),
    "132": (0.115, "1966-01-01", "1989-12-31"),
    "141": (0.36, "1966-07-01", "1994-12-31"),
    "142": (1.0, "1967-01-01", "1999-06-30"),
}
# GB/T 3304: Han, Miao, Yi, Buyi, Dong, Hui, Gelao.
ETHNIC_GROUPS, ETHNIC_WEIGHTS = ("01", "06", "07", "09", "12", "03", "37"), (70, 8, 9, 7, 2, 2, 2)
RESIDENTS_BORN, SPARE_BORN = ("1940-01-01", "2006-12-31"), ("1970-01-01", "1995-12-31")
SPARE = 20  # for rows that cannot be read: their people appear nowhere else


@dataclass(slots=True)
class Person:
    """Somebody who lives in the city; an official has a level and a `cadre_no`."""

    name: str
    sex: str
    born: str  # YYYYMMDD
    home: str  # region code of the county
    id_number: str
    ethnic_group: str
    former_name: str = ""
    level: str = ""
    cadre_no: str = ""


@dataclass
class People:
    """Everybody, and the identity numbers that are taken."""

    officials: list[Person] = field(default_factory=list)
    residents: list[Person] = field(default_factory=list)
    spare: list[Person] = field(default_factory=list)
    namesakes: list[Person] = field(default_factory=list)  # residents with an official's name
    look_alikes: list[Person] = field(default_factory=list)  # and with its masked number, but not its age
    taken: set[str] = field(default_factory=set)


def _person(rng: random.Random, taken: set[str], born_in: tuple[str, str], name: str = "", sex: str = "") -> Person:
    """Draw somebody who was born between two dates."""
    sex = sex or rng.choices("12", (52, 48))[0]
    home = rng.choice(tuple(places.COUNTIES))
    prefix = home if happens(rng, 0.93) else rng.choice(places.OTHER_PREFIXES)
    born = compact(random_day(rng, *born_in))
    name = name or names.draw_name(rng, sex)
    group = "07" if "·" in name else rng.choices(ETHNIC_GROUPS, ETHNIC_WEIGHTS)[0]
    return Person(name, sex, born, home, identity.draw_number(rng, prefix, born, sex, taken), group)


def _levels(officials: int) -> list[str]:
    """The levels of so many officials, at least one of each, highest first."""
    levels = [level for level, (share, *_) in PYRAMID.items() for _ in range(max(1, round(share * officials)))]
    return levels[:officials]


def draw_people(rng: random.Random, officials: int, residents: int) -> People:
    """Draw everybody: so many officials, so many residents, and a few whom only unreadable rows name."""
    people = People()
    numbers = rng.sample(range(10_000, max(100_000, 10 * officials)), officials)
    for level, number in zip(_levels(officials), numbers, strict=True):
        sex = rng.choices("12", (71, 29))[0]
        official = _person(rng, people.taken, PYRAMID[level][1:], sex=sex)
        official.level, official.cadre_no = level, f"GB5299{number:05d}"
        if happens(rng, 0.015):
            give_former_name(rng, official)
        people.officials.append(official)
    people.residents = [_person(rng, people.taken, RESIDENTS_BORN) for _ in range(residents)]
    people.spare = [_person(rng, people.taken, SPARE_BORN) for _ in range(SPARE)]
    _plant_strangers(rng, people, max(3, residents // 2000))
    return people


def give_former_name(rng: random.Random, person: Person) -> None:
    """Let somebody have had another given name before."""
    person.former_name = names.renamed(rng, person.name, person.sex)


def _plant_strangers(rng: random.Random, people: People, count: int) -> None:
    """Add residents who share an official's name, and as many who share its masked number too."""
    for official in rng.sample(people.officials, count):
        namesake = _person(rng, people.taken, RESIDENTS_BORN, official.name, official.sex)
        people.namesakes.append(namesake)
    for official in rng.sample(people.officials, count):
        number = identity.look_alike(official.id_number, people.taken)
        born = number[6:14]
        people.look_alikes.append(Person(official.name, official.sex, born, official.home, number, "01"))


def born_alike(rng: random.Random, people: People, official: Person, name: str = "") -> Person:
    """A resident with the official's sex and date of birth, whose number was typed into the official's file."""
    number = identity.draw_number(rng, official.home, official.born, official.sex, people.taken)
    name = name or names.draw_name(rng, official.sex)
    return Person(name, official.sex, official.born, official.home, number, official.ethnic_group)


def strangers_for_sure(people: People) -> list[Person]:
    """Residents whom no official equals by name and masked number, so that nobody can take them for one."""
    officials = {(name, identity.mask(person.id_number)) for person in people.officials for name in known_names(person)}
    return [person for person in people.residents if (person.name, identity.mask(person.id_number)) not in officials]


def known_names(person: Person) -> list[str]:
    """The names that somebody goes or went by."""
    return [name for name in (person.name, person.former_name) if name]


def has_traditional(person: Person) -> bool:
    """Whether somebody's name can be written in traditional characters."""
    return names.traditional(person.name) != person.name
