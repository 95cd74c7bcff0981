"""The register of enterprises and who has which post or stake in them, twice: by no more than a name and a masked number."""

import random
from collections.abc import Iterator
from pathlib import Path

from demo.city import identity, places
from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, add_days, random_day
from demo.city.expect import snapshots
from demo.city.names import as_typed, traditional
from demo.city.people import Person, has_traditional
from demo.city.roster import Roster
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.voices import Voice
from demo.city.write import write_csv

RESOURCE, FILE, DELIVERED = "market", "rows.csv", (0, 2)  # on which of the days
COLUMNS = ("tyshxydm", "xh", "qymc", "xm", "zjhm", "js", "czbl", "rzrq", "lrrq", "qyzt", "hy")
RULE = "business_role"
LIVE, IRREGULAR, REVOKED, CLOSED = "存续", "经营异常", "吊销", "注销"
STATES = {LIVE: 70, IRREGULAR: 8, REVOKED: 7, CLOSED: 15}  # and how often
REPRESENTATIVE, HOLDER = "法定代表人", "股东"
ROLES = (HOLDER, HOLDER, "董事", "监事", "经理")
TRADES = {"商贸": "51", "建筑工程": "47", "农业科技": "01", "餐饮管理": "62", "运输": "54", "矿业": "10", "置业": "70"}
TRADE_NAMES = ("大业", "永盛", "长青", "宏远", "惠民", "金穗", "顺达", "新源")
Story = tuple[dict | None, dict | None]  # one row in the two deliveries; `None`: not in that one


