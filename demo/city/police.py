"""Decisions of the police, as lines of three days. Some hold what nobody asked for and nobody may keep."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from demo.city import places
from demo.city.chance import happens
from demo.city.days import DAYS, add_months, compact, moment_of, random_day, random_moment
from demo.city.docket import late_moment, newest_moment
from demo.city.names import as_typed
from demo.city.people import Person
from demo.city.truth import Truth, source_key
from demo.city.write import write_json_lines

RESOURCE, FILE, KEY = "public_security", "changes.jsonl", "WSBH"
COLUMNS = ("WSBH", "XM", "GMSFHM", "XB", "CSRQ", "WFXW", "CFJG", "CFJE", "CFRQ", "JDJG", "ZT", "GXSJ")
UNASKED = ("ZSDD", "LXDH", "TXRY", "GJ")  # lodging, telephone, companions, track: not in the agreement
VALID, REVOKED = "1", "3"
DRUNK, DRUGS = "醉酒驾驶", "吸毒"
CUSTODY, MILD = ("行政拘留", "刑事拘留", "强制戒毒"), ("罚款", "警告")
# Offence and penalty, and how often.
CASES = {
    ("饮酒驾驶", "罚款"): 30, (DRUNK, "刑事拘留"): 9, (DRUNK, "取保候审"): 6, ("赌博", "罚款"): 15, ("赌博", "行政拘留"): 10,
    ("嫖娼", "行政拘留"): 5, (DRUGS, "行政拘留"): 5, (DRUGS, "强制戒毒"): 4, ("殴打他人", "罚款"): 8,
    ("殴打他人", "行政拘留"): 6, ("其他", "警告"): 8,
}  # fmt: skip
MONTHS = 24


@dataclass
class Police:
    """Decides. Of a line, `_person` is whom it is really about."""

    rng: random.Random
    days: tuple[list[dict], ...] = field(default_factory=lambda: ([], [], []))
    serial: int = 0

    def decide(self, person: Person, decided: str, case: tuple[str, str], day: int = 0, **given: object) -> dict:
        """Add a decision of an ISO date: (offence, penalty)."""
        rng = self.rng
        self.serial += 1
        line = {
            "WSBH": f"云公决字〔{decided[:4]}〕{self.serial:06d}号",
            "XM": person.name,
            "GMSFHM": person.id_number,
            "XB": person.sex,
            "CSRQ": person.born,
            "WFXW": case[0],
            "CFJG": case[1],
            "CFJE": rng.choice((200, 500, 1000, 2000)) if case[1] == "罚款" else None,
            "CFRQ": compact(decided),
            "JDJG": f"{places.REGIONS[person.home]}公安局",
            "ZT": VALID,
            "GXSJ": moment_of(rng, day) if day else self._touched(decided),
            "_person": person,
        } | given
        if happens(rng, 0.1):
            line |= self._unasked()
        self.days[day].append(line)
        return line

    def _touched(self, decided: str) -> str:
        return random_moment(self.rng, f"{max(decided, '2023-06-01')}T18:00:00", "2026-05-31T18:00:00")

    def _unasked(self) -> dict:
        """Where somebody slept, whom they met, how to call them. The marks let a test find what was kept."""
        phone = f"000{self.rng.randrange(10**8):08d}"
        told = {
            "ZSDD": f"无名旅馆{self.rng.randint(100, 999)}房",
            "LXDH": phone,
            "TXRY": [{"XM": "无名同行", "LXDH": phone}],
            "GJ": {"无名卡口": "2026-05-01T01:02:03+08:00"},
        }
        return {name: told[name] for name in self.rng.sample(UNASKED, self.rng.randint(1, len(UNASKED)))}

    def again(self, line: dict, day: int, **changes: object) -> dict:
        """Deliver a decision once more, in a newer form."""
        newer = {name: value for name, value in line.items() if name != "_bad"} | {"GXSJ": moment_of(self.rng, day)} | changes
        self.days[day].append(newer)
        return newer

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the everyday decisions of the three days, one in forty about officials."""
        rng = self.rng
        size = max(400, len(residents) // 60)
        backlog = [self._everyday(person, "2023-06-01", "2026-05-28") for person in rng.choices(residents, k=size)]
        backlog += [self._everyday(person, "2023-06-01", "2026-05-20") for person in rng.sample(officials, len(officials) // 150)]
        backlog[0]["GXSJ"] = newest_moment(0)
        for day in (1, 2):
            news = [self._everyday(person, "2026-05-20", DAYS[day - 1], day) for person in rng.choices(residents, k=20)]
            news[0]["GXSJ"] = newest_moment(day)
            for person in rng.choices(residents, k=5):
                self._everyday(person, "2026-05-01", "2026-05-20", day)["GXSJ"] = late_moment(rng, day)
            for line in rng.sample(backlog[1:size], 6):
                self.again(line, day, ZT=rng.choice((VALID, REVOKED)))

    def _everyday(self, person: Person, first: str, last: str, day: int = 0) -> dict:
        rng = self.rng
        case = rng.choices(tuple(CASES), tuple(CASES.values()))[0]
        number = person.id_number.lower() if happens(rng, 0.03) else person.id_number
        return self.decide(person, random_day(rng, first, last), case, day, XM=as_typed(rng, person.name), GMSFHM=number)


def severity(line: dict, day: str) -> str:
    """What `police_decision` says of a decision on a day, nothing where it is silent."""
    decided = f"{line['CFRQ'][:4]}-{line['CFRQ'][4:6]}-{line['CFRQ'][6:]}"
    if line["ZT"] == REVOKED or add_months(decided, MONTHS) <= day:
        return ""
    return "attention" if line["CFJG"] in CUSTODY or line["WFXW"] in (DRUGS, DRUNK) else "notice"


def is_revoked(line: dict) -> bool:
    """Whether a decision should not have been."""
    return line["ZT"] == REVOKED


def key_of(line: dict) -> str:
    """The key of a decision as keys compare."""
    return source_key(line[KEY])


def write_police(out: Path, rng: random.Random, police: Police, truth: Truth) -> None:
    """Write the lines of each day, nearly in the order in which they were touched."""
    for day, lines in zip(DAYS, police.days, strict=True):
        place = {id(line): datetime.fromisoformat(line["GXSJ"]).timestamp() + rng.uniform(0, 86400) for line in lines}
        lines.sort(key=lambda line: place[id(line)])
        write_json_lines(out / RESOURCE / day / FILE, (*COLUMNS, *UNASKED), lines)
        why = "all decisions so far" if day == DAYS[0] else "new, altered, revoked and late ones"
        truth.deliver(RESOURCE, day, FILE, len(lines), why=why)
        truth.condemn(RESOURCE, day, FILE, lines, key_of=key_of)
    truth.own_all(RESOURCE, dict(zip(DAYS, police.days, strict=True)), key_of=key_of, form_of=lambda _: "full_id")
