"""Objectives of units month by month, each in the charge of an official: two files of the months so far."""

import random
from pathlib import Path

from demo.city.cast import Cast
from demo.city.days import DAYS, compact
from demo.city.expect import Known, Said, snapshots
from demo.city.files import deliver, on_roster
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice

RESOURCE, RULE = "objective", "objective_lagging"
COLUMNS = ("任务编号", "考核期", "单位编码", "任务名称", "工作领域", "责任领导", "权重", "目标值", "完成值", "时序进度")
FIELDS = ("脱贫振兴", "招商引资", "项目建设", "生态环保", "安全生产", "民生保障", "党的建设")
SCHEDULE = {"2026-03": 25, "2026-04": 33, "2026-05": 41}  # percent of the year's target
BEHIND = 20
Behind = dict[str, int | None]  # by month, how many points behind the schedule; null where nobody reported


class Department:
    """Of a row, `_person` is who is in charge. The first and the third day bring a file."""

    def __init__(self, rng: random.Random) -> None:
        """Begin without an objective."""
        self.rng, self.serial = rng, 0
        self.days: tuple[list[dict], list[dict]] = ([], [])

    def _rows(self, person: Person, behind: Behind) -> list[dict]:
        """An objective in the months of which something is said."""
        rng, unit = self.rng, self.roster.rows[person.cadre_no]["a0195"]
        self.serial += 1
        field, target = rng.choice(FIELDS), rng.choice((100, 200, 1000, 12000))
        row = {
            "任务编号": f"RW2026{self.serial:06d}",
            "单位编码": unit,
            "任务名称": f"{field}重点任务{self.serial}",
            "工作领域": field,
            "责任领导": person.cadre_no,
            "权重": 10,
            "目标值": target,
            "_person": person,
        }
        return [row | self._month(month, target, points) for month, points in behind.items()]

    def _month(self, month: str, target: int, points: int | None) -> dict:
        schedule = SCHEDULE[month]
        done = "" if points is None else f"{(schedule - points) * target / 100:g}"
        return {"考核期": month, "时序进度": schedule, "完成值": done}

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Plant everything that can become of an objective, and rows that cannot be read."""
        self.roster = roster

        def charged(part: str, why: str, behind: Behind, second: Behind | None = None) -> list[dict]:
            rows = self._rows(cast.plant(RULE, part, why), behind)
            for days, said in zip(self.days, (behind, behind if second is None else second), strict=True):
                days += [
                    row | self._month(row["考核期"], row["目标值"], said[row["考核期"]]) for row in rows if row["考核期"] in said
                ]
            return rows

        charged("objective 20 points behind", "20 points behind", {"2026-05": 20})
        charged("objective 19 points behind", "19 points behind", {"2026-05": 19})
        charged("objective behind for the third time", "three months running", {"2026-03": 22, "2026-04": 25, "2026-05": 30})
        charged("objective behind again", "behind with a month between", {"2026-03": 25, "2026-04": 0, "2026-05": 30})
        charged("objective not reported", "nobody reported how far it is", {"2026-04": 0, "2026-05": None})
        charged("objective caught up before", "behind in April, caught up in May", {"2026-04": 30, "2026-05": 1})
        charged("objective put right on day 3", "the figure is put right on day 3", {"2026-05": 40}, {"2026-05": 0})
        charged("objective found behind on day 3", "the figure is put right on day 3", {"2026-05": 0}, {"2026-05": 40})
        charged("objective gone on day 3", "leaves the file on day 3", {"2026-05": 40}, {})
        handed = charged("objective handed over on day 3", "in another's charge from day 3", {"2026-05": 40})
        heir = cast.plant(RULE, "objective taken over on day 3", "in their charge from day 3")
        self.days[1][-1] = handed[0] | {"责任领导": heir.cadre_no, "_person": heir}
        self._flawed([row["_person"] for row in list(roster.rows.values())[:20]])

    def _flawed(self, people: list[Person]) -> None:
        """Rows that cannot be read, one of each kind; where the key cannot be read it is mended in the second file."""
        flaws = (
            ("单位编码", "unit_code", "", "missing"),
            ("任务名称", "title", "", "missing"),
            ("工作领域", "field", "旅游", "unknown_code"),
            ("责任领导", "cadre_no", "", "missing"),
            ("权重", "weight", "", "missing"),
            ("目标值", "target", "若干", "not_a_number"),
            ("完成值", "actual", "过半", "not_a_number"),
            ("时序进度", "schedule_percent", "四成", "not_a_number"),
            ("任务编号", "objective_no", "", "missing"),
            ("考核期", "period", "", "missing"),
            ("考核期", "period", "2026年5月", "bad_format"),
            ("考核期", "period", "2026-13", "impossible_date"),
        )
        for (column, name, value, reason), person in zip(flaws, people, strict=False):
            (good,) = self._rows(person, {"2026-05": 0})
            keyless = column in COLUMNS[:2]
            bad = good | {column: value, "_bad": (name, reason), "_keyless": keyless}
            self.days[0].append(bad)
            self.days[1].append(good if keyless else bad)
        (twin,) = self._rows(people[-1], {"2026-05": 0})
        twin |= {"_bad": ("", "key_conflict")}
        for rows in self.days:
            rows += [twin, twin | {"权重": 20}]

    def fill(self, residents: list[Person], officials: list[Person]) -> None:
        """Add the objectives of a tenth of the others; hardly one is far behind."""
        for person in self.rng.sample(officials, len(officials) // 10):
            months = {month: self.rng.choice((-12, -5, 0, 3, 8, 15, 15, 24)) for month in ("2026-04", "2026-05")}
            made = self._rows(person, months)
            for day in self.days:
                day.extend(made)

    def write(self, out: Path, truth: Truth) -> None:
        """Write the two files, a row of the first twice."""
        self.days[0].append(self.days[0][0])
        for day, rows in zip((DAYS[0], DAYS[2]), self.days, strict=True):
            deliver(out, truth, RESOURCE, day, f"objective_{compact(day)}.csv", COLUMNS, rows, key_of)

    def voices(self) -> list[Voice]:
        """What `objective_lagging` says, of the newest month of every objective."""
        days = [_newest(state) for state in snapshots([self.days[0], None, self.days[1]], key_of)]
        return [_Objectives(RULE, days, severity, lambda row: not _lags(row), on_roster)]


class _Objectives(Voice):
    """An objective that was put into another's charge for the same month was never the first one's."""

    def retracts(self, said: Said, number: int, known: Known) -> bool:
        """Whether what ended on a day should not have stood."""
        handed = {key.partition("#")[0] for key in self.states[number]} & {key.partition("#")[0] for key in said.evidence}
        return bool(handed) and (super().retracts(said, number, known) or not said.evidence & self.states[number].keys())


def _newest(state: dict[str, dict]) -> dict[str, dict]:
    """The newest month of each objective by matter; `_lags` says of the months up to it whether they are far behind."""
    months: dict[str, list[dict]] = {}
    for row in sorted(state.values(), key=lambda row: row["考核期"]):
        months.setdefault(row["任务编号"], []).append(row)
    return {f"{number}#{rows[-1]['责任领导']}": rows[-1] | {"_months": rows[-3:]} for number, rows in months.items()}


def _lags(row: dict) -> bool:
    return row["完成值"] != "" and row["时序进度"] - 100 * float(row["完成值"]) / row["目标值"] >= BEHIND


def severity(row: dict, day: str) -> str:
    """What `objective_lagging` says of the newest month of an objective, nothing where it is silent."""
    if not _lags(row):
        return ""
    return "attention" if len(row["_months"]) == 3 and all(map(_lags, row["_months"])) else "notice"  # noqa: PLR2004


def key_of(row: dict) -> str:
    """The key of an objective in a month as keys compare."""
    return source_key(row["任务编号"], row["考核期"])
