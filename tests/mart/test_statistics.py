"""What the planner knows of tables that a day has just filled."""

from datetime import date
from pathlib import Path

from feed_cases import States
from homes import settled_in

from cadre_cloud.publication import publish

_KNOWN = "select relname, reltuples from pg_class where relnamespace = 'core'::regnamespace and relname = any(%s)"


def test_a_publication_begins_with_statistics_of_what_it_reads(states: States, tmp_path: Path) -> None:
    home = states.lodging(tmp_path / "home", "court/first_day")
    with settled_in(home):
        home.run("update ledger.settlement set outcome = 'loaded', revision = nextval('ledger.revision')")
        assert publish() == date(2026, 6, 1)
        known = {row["relname"]: row["reltuples"] for row in home.rows(_KNOWN, [["cadre", "appointment"]])}
        assert known == {name: home.rows(f"select count(*) from core.{name}")[0]["count"] for name in ("cadre", "appointment")}
