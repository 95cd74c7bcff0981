"""The data dictionary, out of the comments in the database: `docs/warehouse.md` is what this prints."""

import sys

import psycopg

_COLUMNS = """
select c.relname as object, obj_description(c.oid) as says, a.attname as column_name,
       format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as column_says
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'mart'::regnamespace order by c.relname, a.attnum"""

_FUNCTIONS = """
select p.oid::regprocedure as name, pg_get_function_result(p.oid) as result, obj_description(p.oid) as says
from pg_proc p where p.pronamespace = 'mart'::regnamespace order by p.proname, p.oid"""

_HEAD = """# The warehouse

Schema `mart`, and nothing else, is for others. It changes by adding, or under a new version. Generated from the database's own
comments by `python -m cadre_cloud.commands.dictionary`; don't edit it here.

`set cadre.as_of = '2026-06-02 12:00+08'` makes every view answer as of then: what was known at that moment. `set cadre.valid_on =
'2024-03-01'` has it tell what was true on that day, by what is known now, or was known then where both are set: the posts of that
day, the records that held. A day is within a thing's time from its first to its last; a record no longer holds on its `valid_to`,
and of what its source dates neither way nothing is held against any day. Rows about an official are seen by the readers of
that official's region (`core.account`); who reads an empty answer looks at `mart.freshness` first."""


def dictionary(address: str) -> str:
    """Every object of schema `mart` with its columns, types and comments, as Markdown.

    Args:
        address: of the warehouse, `postgresql://…`, for whoever may see the schema.
    """
    lines, last = [_HEAD], None
    with psycopg.connect(address) as warehouse:
        for name, says, column, kind, column_says in warehouse.execute(_COLUMNS):
            if name != last:
                lines += [f"## mart.{name}", "", f"{says}.", "", "| column | type | |", "| --- | --- | --- |"]
            lines.append(f"| `{column}` | {kind} | {column_says} |")
            last = name
        for name, result, says in warehouse.execute(_FUNCTIONS):
            lines += [f"## {name}", "", f"Returns `{result}`. {says}."]
    return _spaced(lines)


def _spaced(lines: list[str]) -> str:
    """An empty line before each heading but the first."""
    return "\n".join(f"\n{line}" if line.startswith("## ") else line for line in lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(dictionary(sys.argv[1]))
