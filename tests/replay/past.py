"""Three days of some departments', with what stood on each evening: a newcomer, refused rows, a held file, what is no file."""

import csv
import io
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from chain_in_process import deliver, gateway, publish, run_feeds
from feed_cases import FOLDER
from homes import Home, clone, settled_in
from readable import lay

from cadre_cloud.mail.digest import render
from demo.stack import Stack

DAYS = [date(2026, 6, day) for day in (1, 2, 3)]
RESOURCES = ("unit", "personnel", "discipline", "court", "taxation")

with (FOLDER / "court" / "first_day" / "court_20260601.csv").open(encoding="gb18030", newline="") as _file:
    COURT = list(csv.DictReader(_file))


@dataclass(frozen=True)
class Past:
    """The evenings of some days, and where homes are made."""

    stack: Stack
    evenings: list[Home]

    @contextmanager
    def evening(self, number: int, folder: Path, landing: Home | None = None) -> Iterator[Home]:
        """What stood on an evening, beside what was landed by then, or in another home."""
        home = clone(self.stack, folder, self.evenings[number])
        if landing:
            shutil.rmtree(home.var)
            shutil.copytree(landing.var, home.var)
            shutil.rmtree(home.drop)
            shutil.copytree(landing.drop, home.drop)
        with settled_in(home):
            yield home


def run(home: Home, day: date, resources: tuple[str, ...] = RESOURCES) -> None:
    """A day from what the departments deliver to its mails."""
    deliver(home, home.folder / "city", day, resources)
    with gateway(home.folder / "city", day, resources):
        run_feeds(day, resources)
    publish(day)
    render(day)
    home.run("update mail.message set state = 'sent', sent_at = now() where state = 'pending'")


def lay_out(city: Path) -> None:
    for case in ("personnel/newcomer", "discipline/first_day", "taxation/first_day", "court/first_day"):
        day = DAYS[1] if case == "personnel/newcomer" else DAYS[0]
        folder = city / case.split("/", maxsplit=1)[0] / day.isoformat()
        folder.mkdir(parents=True)
        for path in (FOLDER / case).iterdir():
            if path.name != "expect.yaml":
                lay(path, folder)
    rows = COURT
    second = [rows[0] | {"立案日期": "2026-02-30"}, *rows[1:8], rows[8] | {"案由": "另案"}, *rows[9:11], rows[11] | {"年龄": "x"}]
    renamed = [{name.replace("是否失信", "失信标志"): value for name, value in row.items()} for row in rows]
    for day, content in ((DAYS[1], second), (DAYS[2], renamed)):
        court(city, day, content)
    lines = (city / "discipline" / DAYS[0].isoformat() / "changes.jsonl").read_text(encoding="utf-8").splitlines()
    for day, number, measure in ((DAYS[1], 0, "11"), (DAYS[2], 1, "12")):
        folder = city / "discipline" / day.isoformat()
        folder.mkdir()
        changed = json.loads(lines[number]) | {"CLLX": measure, "GXSJ": f"{day}T10:00:00+08:00"}
        (folder / "changes.jsonl").write_text(json.dumps(changed, ensure_ascii=False) + "\n", encoding="utf-8")


def court(city: Path, day: date, rows: list[dict[str, str]]) -> None:
    """What the court delivers on a day."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    folder = city / "court" / day.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"court_{day:%Y%m%d}.csv").write_bytes(out.getvalue().encode("gb18030"))
