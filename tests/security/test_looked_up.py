"""Whoever asks for one person has that person's rows looked up, and not a region's officials listed for each table."""

from collections.abc import Iterator

import psycopg
import pytest
from homes import Home, clone
from readers import admit, login
from test_regions import VIEWS

from bench.readers import COUNTY, CROWD
from demo.stack import Stack

READER, OFFICIAL = "reader_of_many", "select cadre_no from mart.cadre limit 1"


@pytest.fixture(scope="module")
def crowd(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = clone(stack, tmp_path_factory.mktemp("crowd"))
    with psycopg.connect(home.owner, autocommit=True, cursor_factory=psycopg.ClientCursor) as owner:
        owner.execute(CROWD.read_text(encoding="utf-8"), {"officials": 3000, "years": 3})
        owner.execute("vacuum analyze")
    admit(home, READER, COUNTY)
    return home


# The roster's present is a table of its own; what it was is worked out of everything.
@pytest.mark.parametrize("view", VIEWS[1:])
def test_one_persons_file_is_looked_up(crowd: Home, view: str) -> None:
    with login(crowd, READER) as reader:
        (cadre_no,) = reader.execute(OFFICIAL).fetchone()
        plan = "\n".join(line for (line,) in reader.execute(f"explain select * from {view} where cadre_no = '{cadre_no}'"))
    assert "cadre_now_pkey" in plan
    assert "hashed SubPlan" not in plan
    assert not any(
        f"Seq Scan on {table}" in plan for table in ("cadre_now", "link", "record", "alert", view.removeprefix("mart."))
    )
