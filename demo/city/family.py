"""The relatives whom officials declared (A36): the weekly snapshot, on the first day alone."""

import random
from pathlib import Path

from demo.city import identity
from demo.city.chance import happens
from demo.city.days import DAYS, compact, random_day
from demo.city.names import draw_name, family_of
from demo.city.people import People, Person
from demo.city.roster import Roster
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.write import write_csv

RESOURCE, FILE, KEY = "family", "rows.csv", "a3600"
COLUMNS = ("a3600", "a0000", "a3604a", "a3601", "a3684", "a3607", "a3611")
EMPLOYERS = (
    "退休",
    "务农",
    "务工",
    "个体经营",
    "云岭市第三中学教师",
    "云岭市人民医院护士",
    "云岭农商银行职员",
    "学生",
    "宏达建筑工程有限公司经理",
)
IN_LAWS = {identity.MALE: ("岳父", "岳母"), identity.FEMALE: ("公公", "婆婆")}
SEXES = {"子": "1", "女": "2", "父": "1", "母": "2", "兄": "1", "弟": "1", "姐": "2", "妹": "2", "岳父": "1", "岳母": "2",
         "公公": "1", "婆婆": "2", "女婿": "1", "儿媳": "2"}  # fmt: skip
ABOUT_AS_OLD, GROWN_SINCE = 6, 1998
NUMBERED = 0.4  # of the relatives, by identity number
SAME_FAMILY = ("子", "女", "父", "兄", "弟", "姐", "妹")


class Families:
    """Draws relatives; `rows` are in the order in which they were declared."""

    def __init__(self, rng: random.Random, people: People, roster: Roster) -> None:
        """Marry some officials to each other; the others have families of their own."""
        self.rng, self.taken, self.roster = rng, people.taken, roster
        self.rows: list[dict] = []
        self.officials = [person for person in people.officials if person.cadre_no in roster.careers[0]]
        self.spouses = self._marry(max(1, len(self.officials) // 60))
        for official in self.officials:
            self._declare(official)

    def _marry(self, pairs: int) -> dict[str, Person]:
        """Husband and wife both officials, each about as old as the other."""
        women = [person for person in self.officials if person.sex == identity.FEMALE]
        men = [person for person in self.officials if person.sex == identity.MALE]
        spouses: dict[str, Person] = {}
        for woman in self.rng.sample(women, len(women)):
            man = self.rng.choice(men)
            near = abs(int(man.born[:4]) - int(woman.born[:4])) <= ABOUT_AS_OLD
            if near and man.cadre_no not in spouses and len(spouses) < 2 * pairs:
                spouses |= {man.cadre_no: woman, woman.cadre_no: man}
        return spouses

    def _declare(self, official: Person) -> None:
        """The relatives of one official, spouse first."""
        rng, born = self.rng, int(official.born[:4])
        if spouse := self.spouses.get(official.cadre_no):
            self._official(official, "配偶", spouse)
        elif happens(rng, 0.9):
            self._relative(official, "配偶", born + rng.randint(-4, 4), sex="2" if official.sex == "1" else "1")
        for _ in range(rng.choice((0, 1, 1, 1, 2))):
            child, year = rng.choice("子女"), min(2020, born + rng.randint(22, 34))
            self._relative(official, child, year)
            if year < GROWN_SINCE and happens(rng, 0.5):
                self._relative(official, {"子": "儿媳", "女": "女婿"}[child], year + rng.randint(-3, 3))
        for relation in ("父", "母", *IN_LAWS[official.sex]):
            if happens(rng, 0.3):
                self._relative(official, relation, born - rng.randint(21, 32))
        if happens(rng, 0.2):
            older = happens(rng, 0.5)
            self._relative(official, rng.choice("兄姐" if older else "弟妹"), born + (-3 if older else 3))
        if happens(rng, 0.01):
            other = rng.choice(self.officials)
            if other is not official and other is not self.spouses.get(official.cadre_no):
                self._official(official, "配偶的兄弟姐妹", other)

    def _relative(self, official: Person, relation: str, year: int, sex: str = "") -> None:
        """Somebody who is no official."""
        rng, sex = self.rng, sex or SEXES[relation]
        born = compact(random_day(rng, f"{year}-01-01", f"{year}-12-31"))
        family = family_of(official.name) if relation in SAME_FAMILY and "·" not in official.name else ""
        if relation in ("子", "女") and official.sex == identity.FEMALE:
            family = ""
        number = identity.draw_number(rng, official.home, born, sex, self.taken) if happens(rng, NUMBERED) else ""
        self._add(official, relation, draw_name(rng, sex, family), number, born, rng.choice(EMPLOYERS))

    def _official(self, official: Person, relation: str, other: Person) -> None:
        """A relative who is an official of the city too, half of them with their number."""
        row = self.roster.rows[other.cadre_no]
        number = other.id_number if happens(self.rng, 0.5) else ""
        employer = self.roster.by_code[row["a0195"]]["b0101"] + row["a0192"]
        self._add(official, relation, other.name, number, other.born, employer)
        self.rows[-1]["_relative"] = other

    def _add(self, official: Person, relation: str, name: str, number: str, born: str, employer: str) -> None:
        values = (f"F{len(self.rows) + 1:07d}", official.cadre_no, relation, name, number, born[:6], employer)
        self.rows.append(dict(zip(COLUMNS, values, strict=True)))


def _flawed(good: list[dict]) -> list[dict]:
    """Bad rows, one of each kind."""
    number = next(row["a3684"] for row in good if row["a3684"] and "_relative" not in row)
    flaws = (
        ("a3600", "family_no", "", "missing"),
        ("a0000", "cadre_no", "", "missing"),
        ("a3601", "name", "", "missing"),
        ("a3604a", "relation", "", "missing"),
        ("a3604a", "relation", "表弟", "unknown_code"),
        ("a3684", "id_number", identity.wrong_check_digit(number), "bad_check_digit"),
        ("a3684", "id_number", identity.impossible_birth(number), "impossible_date"),
        ("a3684", "id_number", number[:14], "bad_format"),
        ("a3607", "born_on", "198013", "impossible_date"),
        ("a3607", "born_on", "约1980", "bad_format"),
    )
    rows = []
    for serial, (column, name, value, reason) in enumerate(flaws, start=1):
        row = good[serial] | {"a3600": f"F98{serial:05d}"} | {column: value, "_bad": (name, reason)}
        rows.append(row | {"_keyless": column == KEY})
    twin = good[20] | {"a3600": "F9900001", "_bad": ("", "key_conflict")}
    return [*rows, twin, twin | {"a3611": "待业"}]


def write_families(out: Path, rng: random.Random, people: People, roster: Roster, truth: Truth) -> None:
    """Write the snapshot of the first day."""
    good, day = Families(rng, people, roster).rows, DAYS[0]
    rows = [*good, *good[9:11], *_flawed(good)]
    write_csv(out / RESOURCE / day / FILE, COLUMNS, rows)
    truth.deliver(RESOURCE, day, FILE, len(rows), duplicate=count_duplicates(rows, COLUMNS), why="the weekly snapshot")
    truth.condemn(RESOURCE, day, FILE, rows, key_of=lambda row: source_key(row[KEY]))
    for row in rows:
        key = source_key(row[KEY])
        if key:
            truth.own(RESOURCE, day, row, key, roster.person_of(row["a0000"]), form="cadre_no")
        if key and "_relative" in row:
            form = "full_id" if row["a3684"] else "name"
            truth.own(RESOURCE, day, row, key, row["_relative"], form=form, mention_no=2, subject="relative")
