"""Who holds and held which post (A02): a snapshot of all careers every day."""

from pathlib import Path

from demo.city.days import DAYS
from demo.city.roster import Roster
from demo.city.spells import Career, Spell
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.write import write_csv

RESOURCE, FILE, KEY = "appointment", "rows.csv", "a0200"
COLUMNS = ("a0200", "a0000", "a0201b", "a0215a", "a0219", "a0221", "a0243", "a0265", "a0245", "a0229")


class Numbers:
    """Numbers of appointments: the same post keeps its own from day to day."""

    def __init__(self) -> None:
        """Begin with none."""
        self.given: dict[tuple[str, int], int] = {}

    def of(self, cadre_no: str, number: int) -> int:
        """The serial of somebody's first, second, ... post."""
        return self.given.setdefault((cadre_no, number), len(self.given) + 1)


def appointment_days(roster: Roster) -> list[list[dict]]:
    """The rows of the three days. Bad ones stay for two of them; the one without a key is gone on the second."""
    numbers = Numbers()
    days = [
        [row for cadre_no, career in careers.items() for row in _rows(cadre_no, career, numbers)] for careers in roster.careers
    ]
    flawed = _flawed(days[0])
    return [[*days[0], *days[0][7:10], *flawed], [*days[1], *days[1][3:5], *flawed[1:]], days[2]]


def _rows(cadre_no: str, career: Career, numbers: Numbers) -> list[dict]:
    return [_row(cadre_no, spell, numbers.of(cadre_no, number)) for number, spell in enumerate(career.posts())]


def _row(cadre_no: str, spell: Spell, serial: int) -> dict:
    post = spell.about
    return {
        "a0200": f"A{serial:07d}",
        "a0000": cadre_no,
        "a0201b": post.unit["b0111"],
        "a0215a": post.title,
        "a0219": "true" if post.leads else "false",
        "a0221": post.level,
        "a0243": spell.began,
        "a0265": spell.ended,
        "a0245": f"云组任〔{spell.began[:4]}〕{serial}号",
        "a0229": post.portfolio,
    }


def _flawed(good: list[dict]) -> list[dict]:
    """Bad rows, one of each kind, about the posts of officials who have good ones too."""
    flaws = (
        ("a0200", "appointment_no", "", "missing"),
        ("a0000", "cadre_no", "", "missing"),
        ("a0201b", "unit_code", "", "missing"),
        ("a0215a", "post_title", "", "missing"),
        ("a0219", "is_leader", "或许", "unknown_code"),
        ("a0221", "duty_level", "151", "unknown_code"),
        ("a0243", "started_on", "2015-02-30", "impossible_date"),
        ("a0265", "ended_on", "三年后", "bad_format"),
    )
    rows = []
    for serial, (column, name, value, reason) in enumerate(flaws, start=1):
        row = good[serial] | {"a0200": f"A98{serial:05d}"} | {column: value, "_bad": (name, reason)}
        rows.append(row | {"_keyless": column == KEY})
    twin = good[20] | {"a0200": "A9900001", "_bad": ("", "key_conflict")}
    return [*rows, twin, twin | {"a0229": "档案"}]


def write_appointments(out: Path, roster: Roster, truth: Truth) -> None:
    """Write the three snapshots."""
    for day, rows in zip(DAYS, appointment_days(roster), strict=True):
        write_csv(out / RESOURCE / day / FILE, COLUMNS, rows)
        twice = count_duplicates(rows, COLUMNS)
        truth.deliver(RESOURCE, day, FILE, len(rows), duplicate=twice, why="all posts, past and present")
        truth.condemn(RESOURCE, day, FILE, rows, key_of=lambda row: source_key(row[KEY]))
        for row in rows:
            if row[KEY]:
                truth.own(RESOURCE, day, row, source_key(row[KEY]), roster.person_of(row["a0000"]), form="cadre_no")
