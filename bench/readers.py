"""Measures what a county's reader waits for, on a roster of a city's size with 20 years of past and on a hundred times as many.

`make bench ONLY=readers` writes what it finds into `bench/results.json` beside the rest. ROSTERS says of how many officials
the rosters are (14225,1422500).
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from secrets import token_hex
from statistics import median, quantiles
from typing import Any

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from bench import place, report
from bench.run import stack
from demo import ports, settings
from demo.places import CLONE
from demo.trouble import guard

CITY = 14_225  # officials; of more, what is asked may take twice as long, and one year of past is loaded
YEARS, YEARS_OF_MANY = 20, 1
COUNTY = "990001"
WARM, TIMES = 20, 120
# The last day but one, of which as much is told as of the present: then the answers are as long, and may take twice as long.
THEN = {"as_of": "2026-06-01T12:00:00+08:00", "valid_on": "2026-06-01"}
TIMES_THEN, FACTOR_THEN = 24, 2
CROWD = CLONE / "bench" / "crowd.sql"

_PEOPLE = "select cadre_no from mart.cadre order by hashtext(cadre_no) limit %s"

_OBJECTS = """
select c.relname from pg_class as c join pg_attribute as a on a.attrelid = c.oid
where c.relnamespace = 'mart'::regnamespace and a.attname = 'cadre_no' and has_table_privilege(c.oid, 'select')
order by 1"""

_LIST = """
select cadre_no, name, age, education, duty_level, level_since, unit_name, post_title from mart.cadre
where duty_level in ('141', '142') and sex = 'female' and party = '中共党员' and education <= '21' and age between 35 and 45
order by level_since, cadre_no limit 50"""

_ALERTS = """
select a.*, c.name, c.unit_name, c.post_title from mart.alert as a join mart.cadre as c using (cadre_no)
where a.state in ('new', 'assigned', 'verifying', 'confirmed', 'partly_confirmed', 'unverifiable') and c.region_code = %s
order by a.raised_at desc"""

# Since the last day began; of a city's officials one in five hundred has a new record.
_CHANGE = "select * from mart.change(core.known_at(date '2026-06-02'))"

Reader = psycopg.Connection[Any]


@dataclass(frozen=True)
class Question:
    """What a reader asks about a county or an official of it, and in how many milliseconds a city's roster shall answer."""

    title: str
    within: float
    ask: Callable[[Reader, str], object]
    is_of_then: bool = True  # whether it is asked of a day before, too


def _whole_file(reader: Reader, cadre_no: str) -> None:
    """All that is published about an official, whatever that is."""
    for name in _objects(reader):
        reader.execute(sql.SQL("select * from mart.{} where cadre_no = %s").format(sql.Identifier(name)), [cadre_no]).fetchall()


@cache
def _objects(reader: Reader) -> list[str]:
    return [name for (name,) in reader.execute(_OBJECTS)]


QUESTIONS = {
    "person": Question("one person's whole file", 10, _whole_file),
    "list": Question("a county's list with filters", 30, lambda reader, _: reader.execute(_LIST).fetchall()),
    "alerts": Question("open alerts of a region", 20, lambda reader, _: reader.execute(_ALERTS, [COUNTY]).fetchall()),
    "change": Question("what changed in a day", 50, lambda reader, _: reader.execute(_CHANGE).fetchall(), is_of_then=False),
}


def measure(officials: int) -> dict[str, Any]:
    """Load a roster, and ask everything as a county's reader who is logged in and has asked before."""
    years, factor = (YEARS, 1) if officials <= CITY else (YEARS_OF_MANY, 2)
    with stack():
        reader_address = _load(officials, years)
        with psycopg.connect(reader_address, autocommit=True) as reader:
            people = [cadre_no for (cadre_no,) in reader.execute(_PEOPLE, [TIMES])]
            figures = [
                {"name": name, "title": question.title, **_timed(question, reader, people), "target_ms": question.within * factor}
                | _then(question, reader, people[:TIMES_THEN])
                for name, question in QUESTIONS.items()
            ]
        megabytes = _value("select pg_database_size(current_database()) >> 20")
    for figure in figures:
        figure["met"] = figure["milliseconds"] <= figure["target_ms"]
        longest = FACTOR_THEN * figure["milliseconds"]
        figure["met_then"] = all(figure.get(f"{way}_ms", 0) <= longest for way in THEN)
    return {"officials": officials, "years": years, "database_mb": megabytes, "figures": figures}


def _load(officials: int, years: int) -> str:
    """Fill the warehouse and admit a county's reader; returns the address to log in with."""
    with psycopg.connect(place.address("warehouse"), autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
        with owner.transaction():
            owner.execute(CROWD.read_text(encoding="utf-8"), {"officials": officials, "years": years})  # type: ignore[call-overload]
        owner.execute("vacuum analyze")
        ((role,),) = owner.execute("select core.admit('county', %s)", [COUNTY])
        password = token_hex()
        owner.execute(sql.SQL("alter role {} login password {}").format(sql.Identifier(role), sql.Literal(password)))
    remembered = ports.remembered(place.FOLDER)["postgres"]
    return settings.address(role, password, remembered, "warehouse")


def _timed(question: Question, reader: Reader, people: Sequence[str]) -> dict[str, float]:
    """The median and what nineteen of twenty stay below, of answers about one official after another."""
    took = []
    for cadre_no in people:
        began = time.perf_counter()
        question.ask(reader, cadre_no)
        took.append((time.perf_counter() - began) * 1000)
    hot = took[len(took) * WARM // TIMES :]
    return {"milliseconds": round(median(hot), 2), "milliseconds_95": round(quantiles(hot, n=20)[-1], 2)}


def _then(question: Question, reader: Reader, people: Sequence[str]) -> dict[str, float]:
    """The medians of the same, asked as of a moment before and on a day."""
    medians = {}
    for way, moment in THEN.items() if question.is_of_then else ():
        reader.execute("select set_config(%s, %s, false)", [f"cadre.{way}", moment])
        medians[f"{way}_ms"] = _timed(question, reader, people)["milliseconds"]
        reader.execute("select set_config(%s, '', false)", [f"cadre.{way}"])
    return medians


def _value(query: str) -> Any:
    with psycopg.connect(place.address("warehouse")) as owner:
        return owner.execute(query).fetchone()[0]  # type: ignore[index]


def table(found: dict[str, Any]) -> Table:
    """The figures of one roster, a line a question."""
    shown = Table(
        title=f"{found['officials']:,} officials, {found['years']} years, as a county's reader, hot; {TIMES - WARM} answers"
    )
    shown.add_column("question")
    for column in ("median ms", "95 % ms", "target ms", "as of ms", "on a day ms"):
        shown.add_column(column, justify="right")
    for one in found["figures"]:
        median_ms = f"[{'green' if one['met'] else 'red'}]{one['milliseconds']:.2f}[/]"
        colour = "green" if one["met_then"] else "red"
        then = [f"[{colour}]{one[f'{way}_ms']:.2f}[/]" for way in THEN if f"{way}_ms" in one]
        shown.add_row(one["title"], median_ms, f"{one['milliseconds_95']:.2f}", f"{one['target_ms']}", *then)
    return shown


def main() -> int:
    """Measure on each roster, tell, and write."""
    console = Console(width=None if sys.stdout.isatty() else 130)
    found = []
    for officials in map(int, (os.environ.get("ROSTERS") or "14225,1422500").split(",")):
        with console.status(f"{officials:,} officials"):
            found.append(measure(officials))
        console.print(table(found[-1]))
        report.write(readers=found)
    return 0


if __name__ == "__main__":
    sys.exit(guard(main))