class Department:
    """Of a row, `_person` is whom it is really about; with `_obscure` it cannot be known."""

    def __init__(self, rng: random.Random) -> None:
        """Begin with an empty register."""
        self.rng, self.serial = rng, 0
        self.first: list[dict] = []
        self.second: list[dict] = []

    def enterprise(self, people: list[Person], since: str, status: str = LIVE, **given: object) -> list[dict]:
        """The rows of a new enterprise; the first of its people represents it."""
        rng = self.rng
        self.serial += 1
        trade = rng.choice(tuple(TRADES))
        company = {
            "tyshxydm": identity.enterprise_code(rng.choice(tuple(places.REGIONS)), 700_000 + self.serial),
            "qymc": f"云岭{rng.choice(TRADE_NAMES)}{self.serial}{trade}有限公司",
            "qyzt": status,
            "hy": TRADES[trade],
        }
        roles = [REPRESENTATIVE, *(rng.choice(ROLES) for _ in people[1:])]
        return [
            company | self._role(number, person, role, since) | given
            for number, (person, role) in enumerate(zip(people, roles, strict=True), start=1)
        ]

    def _role(self, number: int, person: Person, role: str, since: str) -> dict:
        stake = f"{self.rng.randint(100, 9900) / 100:g}" if role == HOLDER else ""
        masked = identity.mask(person.id_number)
        said = {"xh": str(number), "xm": person.name, "zjhm": masked, "js": role, "czbl": stake, "rzrq": since, "lrrq": ""}
        return said | {"_person": person}

    def plant(self, cast: Cast, _roster: Roster) -> None:
        """Plant everything that can become of a role."""
        stories = [*self._lives(cast), *self._names(cast)]
        for rows, number in ((self.first, 0), (self.second, 1)):
            rows += [row for story in stories if (row := story[number])]
        self._flawed(iter(cast.people.residents[:40]))

    def _lives(self, cast: Cast) -> list[Story]:
        """Roles that stand, end, begin, or are in no live enterprise."""

        def story(part: str, why: str, later: dict | None = None, since: str = "2021-04-06", **given: object) -> Story:
            (row,) = self.enterprise([cast.plant(RULE, part, why)], since, **given)
            return row, row | (later or {})

        stake = {"js": HOLDER, "czbl": "35.5"}
        row, _ = story("role gone on day 3", "leaves the register on day 3")
        new, _ = story("role found on day 3", "in the register from day 3", since=DAYS[1])
        bad, worse = story(
            "role unreadable on day 3", "the row of day 3 cannot be read, so that of day 1 stands", {"qyzt": CLOSED}
        )
        worse |= {"js": "合伙人", "_bad": ("role", "unknown_code")}
        return [
            story("represents a company", "represents a company in business"),
            story("holds a stake", "holds a stake in a company in business", **stake),
            story("irregular company", "a company that is listed as irregular is in business", status=IRREGULAR),
            story("revoked company", "a company whose licence was revoked may only be wound up", status=REVOKED),
            story("closed company", "a company that is deregistered", status=CLOSED),
            story("role ended before", "the role has ended", lrrq="2024-03-01"),
            story("role ends on day 2", "the end of the role is known: day 2", lrrq=DAYS[1]),
            story("role ends by day 3", "an end of the role is entered on day 3", {"lrrq": add_days(DAYS[2], -1)}),
            story("company closed on day 3", "the company is deregistered on day 3", {"qyzt": CLOSED}),
            (row, None),
            (None, new),
            (bad, worse),
        ]

    def _names(self, cast: Cast) -> list[Story]:
        """People who are named in another way, and who are not meant."""
        person = cast.plant(RULE, "role in traditional", "name in traditional characters", has_traditional)
        rows = self.enterprise([person], "2022-02-15", xm=traditional(person.name))
        person = cast.plant(RULE, "role without a number", "a name without a number says too little of anybody")
        rows += self.enterprise([person], "2022-02-16", zjhm="", _obscure=True)
        person = cast.plant(RULE, "role under another name", "an official's masked number, but another person's name")
        other = next(one for one in cast.people.residents if one.name[0] != person.name[0])
        rows += self.enterprise([other], "2022-02-17", zjhm=identity.mask(person.id_number))
        for stranger in (*cast.people.namesakes, *cast.people.look_alikes):
            rows += self.enterprise([stranger], "2022-02-18")
        return [(row, row) for row in rows]

    def _flawed(self, people: Iterator[Person]) -> None:
        """Bad rows, one of each kind; where the key cannot be read they are mended in the second, so that it may close."""
        flaws = (
            ("qymc", "company", "", "missing"),
            ("xm", "person_name", "", "missing"),
            ("zjhm", "id_masked", "529901****123X", "bad_format"),
            ("js", "role", "", "missing"),
            ("js", "role", "合伙人", "unknown_code"),
            ("czbl", "stake_percent", "六成", "not_a_number"),
            ("czbl", "stake_percent", "160", "out_of_range"),
            ("rzrq", "started_on", "2021-02-30", "impossible_date"),
            ("qyzt", "company_status", "", "missing"),
            ("qyzt", "company_status", "歇业", "unknown_code"),
        )
        both = [self._one(next(people)) | {column: value, "_bad": (name, why)} for column, name, value, why in flaws]
        twin = self._one(next(people)) | {"_bad": ("", "key_conflict")}
        double = self._one(next(people))
        both += [twin, twin | {"hy": "99"}, double, double]
        good = [self._one(next(people)) for _ in range(3)]
        wrong = identity.wrong_check_digit(good[2]["tyshxydm"])
        bad = [
            good[0] | {"tyshxydm": "", "_bad": ("uscc", "missing"), "_keyless": True},
            good[1] | {"xh": "壹", "_bad": ("person_no", "not_a_number"), "_keyless": True},
            good[2] | {"tyshxydm": wrong, "_bad": ("uscc", "bad_check_digit"), "_keyless": True},
        ]
        self.first += both + bad
        self.second += both + good

    def _one(self, person: Person) -> dict:
        return self.enterprise([person], "2021-09-01")[0]

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday enterprises; in the second delivery a few are closed, and one is new."""
        rng = self.rng
        common: list[dict] = []
        for _ in range(max(150, len(residents) // 60)):
            common += self._everyday(rng.sample(residents, rng.choice((1, 1, 2, 3))))
        for person in rng.sample(officials, len(officials) // 150):
            common += self._everyday([person])
        rng.shuffle(common)
        ending = set(rng.sample(range(len(common)), 5))
        self.first += common
        self.second += [row | {"qyzt": CLOSED} if place in ending else row for place, row in enumerate(common)]
        self.second += self.enterprise([rng.choice(residents)], DAYS[0])

    def _everyday(self, people: list[Person]) -> list[dict]:
        rng = self.rng
        status = rng.choices(tuple(STATES), tuple(STATES.values()))[0]
        rows = self.enterprise(people, random_day(rng, "2012-01-01", "2026-04-30"), status)
        for row in rows:
            row["xm"] = as_typed(rng, row["xm"])
            if happens(rng, 0.15):
                row["lrrq"] = random_day(rng, row["rzrq"], "2026-05-20")
            if not row["_person"].cadre_no and happens(rng, 0.08):
                row["zjhm"] = ""
        return rows

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two deliveries."""
        days = dict(zip((DAYS[number] for number in DELIVERED), (self.first, self.second), strict=True))
        for day, rows in days.items():
            write_csv(out / RESOURCE / day / FILE, COLUMNS, rows)
            truth.deliver(RESOURCE, day, FILE, len(rows), duplicate=count_duplicates(rows, COLUMNS), why="the whole register")
            truth.condemn(RESOURCE, day, FILE, rows, key_of=key_of)
        truth.own_all(RESOURCE, days, key_of=key_of, form_of=form_of)

    def voices(self) -> list[Voice]:
        """What `business_role` would say if a person had confirmed whom each row means."""
        about = [[row for row in rows if row["_person"].cadre_no] for rows in (self.first, self.second)]
        states = snapshots([about[0], None, about[1]], key_of)
        return [Voice(RULE, states, severity, waits=lambda _: True)]


def severity(row: dict, day: str) -> str:
    """What `business_role` would say of a row on a day, nothing where it is silent."""
    ended = row["lrrq"] and row["lrrq"] <= day
    return "attention" if row["qyzt"] in (LIVE, IRREGULAR) and not ended and row["rzrq"] <= day else ""


def form_of(row: dict) -> str:
    """What a row gives of somebody's identity; another's name beside a number is nobody's."""
    return "bare_masked_id" if row["zjhm"] else "name"


def key_of(row: dict) -> str:
    """The key of a row as keys compare."""
    return source_key(row["tyshxydm"], row["xh"])
