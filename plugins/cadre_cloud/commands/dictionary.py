"""The data dictionary, out of the comments in the database and the contracts: `docs/warehouse.md` is what this prints."""

import sys

import psycopg

from cadre_cloud.commands.origins import of_records, origins

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
comments, and from the contracts, by `python -m cadre_cloud.commands.dictionary`; don't edit it here. How to read it:
[downstream.md](downstream.md).

`set cadre.as_of = '2026-06-02 12:00+08'` makes every view answer as of then: what was known at that moment. `set cadre.valid_on =
'2024-03-01'` has it tell what was true on that day, by what is known now, or was known then where both are set: the posts of that
day, the records that held. A day is within a thing's time from its first to its last; a record no longer holds on its `valid_to`,
and of what its source dates neither way nothing is held against any day. Rows about an official are seen by whoever answers
for the region and the level ([who sees what](who-sees-what.md)); who reads an empty answer looks at `mart.freshness` first.

*From* names the resource and, as the department has it, the item that a column comes from; a column without is made here. What is
said of officials whom only approval forms know, and whatever no table of the department says of the others, comes from
`approval_form`."""

_RECORDS = """
What a department's items become in `mart.record`:

| resource | `occurred_on` | `status` | `valid_from` | `valid_to` | `detail` |
| --- | --- | --- | --- | --- | --- |"""


def dictionary(address: str) -> str:
    """Every object of schema `mart` with its columns, types, origins and comments, as Markdown.

    Args:
        address: of the warehouse, `postgresql://…`, for whoever may see the schema.
    """
    lines, last, sources = [_HEAD], "", origins()
    with psycopg.connect(address) as warehouse:
        for name, says, column, kind, column_says in warehouse.execute(_COLUMNS):
            if name != last:
                lines += [
                    _after(last),
                    f"## mart.{name}",
                    "",
                    f"{says}.",
                    "",
                    "| column | type | from | |",
                    "| --- | --- | --- | --- |",
                ]
            lines.append(f"| `{column}` | {kind} | {sources.get((name, column), '')} | {column_says} |")
            last = name
        lines.append(_after(last))
        for name, result, says in warehouse.execute(_FUNCTIONS):
            lines += [f"## {name}", "", f"Returns `{result}`. {says}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _after(name: str) -> str:
    """What stands below an object's columns, and an empty line."""
    return "\n".join([_RECORDS, *of_records(), ""]) if name == "record" else ""


if __name__ == "__main__":
    sys.stdout.write(dictionary(sys.argv[1]))
