"""The land register: a full file each month, nearly all of it about residents, and hardly changed the next time."""

import random
from pathlib import Path

from demo.city import identity, places
from demo.city.chance import happens
from demo.city.days import DAYS
from demo.city.names import traditional
from demo.city.people import Person
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.write import write_csv

RESOURCE, DELIVERED = "land", (0, 2)  # on which of the days
COLUMNS = (
    "不动产单元号", "权利人序号", "权利人", "证件种类", "证件号", "共有方式", "坐落", "面积", "用途", "登记日期", "取得价格",
    "权利状态",
)  # fmt: skip
ID_CARD, OFFICER, PASSPORT, ENTERPRISE = "身份证", "军官证", "护照", "统一社会信用代码"
CURRENT, CANCELLED, SEALED, ILLEGAL = "现势", "注销", "查封", "违法用地"
THIS_YEAR, GROWN = 2026, 20
NEW_NUMBERS = 2000  # the year from which certificates bear 18 digits
USES = ("住宅", "住宅", "住宅", "宅基地", "商业", "工业")
STATES, WEIGHTS = (CURRENT, CANCELLED, SEALED), (895, 995, 1000)


class Register:
    """Registers properties. Of a row, `_person` is whom it is really about, `_obscure` that it does not let that be known."""

    def __init__(self, rng: random.Random) -> None:
        """Begin with an empty register."""
        self.rng, self.serial = rng, 0

    def property(self, holders: list[Person], on: tuple[int, int, int], status: str = CURRENT, **given: object) -> list[dict]:
        """The rows of a property that some people hold since a date, well written."""
        chance = self.rng.random
        self.serial += 1
        serial, home = self.serial, holders[0].home
        unit_no = f"{home}{serial % 1000:03d}{serial % 997:03d}GB00000F{serial:08d}"
        shared = "单独所有" if len(holders) == 1 else ("共同共有", "按份共有")[happens(self.rng, 0.2)]
        shares = {
            "共有方式": shared,
            "坐落": f"{places.REGIONS[home]}建设路{serial}号",
            "面积": f"{40 + chance() * 210:.2f}",
            "用途": USES[int(chance() * len(USES))],
            "登记日期": f"{on[0]}/{on[1]}/{on[2]}",
            "取得价格": f"{1000 * int(10 + chance() * 990)}.00",
            "权利状态": status,
        } | given
        return [self._holder(unit_no, number, person, on[0], shares) for number, person in enumerate(holders, start=1)]

    def _holder(self, unit_no: str, number: int, person: Person, year: int, shares: dict) -> dict:
        id_number = person.id_number if year >= NEW_NUMBERS else identity.old_form(person.id_number)
        return {
            "不动产单元号": unit_no,
            "权利人序号": str(number),
            "权利人": person.name,
            "证件种类": ID_CARD,
            "证件号": id_number,
            "_person": person,
        } | shares

    def everyday(self, person: Person, others: list[Person]) -> list[dict]:
        """One of the many properties, as old clerks and new ones typed it."""
        rng = self.rng
        year = rng.randint(min(THIS_YEAR, max(1985, int(person.born[:4]) + GROWN)), THIS_YEAR)
        holders = [person]
        if happens(rng, 0.25):
            other = rng.choice(others)
            holders += [other] if other is not person and int(other.born[:4]) + GROWN <= year else []
        day = (year, rng.randint(1, 12 if year < THIS_YEAR else 4), rng.randint(1, 28))
        rows = self.property(holders, day, rng.choices(STATES, cum_weights=WEIGHTS)[0])
        for row in rows:
            self._dirty(row, year)
        return rows

    def _dirty(self, row: dict, year: int) -> None:
        """Names on old certificates are spaced or traditional; some people show another paper, some none."""
        rng = self.rng
        if year < NEW_NUMBERS and happens(rng, 0.3):
            name = row["权利人"]
            row["权利人"] = rng.choice((traditional(name), " ".join(name), "　".join(name)))
        elif year >= NEW_NUMBERS and happens(rng, 0.01):
            row["证件号"] = row["证件号"].lower()
        if happens(rng, 0.02):
            number = rng.randrange(10**8)
            papers = ((ID_CARD, ""), (OFFICER, f"军字第{number:08d}号"), (PASSPORT, f"E{number:08d}"))
            paper, number_shown = rng.choice(papers)
            row |= {"证件种类": paper, "证件号": number_shown, "_obscure": True}

    def enterprise(self) -> dict:
        """A property of an enterprise, which is nobody's."""
        (row,) = self.property([_NOBODY], (2015, 5, 6))
        code = identity.enterprise_code(_NOBODY.home, 500_000 + self.serial)
        return row | {"权利人": f"云岭置业{self.serial}有限公司", "证件种类": ENTERPRISE, "证件号": code, "_person": None}

    def fill(self, residents: list[Person], officials: list[Person]) -> tuple[list[dict], list[dict]]:
        """The everyday rows of the two files: in the second a handful is sold, sealed, or found illegal."""
        rng = self.rng
        first = [row for person in rng.choices(residents, k=len(residents) * 9 // 10) for row in self.everyday(person, residents)]
        for person in rng.sample(officials, len(officials) // 2):
            first += self.everyday(person, residents)
        for person in rng.sample(officials, len(officials) // 150):
            first += self.property([person], (2025, rng.randint(1, 12), rng.randint(1, 28)), ILLEGAL, 用途="宅基地")
        for person in rng.choices(residents, k=max(5, len(residents) // 500)):
            first += self.property([person], (2024, rng.randint(1, 12), rng.randint(1, 28)), ILLEGAL)
        first += [self.enterprise() for _ in range(max(5, len(residents) // 50))]
        rng.shuffle(first)
        second = list(first)
        for place in rng.sample(range(len(first) // 2), 6):
            if not (first[place]["_person"] and first[place]["_person"].cadre_no):
                second[place] = first[place] | {"权利状态": rng.choice((SEALED, CANCELLED))}
        buyer = rng.choice(residents)
        return first, second[:-3] + self.property([buyer], (2026, 6, 1))


_NOBODY = Person("", "1", "19700101", "529901", "529901197001010000", "01")


def is_illegal(row: dict, _day: str) -> str:
    """What `illegal_land_use` says of a row, nothing where it is silent."""
    return "attention" if row["权利状态"] == ILLEGAL else ""


def key_of(row: dict) -> str:
    """The key of a row as keys compare."""
    return source_key(row["不动产单元号"], row["权利人序号"])


def form_of(row: dict) -> str:
    """What a row gives of its holder's identity."""
    if row["证件种类"] != ID_CARD or not row["证件号"]:
        return "name" if row["证件种类"] == ID_CARD else "other_id"
    return "legacy_id" if len(row["证件号"]) == len("529901640220497") else "full_id"


def write_land(out: Path, days: dict[int, list[dict]], truth: Truth) -> None:
    """Write the two files."""
    for number, rows in days.items():
        day = DAYS[number]
        file = f"land_{day.replace('-', '')}.csv"
        write_csv(out / RESOURCE / day / file, COLUMNS, rows, encoding="utf-8-sig", newline="\r\n")
        twice, why = count_duplicates(rows, COLUMNS), "the whole register"
        truth.deliver(RESOURCE, day, file, len(rows), duplicate=twice, why=why)
        truth.condemn(RESOURCE, day, file, rows, key_of=key_of)
    truth.own_all(RESOURCE, {DAYS[number]: rows for number, rows in days.items()}, key_of=key_of, form_of=form_of)
