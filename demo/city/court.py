"""The courts' snapshots: a full file each day, thousands of parties, most of them nobody's business."""

import random
from pathlib import Path

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, random_day
from demo.city.debtors import flawed, plant_debtors
from demo.city.defendants import plant_defendants
from demo.city.parties import COLUMNS, DEBTOR, OUTCOMES, Courts, is_listed, key_of, other_width
from demo.city.people import Person, strangers_for_sure
from demo.city.truth import Truth, count_duplicates
from demo.city.write import write_csv

RESOURCE = "court"
YESTERDAY = {1: "2026-06-01", 2: "2026-06-02"}
# What becomes of a row overnight, in a thousand; not every fate can befall every row.
FATES = {"stays": 952, "ends": 10, "gone": 5, "delisted": 20, "listed": 10, "renumbered": 3}
CUT_TO = 3  # the last file holds one row of so many


class Court:
    """The rows of each day."""

    def __init__(self, rng: random.Random, cast: Cast) -> None:
        """Plant what must be there; the everyday cases come later, once it is known who has no part."""
        self.rng = rng
        self.courts = Courts(rng)
        self.residents = strangers_for_sure(cast.people)
        self.stories = [*plant_debtors(self.courts, cast), *plant_defendants(self.courts, cast)]
        self.flawed = flawed(rng, self.courts, self.residents)

    def fill(self, in_office: list[Person]) -> None:
        """Add everyday cases, now and then an official's, and make the three days."""
        self.officials = in_office
        size = max(2000, len(self.residents) // 3)
        everyday = [self._open(size, "2024-01-01", "2026-05-20", "2026-05-29")]
        for day in (1, 2):
            everyday.append(self._alter(everyday[-1], day))
            everyday[day] += self._open(size // 100, "2026-05-20", YESTERDAY[day], "")
        self.days = [self._snapshot(day, rows) for day, rows in enumerate(everyday)]

    def _open(self, size: int, first: str, last: str, closed_until: str) -> list[dict]:
        """Everyday cases of about so many parties, one in eighty of them an official."""
        rng, rows = self.rng, []
        while len(rows) < size:
            people = rng.choices(self.residents, k=rng.choice((1, 1, 2, 2, 3)))
            if self.officials and happens(rng, 1 / 50):
                people[-1] = rng.choice(self.officials)
            rows += self.courts.everyday(people, first, last, closed_until)
        return rows

    def _alter(self, rows: list[dict], day: int) -> list[dict]:
        """What became of cases overnight: closed, gone, listed or delisted, numbered in another way."""
        rng, kept = self.rng, []
        for row, fate in zip(rows, rng.choices(tuple(FATES), tuple(FATES.values()), k=len(rows)), strict=True):
            closed, listed = bool(row["结案日期"]), is_listed(row)
            changes = {}
            if fate == "ends" and not closed:
                closed_on = random_day(rng, max(row["立案日期"], "2026-05-28"), YESTERDAY[day])
                changes = {"结案日期": closed_on, "裁判结果": rng.choice(OUTCOMES[row["案件类型"]])}
            elif fate == "delisted" and listed:
                changes = {"是否失信": "否"}
            elif fate == "listed" and row["诉讼地位"] == DEBTOR and row["证件号码"] and not closed:
                changes = {"是否失信": "是"}
            elif fate == "renumbered":
                changes = {"案号": other_width(rng, row["案号"])}
            if fate != "gone":
                kept.append(row | changes if changes else row)
        return kept

    def _snapshot(self, day: int, everyday: list[dict]) -> list[dict]:
        """All rows of a day in the courts' order, some of them twice."""
        rows = everyday + [story[day] for story in self.stories if story[day]] + self.flawed[day]
        twice = self.rng.sample(everyday, max(3, len(everyday) // 400))
        rows += [row | {"_place": (self.rng.random(), 0)} for row in twice]
        return sorted(rows, key=lambda row: row["_place"])


def form_of(row: dict) -> str:
    """What a row gives of its party's identity."""
    return "masked_id" if row["证件号码"] else "name"


def write_court(out: Path, court: Court, truth: Truth) -> None:
    """Write the files: good ones on two days, the first one once more on the second, and a third of one on the last."""
    for day, rows in zip(DAYS, court.days, strict=True):
        file = f"court_{day.replace('-', '')}.csv"
        path = out / RESOURCE / day / file
        if day == DAYS[-1]:
            cut = rows[: len(rows) // CUT_TO]
            write_csv(path, COLUMNS, cut, encoding="gb18030")
            truth.deliver(RESOURCE, day, file, len(cut), outcome="held", why="two thirds of the rows are missing")
            continue
        write_csv(path, COLUMNS, rows, encoding="gb18030", newline="\r\n" if day == DAYS[1] else "\n")
        why = "the full snapshot"
        truth.deliver(RESOURCE, day, file, len(rows), duplicate=count_duplicates(rows, COLUMNS), why=why)
        truth.condemn(RESOURCE, day, file, rows, key_of=key_of)
    _deliver_again(out, truth)
    readable = dict(zip((*DAYS[:-1], ""), court.days, strict=True))  # the last file is held
    truth.own_all(RESOURCE, readable, key_of=key_of, form_of=form_of)


def _deliver_again(out: Path, truth: Truth) -> None:
    """On the second day the first day's file arrives once more, byte for byte."""
    file = f"court_{DAYS[0].replace('-', '')}.csv"
    first = out / RESOURCE / DAYS[0] / file
    (out / RESOURCE / DAYS[1] / file).write_bytes(first.read_bytes())
    rows = next(row["rows"] for row in truth.deliveries if row["file"] == file)
    truth.deliver(RESOURCE, DAYS[1], file, rows, outcome="repeated", why="the first day's file again, byte for byte")
