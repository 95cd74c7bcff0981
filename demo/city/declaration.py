"""What officials of county level and above declared, a file a year, and which properties and certificates they left out."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, compact
from demo.city.departments.exit_entry import SURRENDERED, expiry
from demo.city.expect import Known, Matter, Said, snapshots
from demo.city.files import deliver
from demo.city.land import CANCELLED, CURRENT, Register
from demo.city.people import Person
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice

RESOURCE, RULE, CERTIFICATE_RULE = "declaration", "undeclared_property", "undeclared_certificate"
COLUMNS = ("人员内码", "报告年度", "事项序号", "事项类别", "标识", "权属人", "说明")
OWN, PROPERTY, CERTIFICATE, COMPANY, EMIGRATION = "本人", "房产", "出入境证件", "持股经商", "配偶子女移居"
LAST_YEAR, YEAR_BEFORE, COUNTY = 2025, 2024, "132"
LONG_AGO, SINCE = (2019, 9, 3), (2026, 1, 1)
Estates = dict[int, list[dict]]


class Declarations:
    """The files: the year before and the last year on the first day, the last year corrected on the third."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without a declaration."""
        self.rng = rng
        self.before: list[dict] = []
        self.days: tuple[list[dict], list[dict]] = ([], [])
        self.items: dict[tuple[str, int], int] = {}

    def _matter(self, person: Person, year: int, kind: str, reference: str, holder: str = OWN) -> dict:
        item = self.items[person.cadre_no, year] = self.items.get((person.cadre_no, year), 0) + 1
        values = (person.cadre_no, str(year), str(item), kind, reference, holder, "")
        return dict(zip(COLUMNS, values, strict=True)) | {"_person": person}

    def _declare(self, person: Person, kind: str, reference: str, holder: str = OWN, *, late: bool = False) -> None:
        """Somebody declares a matter for the last year, or adds it in the corrected file."""
        row = self._matter(person, LAST_YEAR, kind, reference, holder)
        for rows in self.days[late:]:
            rows.append(row)

    def plant(self, register: Register, cast: Cast, estates: Estates) -> None:
        """Plant what can become of a property and its declaration, in both files and in the land register's two."""

        def holds(
            part: str, why: str, on: tuple[int, int, int] = LONG_AGO, *, high: bool = True, **later: str
        ) -> tuple[Person, str]:
            person = cast.plant(RULE, part, why, lambda one: bool(one.level) and (one.level <= COUNTY) == high)
            (row,) = register.property([person], on)
            for number, said in ((0, {}), (2, later)):
                estates[number].append(row | said)
            self._declare(person, CERTIFICATE, f"E{self.rng.randrange(10**8):08d}")
            return person, row["不动产单元号"]

        holds("property left out", "left out of the declaration")
        self._declare(*_as_property(holds("property declared", "declared")))
        self._declare(*_as_property(holds("property declared as another's", "declared as another's")), "许燕秀")
        self._declare(*_as_property(holds("property added on day 3", "declared in the file of day 3")), late=True)
        holds("property registered since", "registered after the declared year", SINCE)
        holds("property sold by day 3", "no longer theirs on day 3", 权利状态=CANCELLED)
        holds("property below county level", "who need not declare", high=False)
        person, _ = holds("nothing declared for the last year", "declared for the year before alone")
        for rows in self.days:
            rows.remove(next(row for row in rows if row["_person"] is person))
        self.before.append(self._matter(person, YEAR_BEFORE, CERTIFICATE, "E00000001"))
        self._flawed(cast.people.officials[:9])

    def plant_certificates(self, issue: Callable[..., dict], cast: Cast) -> None:
        """Plant what can become of a certificate and its declaration; `issue` has one issued to somebody on a day."""

        def holds(part: str, why: str, on: str = "2023-05-04", *, high: bool = True, **given: object) -> tuple[Person, str, str]:
            person = cast.plant(CERTIFICATE_RULE, part, why, lambda one: bool(one.level) and (one.level <= COUNTY) == high)
            self._declare(person, EMIGRATION, "", "范翠春")
            return person, CERTIFICATE, issue(person, on, kept=SURRENDERED, **given)["ZJHM"]

        holds("certificate left out", "left out of the declaration")
        self._declare(*holds("certificate declared", "declared"))
        self._declare(*holds("certificate added on day 3", "declared in the file of day 3"), late=True)
        holds("certificate issued since", "issued after the declared year", "2026-01-01")
        holds("certificate expired on day 2", f"valid until {DAYS[1]}", "2021-06-02", YXQ=compact(DAYS[1]))
        holds("certificate below county level", "who need not declare", high=False)

    def _flawed(self, people: list[Person]) -> None:
        """Rows of the year before that cannot be read, one of each kind."""
        flaws = (
            ("事项类别", "kind", "", "missing"),
            ("事项类别", "kind", "存款", "unknown_code"),
            ("人员内码", "cadre_no", "", "missing"),
            ("报告年度", "year", "去年", "not_a_number"),
            ("事项序号", "item_no", "", "missing"),
        )
        for (column, name, value, reason), person in zip(flaws, people, strict=False):
            row = self._matter(person, YEAR_BEFORE, COMPANY, "91529901MA6N3Q1X2P")
            self.before.append(row | {column: value, "_bad": (name, reason), "_keyless": column in COLUMNS[:3]})
        twin = self._matter(people[-1], YEAR_BEFORE, COMPANY, "91529901MA6N3Q1X2P") | {"_bad": ("", "key_conflict")}
        self.before += [twin, twin | {"标识": "91529901MA6N3Q1X3P"}]

    def fill(self, officials: list[Person], estates: dict[str, dict], certificates: dict[str, dict]) -> None:
        """Let the others of county level declare what was known of them on the first day; a few leave something out."""
        theirs: dict[str, list[tuple[str, str]]] = {}
        for kind, number, stood, rows in (
            (PROPERTY, "不动产单元号", _stood, estates),
            (CERTIFICATE, "ZJHM", _was_issued, certificates),
        ):
            for row in rows.values():
                if row["_person"] and stood(row):
                    theirs.setdefault(row["_person"].cadre_no, []).append((kind, row[number]))
        for person in officials:
            if person.level <= COUNTY:
                self.before.append(self._matter(person, YEAR_BEFORE, EMIGRATION, "", "范翠春"))
                self._declare(person, EMIGRATION, "", "范翠春")
                for kind, number in theirs.get(person.cadre_no, []):
                    if not happens(self.rng, 0.02):
                        self._declare(person, kind, number)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the three files."""
        for day, year, rows in ((0, YEAR_BEFORE, self.before), (0, LAST_YEAR, self.days[0]), (2, LAST_YEAR, self.days[1])):
            deliver(out, truth, RESOURCE, DAYS[day], f"declaration_{year}.csv", COLUMNS, rows, key_of)


@dataclass(frozen=True)
class _Undeclared(Voice):
    """It compares a register with the declarations of the day. `stands`: whether a row had to be declared, and is there."""

    declared: list[dict[str, set[str]]] = field(default_factory=list)
    number: str = ""
    stands: Callable[[dict, str], bool] = lambda *_: False

    def matters(self, number: int, day: str, known: Known) -> dict[Matter, Said]:
        """What the rule says on a day."""
        declared, found = self.declared[number], {}
        for key, row in self.states[number].items():
            cadre_no = row["_person"].cadre_no if row["_person"] else ""
            left_out = cadre_no in declared and row[self.number] not in declared[cadre_no] and self.stands(row, day)
            if left_out and self._recognised(row, known) and known.rows[cadre_no]["a0192e"] <= COUNTY:
                found[self.rule, cadre_no, key] = Said(frozenset([key]), "notice")
        return found


def undeclared_voices(
    estates: list[dict[str, dict]], certificates: list[dict[str, dict]], declarations: Declarations
) -> list[Voice]:
    """What is said of properties and of certificates that were left out."""
    days = snapshots([declarations.days[0], None, declarations.days[1]], key_of)
    properties, numbers = ([_references(state, kind) for state in days] for kind in (PROPERTY, CERTIFICATE))
    return [
        _Undeclared(RULE, estates, lambda *_: "", declared=properties, number="不动产单元号", stands=lambda row, _: _stood(row)),
        _Undeclared(CERTIFICATE_RULE, certificates, lambda *_: "", declared=numbers, number="ZJHM", stands=_is_valid),
    ]


def _as_property(held: tuple[Person, str]) -> tuple[Person, str, str]:
    return held[0], PROPERTY, held[1]


def _references(state: dict[str, dict], kind: str) -> dict[str, set[str]]:
    """What each official declared of a kind, nothing of whoever declared other matters alone."""
    found: dict[str, set[str]] = {}
    for row in state.values():
        found.setdefault(row["人员内码"], set()).update([row["标识"]] if row["事项类别"] == kind else [])
    return found


def _stood(row: dict) -> bool:
    """Whether a property is somebody's since the declared year."""
    return row["权利状态"] == CURRENT and int(row["登记日期"].partition("/")[0]) <= LAST_YEAR


def _was_issued(line: dict) -> bool:
    """Whether a certificate is from the declared year or before."""
    return int(line["QFRQ"][:4]) <= LAST_YEAR


def _is_valid(line: dict, day: str) -> bool:
    return _was_issued(line) and expiry(line) > compact(day)


def key_of(row: dict) -> str:
    """The key of a matter as keys compare."""
    return source_key(row["人员内码"], row["报告年度"], row["事项序号"])
