"""The roster (A01): a backlog on the first day, and what changes on the two days after."""

import random
from pathlib import Path

from demo.city import places
from demo.city.career import Workplaces
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, moment_of, random_moment
from demo.city.identity import impossible_birth, wrong_check_digit
from demo.city.people import Person
from demo.city.resume import spell_rows, write_resume
from demo.city.spells import Career, draw_career, move_on
from demo.city.truth import Truth, source_key
from demo.city.units import merged_unit
from demo.city.write import write_csv

RESOURCE, FILE, KEY = "personnel", "rows.csv", "a0000"
COLUMNS = (
    "a0000", "a0101", "a0102", "a0184", "a0104", "a0107", "a0117", "a0111", "a0114", "a0141", "a0140", "a0134", "a0128",
    "a0192e", "a0195", "a0192", "a0196", "a1701", "a0163", "updated_at",
)  # fmt: skip
TOUCHED_SINCE = "2024-07-01"
IN_OFFICE, RETIRED, DISMISSED, NO_LONGER = "1", "2", "4", ("2", "3", "5", "6")
HIGHER = {"122": "121", "131": "122", "132": "131", "141": "132", "142": "141"}
BAD_DUTY_LEVEL = "151"


class Roster:
    """The state of every official's row, and which rows each day delivers."""

    def __init__(self, rng: random.Random, cast: Cast, units: list[dict], touched_since: str = TOUCHED_SINCE) -> None:
        """Begin with nobody on the roster. Each row of the first day was touched since a day."""
        self.touched_since = touched_since
        self.rng, self.cast, self.units = rng, cast, units
        self.workplaces = Workplaces(units)
        self.by_region: dict[str, list[dict]] = {}
        for unit in units:
            self.by_region.setdefault(unit["b0117"], []).append(unit)
        self.by_code = {unit["b0111"]: unit for unit in units}
        self.rows: dict[str, dict] = {}
        self.days: list[list[dict]] = []
        self.careers: list[dict[str, Career]] = []  # of each day
        self.alike: list[tuple[Person, ...]] = []  # of one name and unit

    def backlog(self) -> None:
        """The first day: everybody but the newcomers, and rows that cannot be read."""
        rng, parts = self.rng, self.cast.parts
        later = {person.cadre_no for day in (1, 2) for person in self.cast.newcomers[day]}
        for person in self.cast.people.officials:
            if person.cadre_no not in later:
                moment = random_moment(rng, f"{self.touched_since}T08:00:00", "2026-05-31T18:00:00")
                self.rows[person.cadre_no] = self._row(person, moment)
        for person in self.cast.left:
            self.rows[person.cadre_no]["a0163"] = rng.choice(NO_LONGER)
        for part, stranger in self.cast.strangers.items():
            self.rows[parts[part].cadre_no]["a0184"] = stranger.id_number
        self.rows[parts["retired"].cadre_no]["a0163"] = RETIRED
        renamed = self.rows[parts["renamed"].cadre_no]
        renamed["a0101"], renamed["a0102"] = renamed["a0102"], ""
        self._share_names()
        self._close_day([*self.rows.values(), *self._specimens()])

    def _share_names(self) -> None:
        """In some units, let two officials who have other posts have one name."""
        together: dict[tuple[str, str], dict[str, Person]] = {}
        for person in self.cast.lendable:
            if row := self.rows.get(person.cadre_no):
                together.setdefault((row["a0195"], person.sex), {}).setdefault(row["a0192"], person)
        pairs = [tuple(posts.values())[:2] for posts in together.values() if len(posts) > 1]
        self.alike = pairs[: len(self.rows) // 200]  # none in a small city, which needs everybody for its parts
        for one, other in self.alike:
            other.name = self.rows[other.cadre_no]["a0101"] = one.name
            for person in (one, other):  # who plays a part has nothing else said of them
                self.cast.lendable.remove(person)
                self.cast.free.remove(person)

    def change(self, day: int) -> None:
        """What is new on the second (1) or the third day (2)."""
        self.changed: dict[str, dict] = {}
        parts = self.cast.parts
        for newcomer in self.cast.newcomers[day]:
            self.changed[newcomer.cadre_no] = self._row(newcomer, moment_of(self.rng, day))
        if day == 1:
            self._merge_unit(day)
            self._alter(parts["retires"], day, a0163=RETIRED)
            for part in self.cast.strangers:
                self._alter(parts[part], day, a0184=parts[part].id_number)
            self._alter(parts["renamed"], day, a0101=parts["renamed"].name, a0102=parts["renamed"].former_name)
        else:
            self._alter(parts["dismissed"], day, a0163=DISMISSED)
        self._everyday(day)
        bad = self._unreadable_update(day)
        self.rows.update(self.changed)
        self._close_day([*self.changed.values(), *bad])

    def _everyday(self, day: int) -> None:
        """Promotions, transfers and departures of officials who have no part."""
        rng, size = self.rng, len(self.rows)
        free = [self.rows[person.cadre_no] for person in self.cast.uninvolved()]
        free = [row for row in free if row["a0163"] == IN_OFFICE and row["a0000"] not in self.changed]
        rng.shuffle(free)
        began = "2026-05-28" if day == 1 else "2026-06-01"
        for _ in range(min(len(free), max(1, size // 240))):
            self._move(free.pop(), day, began, promoted=True)
        for _ in range(min(len(free), max(1, size // 350))):
            self._move(free.pop(), day, began, promoted=False)
        for _ in range(min(len(free), size // 1000)):
            self._alter(free.pop()["_person"], day, a0163=rng.choice(NO_LONGER))

    def _move(self, row: dict, day: int, began: str, promoted: bool) -> None:
        """Give somebody a post a level higher, or one of the same level elsewhere."""
        level = HIGHER.get(row["a0192e"], row["a0192e"]) if promoted else row["a0192e"]
        here = self.by_code[row["a0195"]]["b0117"]
        region = here if promoted and here != places.CITY else self.rng.choice([c for c in places.COUNTIES if c != here])
        unit, post = self.workplaces.place(self.rng, level, region)
        self._post(row, day, began, unit=unit, post=post, level=level)

    def _post(self, row: dict, day: int, began: str, *, unit: dict, post: str, level: str) -> None:
        """Let somebody's present post end on a day, and another begin."""
        career = move_on(self.rng, row["_career"], began, unit, post, level)
        told = {"a0192e": level, "a0195": unit["b0111"], "a0192": post, "a1701": write_resume(career), "_career": career}
        self._alter(row["_person"], day, **told)

    def _merge_unit(self, day: int) -> None:
        """The people of the merged unit move to the one that takes it in."""
        gone, heir = merged_unit(self.units)
        for row in list(self.rows.values()):
            if row["a0195"] == gone["b0111"]:
                self._post(row, day, "2026-06-01", unit=heir, post=row["a0192"], level=row["a0192e"])
        self.workplaces.by_tier[gone["b0117"], gone["_tier"]].remove(gone)

    def _alter(self, person: Person, day: int, **changes: object) -> None:
        """A new state of somebody's row."""
        row = self.changed.get(person.cadre_no) or self.rows[person.cadre_no]
        self.changed[person.cadre_no] = row | changes | {"updated_at": moment_of(self.rng, day)}

    def _unreadable_update(self, day: int) -> list[dict]:
        """Day 2 brings a row that cannot be read about somebody, so the state before it stands until day 3."""
        person = self.cast.parts["unreadable update"]
        if day == 1:
            state = self.rows[person.cadre_no] = self.changed.pop(person.cadre_no, self.rows[person.cadre_no])
            flaw = {"a0192e": BAD_DUTY_LEVEL, "_bad": ("duty_level", "unknown_code")}
            return [state | flaw | {"updated_at": moment_of(self.rng, day)}]
        self._alter(person, day, a0196="基层治理")
        return []

    def _close_day(self, rows: list[dict]) -> None:
        self.days.append(sorted(rows, key=lambda row: (row["updated_at"], row["a0000"])))
        self.careers.append({cadre_no: row["_career"] for cadre_no, row in self.rows.items()})

    def _row(self, person: Person, moment: str) -> dict:
        """A first row about somebody."""
        rng = self.rng
        region = rng.choice(tuple(places.COUNTIES)) if happens(rng, 0.3) else person.home
        unit, post = self.workplaces.place(rng, person.level, region)
        career = draw_career(rng, person, unit, post, self.by_region[unit["b0117"]])
        work_started_on = career.work_started_on()
        party = rng.choices(("中共党员", "民主党派", "无党派", "群众"), (90, 3, 2, 5))[0]
        joined = f"{int(work_started_on[:4]) + rng.randint(0, 6)}{rng.randint(1, 12):02d}" if party == "中共党员" else ""
        number = person.id_number
        return {
            "a0000": person.cadre_no,
            "a0101": person.name,
            "a0102": person.former_name,
            "a0184": number.lower() if happens(rng, 0.02) else number,
            "a0104": person.sex,
            "a0107": person.born if happens(rng, 0.97) else person.born[:6],
            "a0117": person.ethnic_group,
            "a0111": person.home,
            "a0114": person.home,
            "a0141": party,
            "a0140": joined,
            "a0134": work_started_on,
            "a0128": rng.choices(("健康", "良好", "一般"), (90, 8, 2))[0],
            "a0192e": person.level,
            "a0195": unit["b0111"],
            "a0192": post,
            "a0196": "、".join(rng.sample(places.SKILLS, rng.choice((0, 0, 1, 1, 2)))),
            "a1701": write_resume(career),
            "a0163": IN_OFFICE,
            "updated_at": moment,
            "_person": person,
            "_career": career,
        }

    def _specimens(self) -> list[dict]:
        """Rows that cannot be read, one of each kind, about people whom no other row names."""
        flaws = (
            ("a0101", "name", "", "missing"),
            ("a0192", "post_title", "", "missing"),
            ("a0184", "id_number", wrong_check_digit, "bad_check_digit"),
            ("a0184", "id_number", impossible_birth, "impossible_date"),
            ("a0107", "born_on", "19830230", "impossible_date"),
            ("a0140", "party_joined_on", "199813", "impossible_date"),
            ("a0134", "work_started_on", "1998.07", "bad_format"),
            ("a0104", "sex", "3", "unknown_code"),
            ("a0163", "status", "9", "unknown_code"),
        )
        rows = []
        for serial, ((column, name, flaw, reason), person) in enumerate(
            zip(flaws, self.cast.people.spare, strict=False), start=1
        ):
            person.level = "142"
            row = self._row(person, random_moment(self.rng, "2026-05-01T08:00:00", "2026-05-31T18:00:00"))
            row["a0000"] = f"GB5298{serial:05d}"
            row[column] = flaw if isinstance(flaw, str) else flaw(row[column].upper())
            rows.append(row | {"_bad": (name, reason)})
        return rows

    def person_of(self, cadre_no: str) -> Person | None:
        """The official of a number, if there is one."""
        row = self.rows.get(cadre_no)
        return row["_person"] if row else None

    def posts(self) -> dict[str, tuple[str, str]]:
        """The name of everybody's unit, and the post."""
        return {key: (self.by_code[row["a0195"]]["b0101"], row["a0192"]) for key, row in self.rows.items()}


def write_roster(out: Path, roster: Roster, truth: Truth) -> None:
    """Write the three days, and the truth about each official."""
    part_of = {person.cadre_no: part for part, person in reversed(roster.cast.parts.items())}
    joined: dict[str, str] = {}
    for day, rows in zip(DAYS, roster.days, strict=True):
        write_csv(out / RESOURCE / day / FILE, COLUMNS, rows)
        truth.deliver(RESOURCE, day, FILE, len(rows), why="the roster" if day == DAYS[0] else "changes to the roster")
        truth.condemn(RESOURCE, day, FILE, rows, key_of=lambda row: source_key(row[KEY]))
        for row in rows:
            joined.setdefault(row["a0000"], day)
    for person in roster.cast.people.officials:
        facts = {name: getattr(person, name) for name in ("cadre_no", "name", "former_name", "id_number", "sex", "born")}
        more = {"level": person.level, "joined_on": joined[person.cadre_no], "part": part_of.get(person.cadre_no, "")}
        truth.persons.append(facts | more)
        truth.spells += spell_rows(person.cadre_no, roster.careers[-1][person.cadre_no])
