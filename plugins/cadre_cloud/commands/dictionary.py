"""The data dictionary, out of the comments in the database: `docs/warehouse.md` is what this prints."""

import sys

import psycopg

_COLUMNS = """
select c.relname as object, obj_description(c.oid) as says, a.attname as column_name,
       format_type(a.atttypid, a.atttypmod) as type, col_description(c.oid, a.attnum) as column_says
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'mart'::regnamespace order by c.relname, a.attnum"""

_HEAD = """# The warehouse

Schema `mart`, and nothing else, is for others. It changes by adding, or under a new version. Generated from the database's own
comments by `python -m cadre_cloud.commands.dictionary`; don't edit it here.

`set cadre.as_of = '2026-06-02 12:00+08'` makes every view answer as of then. Rows about an official are seen by whoever answers
for the region and the level ([who sees what](who-sees-what.md)); who reads an empty answer looks at `mart.freshness` first."""


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
    return _spaced(lines)


def _spaced(lines: list[str]) -> str:
    """An empty line before each heading but the first."""
    return "\n".join(f"\n{line}" if line.startswith("## ") else line for line in lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(dictionary(sys.argv[1]))
