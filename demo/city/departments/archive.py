"""The directory of personnel archives: two workbooks, in which some months are not those of the record."""

import random
from pathlib import Path

from demo.city.cast import Cast
from demo.city.chance import happens
from demo.city.days import DAYS, compact
from demo.city.expect import Known, Matter, Said, snapshots
from demo.city.files import deliver
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice

RESOURCE, SHEET, RULE = "archive", "档案目录", "archive_conflict"
COLUMNS = ("档案编号", "人员内码", "卷数", "缺失材料", "档案出生时间", "档案参加工作时间", "档案入党时间", "审核结论")
BORN, WORK, PARTY = COLUMNS[4:7]
ON_RECORD = {BORN: "a0107", WORK: "a0134", PARTY: "a0140"}
CONSISTENT, PENDING, SETTLED = "一致", "待核", "已组织认定"
MATERIALS = ("学籍材料", "入党志愿书", "任免审批表", "工资变动表")


class Department:
    """Of a row, `_person` is whose it is. The first and the third day bring a workbook."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without an archive."""
        self.rng, self.serial = rng, 0
        self.days: tuple[list[dict], list[dict]] = ([], [])

    def _archive(self, person: Person, **given: object) -> dict:
        """An archive that says what the record says, but for what is given."""
        rng, record = self.rng, self.roster.rows[person.cadre_no]
        self.serial += 1
        missing = rng.sample(MATERIALS, rng.choice((0, 0, 1, 2)))
        months = {column: f"{value[:4]}.{value[4:6]}" if (value := record[name]) else "" for column, name in ON_RECORD.items()}
        number = {"档案编号": f"DA{self.serial:06d}", "人员内码": person.cadre_no, "卷数": rng.randint(1, 3)}
        return number | {"缺失材料": "、".join(missing), **months, "审核结论": CONSISTENT, "_person": person} | given

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of an archive, and rows that cannot be read."""
        self.roster = roster

        def kept(part: str, why: str, column: str, result: str, *, second: dict | None = None) -> None:
            """An archive in which a month is two years early, if one is named, and how it is on the third day."""
            person = cast.plant(RULE, part, why, lambda one: not column or bool(self._month(one, column)))
            row = self._archive(person, 审核结论=result)
            if column:
                row[column] = f"{int(row[column][:4] or 2000) - 2}{row[column][4:] or '.07'}"
            self.days[0].append(row)
            self.days[1].append(row | (second or {}))

        kept("archive gives another birth", "another month of birth", BORN, PENDING)
        kept("archive gives another start", "another month in which work began", WORK, PENDING)
        kept("archive gives another Party month", "another month of joining the Party", PARTY, PENDING)
        kept("archive agrees and is pending", "nothing disagrees", "", PENDING)
        kept("archive found consistent", "found consistent, whatever it says", BORN, CONSISTENT)
        kept("archive settled before", "settled before day 1", BORN, SETTLED)
        kept("archive settled on day 3", "settled on day 3", BORN, PENDING, second={"审核结论": SETTLED})
        kept("archive consistent on day 3", "found consistent on day 3", WORK, PENDING, second={"审核结论": CONSISTENT})
        kept("archive questioned on day 3", "questioned on day 3", WORK, CONSISTENT, second={"审核结论": PENDING})
        kept("archive unreadable on day 3", "the row of day 3 cannot be read, so that of day 1 stands", BORN, PENDING,
             second={"审核结论": "不详", "_bad": ("audit_result", "unknown_code")})  # fmt: skip
        kept("archive gone on day 3", "leaves the directory on day 3", BORN, PENDING)
        self.days[1].pop()
        self._flawed([row["_person"] for row in list(roster.rows.values())[:20]])

    def _month(self, person: Person, column: str) -> str:
        return self.roster.rows[person.cadre_no][ON_RECORD[column]] if person.cadre_no in self.roster.rows else ""

    def _flawed(self, people: list[Person]) -> None:
        """Rows that cannot be read, one of each kind; where the key cannot be read it is mended in the second workbook."""
        flaws = (
            ("人员内码", "cadre_no", "", "missing"),
            ("卷数", "volumes", "两卷", "not_a_number"),
            (BORN, "born_month", "1978.13", "impossible_date"),
            (WORK, "work_month", "九八年秋", "bad_format"),
            (PARTY, "party_month", "2001-07", "bad_format"),
            ("审核结论", "audit_result", "", "missing"),
            ("审核结论", "audit_result", "存疑", "unknown_code"),
            ("档案编号", "archive_no", "", "missing"),
        )
        for (column, name, value, reason), person in zip(flaws, people, strict=False):
            good = self._archive(person)
            bad = good | {column: value, "_bad": (name, reason), "_keyless": column == COLUMNS[0]}
            self.days[0].append(bad)
            self.days[1].append(good if bad["_keyless"] else bad)
        twin = self._archive(people[-1]) | {"_bad": ("", "key_conflict")}
        for rows in self.days:
            rows += [twin, twin | {"卷数": 9}]

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the archives of the others: some are pending, and in a few of these a month is another."""
        for person in officials:
            row = self._archive(person)
            if happens(self.rng, 0.08):
                row["审核结论"] = PENDING
                if happens(self.rng, 0.2):
                    row[WORK] = f"{int(row[WORK][:4]) + 1}{row[WORK][4:]}"
            for rows in self.days:
                rows.append(row)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two workbooks, a row of the first twice."""
        self.days[0].append(self.days[0][0])
        for day, rows in zip((DAYS[0], DAYS[2]), self.days, strict=True):
            deliver(out, truth, RESOURCE, day, f"archive_{compact(day)}.xlsx", COLUMNS, rows, key_of, SHEET)

    def voices(self) -> list[Voice]:
        """What `archive_conflict` says."""
        return [_Conflicts(RULE, snapshots([self.days[0], None, self.days[1]], key_of), lambda *_: "")]


class _Conflicts(Voice):
    """It compares with the roster of the day."""

    def matters(self, number: int, day: str, known: Known) -> dict[Matter, Said]:
        """What the rule says on a day."""
        conflicts = {key: row for key, row in self.states[number].items() if _disagree(row, known)}
        return {(RULE, row["人员内码"], key): Said(frozenset([key]), "notice") for key, row in conflicts.items()}

    def retracts(self, said: Said, number: int, known: Known) -> bool:
        """It only ends."""
        return False


def _disagree(row: dict, known: Known) -> bool:
    record = known.rows.get(row["人员内码"])
    if not record or row["审核结论"] != PENDING:
        return False
    months = [(row[column].replace(".", ""), record[name][:6]) for column, name in ON_RECORD.items()]
    return any(archived and recorded and archived != recorded for archived, recorded in months)


def key_of(row: dict) -> str:
    """The key of an archive as keys compare."""
    return source_key(row["档案编号"])
