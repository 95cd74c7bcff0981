"""What officials studied (A08): the weekly snapshot, on the first day alone."""

from pathlib import Path

from demo.city.days import DAYS
from demo.city.roster import Roster
from demo.city.spells import Spell, Study
from demo.city.truth import Truth, count_duplicates, source_key
from demo.city.write import write_csv

RESOURCE, FILE, KEY = "education", "rows.csv", "a0800"
COLUMNS = ("a0800", "a0000", "a0801b", "a0901b", "a0814", "a0824", "a0837", "a0804", "a0807")


def education_rows(roster: Roster) -> list[dict]:
    """A row for each study in the careers of the first day, two of them twice, and bad ones."""
    studies = [
        (cadre_no, spell)
        for cadre_no, career in roster.careers[0].items()
        for spell in career.spells
        if isinstance(spell.about, Study)
    ]
    rows = [_row(serial, cadre_no, spell) for serial, (cadre_no, spell) in enumerate(studies, start=1)]
    return [*rows, *rows[4:6], *_flawed(rows)]


def _row(serial: int, cadre_no: str, spell: Spell) -> dict:
    study = spell.about
    return {
        "a0800": f"E{serial:07d}",
        "a0000": cadre_no,
        "a0801b": study.level,
        "a0901b": study.degree,
        "a0814": study.school,
        "a0824": study.subject,
        "a0837": study.mode,
        "a0804": spell.began[:7].replace("-", ""),
        "a0807": spell.ended[:7].replace("-", ""),
    }


def _flawed(good: list[dict]) -> list[dict]:
    """Bad rows, one of each kind."""
    flaws = (
        ("a0800", "education_no", "", "missing"),
        ("a0814", "school", "", "missing"),
        ("a0801b", "level", "", "missing"),
        ("a0801b", "level", "99", "unknown_code"),
        ("a0901b", "degree", "7", "unknown_code"),
        ("a0837", "mode", "3", "unknown_code"),
        ("a0804", "started_on", "九八年秋", "bad_format"),
        ("a0807", "ended_on", "200213", "impossible_date"),
    )
    rows = []
    for serial, (column, name, value, reason) in enumerate(flaws, start=1):
        row = good[serial] | {"a0800": f"E98{serial:05d}"} | {column: value, "_bad": (name, reason)}
        rows.append(row | {"_keyless": column == KEY})
    twin = good[12] | {"a0800": "E9900001", "_bad": ("", "key_conflict")}
    return [*rows, twin, twin | {"a0824": "哲学"}]


def write_education(out: Path, roster: Roster, truth: Truth) -> None:
    """Write the snapshot of the first day."""
    rows, day = education_rows(roster), DAYS[0]
    write_csv(out / RESOURCE / day / FILE, COLUMNS, rows)
    truth.deliver(RESOURCE, day, FILE, len(rows), duplicate=count_duplicates(rows, COLUMNS), why="the weekly snapshot")
    truth.condemn(RESOURCE, day, FILE, rows, key_of=lambda row: source_key(row[KEY]))
    for row in rows:
        if row[KEY]:
            truth.own(RESOURCE, day, row, source_key(row[KEY]), roster.person_of(row["a0000"]), form="cadre_no")
