"""Three days of deliveries, to be drawn: the court's files, what discipline inspection changed, and an official who joins."""

import csv
import io
import json
from datetime import date

from feed_cases import FOLDER
from hypothesis import Phase, settings
from hypothesis import strategies as st

few = settings(max_examples=2, phases=[Phase.explicit, Phase.generate])  # each is a week of work; one that fails is small enough

DAYS = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 3)]
UNITS = {"rows.csv": (FOLDER / "unit" / "city_units" / "rows.csv").read_bytes()}
NEWCOMER = {"rows.csv": (FOLDER / "personnel" / "newcomer" / "rows.csv").read_bytes()}

with (FOLDER / "court" / "first_day" / "court_20260601.csv").open(encoding="gb18030", newline="") as _file:
    COURT = list(csv.DictReader(_file))
with (FOLDER / "discipline" / "first_day" / "changes.jsonl").open(encoding="utf-8") as _file:
    DISCIPLINE = [json.loads(line) for line in _file]

# What becomes of a day's rows of the court, so few that no file is held for it; and which decisions are touched, and how.
days_told = st.lists(
    st.tuples(
        st.dictionaries(st.integers(0, len(COURT) - 1), st.sampled_from(["delisted", "gone", "twice"]), max_size=3),
        st.dictionaries(st.integers(0, len(DISCIPLINE) - 1), st.sampled_from(["11", "12", "32"]), max_size=4),
    ),
    min_size=len(DAYS),
    max_size=len(DAYS),
)
A_FEW_CHANGES = [({0: "gone"}, {0: "12"}), ({1: "delisted"}, {0: "32", 1: "11"}), ({0: "twice"}, {2: "12"})]


def court(day: date, fates: dict[int, str]) -> dict[str, bytes]:
    """A day's file; some of its rows, by number, are `delisted`, `unreadable`, there `twice`, or `gone`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COURT[0]))
    writer.writeheader()
    for number, row in enumerate(COURT):
        fate = fates.get(number)
        changed = {"delisted": {"是否失信": "否"}, "unreadable": {"立案日期": "2026-02-30"}}.get(fate or "", {})
        writer.writerows([row | changed] * {"gone": 0, "twice": 2}.get(fate or "", 1))
    return {f"court_{day:%Y%m%d}.csv": out.getvalue().encode("gb18030")}


def changes(day: date, touched: dict[int, str], late: dict[int, int]) -> dict[str, bytes]:
    """A day's changes: a measure by number of the decision, whose cursor may be some days late; of one key the cursors differ."""
    lines = []
    for place, (number, measure) in enumerate(sorted(touched.items())):
        at = f"2026-05-{day.day + 28 - late.get(number, 0):02d}T1{day.day}:{place:02d}:00+08:00"
        lines.append(DISCIPLINE[number] | {"CLLX": measure, "GXSJ": at})
    return {"changes.jsonl": "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()}
