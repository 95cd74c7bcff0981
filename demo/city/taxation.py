"""Tax arrears of persons and enterprises, as changes to a table of the tax office."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from demo.city import identity, places
from demo.city.chance import happens
from demo.city.days import DAYS, add_days, moment_of, random_day, random_moment
from demo.city.people import Person
from demo.city.truth import Truth, source_key
from demo.city.write import write_csv

RESOURCE, FILE, KEY = "taxation", "rows.csv", "wsh"
COLUMNS = ("wsh", "nsrsbh", "nsrmc", "fddbrxm", "fddbrzjh", "sz", "qjje", "skssq", "tzrq", "zt", "gxsj")
OWING, PAID, INSTALMENTS, INSPECTED, REVOKED = "0", "1", "2", "3", "9"
STATES, WEIGHTS = (OWING, PAID, INSTALMENTS, INSPECTED, REVOKED), (35, 48, 9, 5, 3)
PERSONS_TAXES, ENTERPRISES_TAXES = ("个人所得税", "契税", "房产税"), ("增值税", "企业所得税", "房产税")
TRADE_NAMES = ("大业", "永盛", "长青", "宏远", "惠民", "金穗", "顺达", "新源")
SELF, REPRESENTATIVE = "self", "representative"


@dataclass
class TaxOffice:
    """Sends notices. Of a row, `_person` is the taxpayer or the enterprise's representative, `_subject` says which."""

    rng: random.Random
    days: tuple[list[dict], ...] = field(default_factory=lambda: ([], [], []))
    serial: int = 0

    def notice(self, person: Person, noticed: str, status: str = OWING, day: int = 0, **given: object) -> dict:
        """Add a notice to somebody as a person, delivered on day 0, 1 or 2."""
        taxpayer = {"nsrsbh": person.id_number, "nsrmc": person.name, "fddbrxm": "", "fddbrzjh": "", "_subject": SELF}
        return self._notice(person, noticed, status, day, PERSONS_TAXES, taxpayer | given)

    def enterprise_notice(self, person: Person, noticed: str, status: str = OWING, day: int = 0, **given: object) -> dict:
        """Add a notice to an enterprise that somebody represents."""
        number = self.serial + 1
        taxpayer = {
            "nsrsbh": identity.enterprise_code(self.rng.choice(tuple(places.REGIONS)), number),
            "nsrmc": f"云岭{self.rng.choice(TRADE_NAMES)}{number}有限公司",
            "fddbrxm": person.name,
            "fddbrzjh": identity.mask(person.id_number),
            "_subject": REPRESENTATIVE,
        }
        return self._notice(person, noticed, status, day, ENTERPRISES_TAXES, taxpayer | given)

    def _notice(self, person: Person, noticed: str, status: str, day: int, taxes: tuple[str, ...], given: dict) -> dict:
        rng = self.rng
        self.serial += 1
        quarter = (int(noticed[:4]) * 12 + int(noticed[5:7]) - 1) // 3 - 1
        first, year = quarter % 4 * 3 + 1, quarter // 4
        row = {
            "wsh": f"云税通{self.serial:07d}",
            "sz": rng.choice(taxes),
            "qjje": f"{rng.randint(50_000, 90_000_000) / 100:.2f}",
            "skssq": f"{year}{first:02d}-{year}{first + 2:02d}",
            "tzrq": noticed,
            "zt": status,
            "gxsj": moment_of(rng, day) if day else self._touched(noticed),
            "_person": person,
        } | given
        self.days[day].append(row)
        return row

    def _touched(self, noticed: str) -> str:
        return random_moment(self.rng, f"{max(noticed, '2023-02-01')}T18:00:00", "2026-05-31T18:00:00")

    def again(self, row: dict, day: int, **changes: object) -> dict:
        """Deliver a notice once more, in a newer form."""
        newer = {name: value for name, value in row.items() if name != "_bad"} | {"gxsj": moment_of(self.rng, day)} | changes
        self.days[day].append(newer)
        return newer

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday notices of three days, one in thirty to officials or to enterprises of theirs."""
        rng = self.rng
        size = max(400, len(residents) // 50)
        backlog = [self._everyday(person, "2023-02-01", "2026-05-28") for person in rng.choices(residents, k=size)]
        for person in rng.sample(officials, len(officials) // 100):
            backlog.append(self._officials(person))
        for day in (1, 2):
            for person in rng.choices(residents, k=max(2, size // 100)):
                self._everyday(person, "2026-05-20", DAYS[day - 1], day)
            for row in rng.sample(backlog, max(4, size // 80)):
                if row["zt"] in (OWING, INSTALMENTS):
                    backlog.append(self.again(row, day, zt=PAID if happens(rng, 0.8) else REVOKED))
                    backlog.remove(row)

    def _everyday(self, person: Person, first: str, last: str, day: int = 0) -> dict:
        rng = self.rng
        status = OWING if day else rng.choices(STATES, WEIGHTS)[0]
        send = self.enterprise_notice if happens(rng, 0.55) else self.notice
        row = send(person, random_day(rng, first, last), status, day)
        if row["_subject"] == SELF and happens(rng, 0.03):
            row["nsrsbh"] = row["nsrsbh"].lower()
        return row

    def _officials(self, person: Person) -> dict:
        """An official's notice, of the last two years; what is inspected has been owing for long."""
        status = self.rng.choices(STATES, WEIGHTS)[0]
        send = self.enterprise_notice if happens(self.rng, 0.3) else self.notice
        last = "2026-02-01" if status == INSPECTED else "2026-05-20"
        return send(person, random_day(self.rng, "2024-07-01", last), status)


def severity(row: dict, day: str) -> str:
    """What `tax_arrears` says of a notice on a day, nothing where it is silent."""
    if row["zt"] not in (OWING, INSPECTED) or add_days(row["tzrq"], 90) >= day:
        return ""
    if is_enterprises(row):
        return "notice"
    return "attention" if row["zt"] == INSPECTED or add_days(row["tzrq"], 180) < day else "notice"


def is_revoked(row: dict) -> bool:
    """Whether a notice was taken back."""
    return row["zt"] == REVOKED


def is_enterprises(row: dict) -> bool:
    """Whether a notice is to an enterprise: its representative comes with a name and a masked number, which decide nothing."""
    return row["_subject"] == REPRESENTATIVE


def key_of(row: dict) -> str:
    """The key of a notice as keys compare."""
    return source_key(row[KEY])


def write_taxation(out: Path, office: TaxOffice, truth: Truth) -> None:
    """Write the changes of each day in the order of their moments."""
    for day, rows in zip(DAYS, office.days, strict=True):
        rows.sort(key=lambda row: (row["gxsj"], row[KEY]))
        write_csv(out / RESOURCE / day / FILE, COLUMNS, rows)
        why = "all notices so far" if day == DAYS[0] else "new and altered notices"
        truth.deliver(RESOURCE, day, FILE, len(rows), why=why)
        truth.condemn(RESOURCE, day, FILE, rows, key_of=key_of)
        for row in rows:
            if not row.get("_keyless"):
                _own(truth, day, row)


def _own(truth: Truth, day: str, row: dict) -> None:
    """Whom a notice means: the taxpayer is its first mention, an enterprise's representative its second."""
    if row["_subject"] == SELF:
        truth.own(RESOURCE, day, row, key_of(row), row["_person"], form="full_id")
    else:
        masked = {"form": "masked_id", "mention_no": 2, "subject": REPRESENTATIVE}
        truth.own(RESOURCE, day, row, key_of(row), row["_person"], **masked)
