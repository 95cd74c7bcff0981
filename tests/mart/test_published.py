"""What others may rely on: nothing of it goes or changes, and what is added is written down."""

from pathlib import Path

from homes import Home

_COLUMNS = """
select format('mart.%s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)) as said
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'mart'::regnamespace and c.relkind = 'v' order by 1"""

_UNCOMMENTED = """
select c.relname, a.attname
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'mart'::regnamespace and c.relkind = 'v'
  and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)"""


def test_nothing_goes_and_what_is_added_is_written_down(home: Home) -> None:
    promised = set(Path(__file__).with_name("published.txt").read_text(encoding="utf-8").splitlines())
    there = {row["said"] for row in home.rows(_COLUMNS)}
    assert promised - there == set(), "others rely on these: publish a second version beside the first (docs/downstream.md)"
    assert there - promised == set(), "new: promise them in published.txt"


def test_everything_says_what_it_is(home: Home) -> None:
    assert home.rows(_UNCOMMENTED) == []
