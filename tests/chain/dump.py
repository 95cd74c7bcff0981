"""Everything that a warehouse holds, in a form that can be compared."""

from typing import Any

import psycopg

Dump = dict[str, list[str]]

# When an extraction or a load last ended, and the file's time where the department dropped the same bytes again.
CLOCKS_OF_A_SECOND_RUN = {
    "ledger.settlement": ["extracted_at", "judged_at", "loaded_at"],
    "ledger.delivery": ["modified_at"],
}

# Another run of the same day writes at other times by the clock, under fresh nonces. A mail's Message-ID is made from the numbers
# of the events it tells of, and how often it was tried is remembered, as is what went wrong on the way.
_OF_ANOTHER_RUN = {
    "core.cadre": ["id_cipher"],
    "core.family": ["id_cipher"],
    "core.form": ["id_cipher"],
    "core.mention": ["id_cipher"],
    "ledger.delivery": ["modified_at", "landed_at", "loaded_at"],
    "ledger.standing": ["roster_version"],
    "ledger.settlement": ["extracted_at", "judged_at", "loaded_at", "settled_at", "revision"],
    "ledger.publication": ["revision", "published_at"],
    "mail.message": ["message_id", "rendered_at", "sent_at", "attempts", "unanswered"],
    "mail.alert_told": ["event_no", "message_id"],
    "mail.notice_told": ["message_id"],
    "mart.delivery": ["landed_at", "loaded_at"],
    "mart.scorecard": ["failures"],  # what was overcome is counted, too
}

# What a killed task drew from a sequence is not given out again.
_DRAWN = """
select format('%I.%I', n.nspname, c.relname) as name, a.attname as "column"
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where n.nspname in ('core', 'ledger', 'mail') and c.relkind in ('r', 'p')
  and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval(%')"""

_TABLES = """
select format('%I.%I', schemaname, tablename) as name from pg_tables
where schemaname in ('core', 'ledger', 'mail') and tablename <> 'alembic_version'
union all select format('%I.%I', schemaname, viewname) from pg_views where schemaname = 'mart' order by 1"""


def dump(warehouse: psycopg.Connection[dict[str, Any]], without: dict[str, list[str]]) -> Dump:
    """Every row of every table of the platform's own, and of what it publishes, as JSON, without some columns."""
    tables = [row["name"] for row in warehouse.execute(_TABLES).fetchall()]
    assert set(without) <= set(tables)
    return {table: _rows(warehouse, table, without.get(table, [])) for table in tables}


def of_another_run(warehouse: psycopg.Connection[dict[str, Any]]) -> dict[str, list[str]]:
    """The columns, by table, that another run of the same day writes otherwise."""
    without = {table: list(columns) for table, columns in _OF_ANOTHER_RUN.items()}
    for row in warehouse.execute(_DRAWN).fetchall():
        without.setdefault(row["name"], []).append(row["column"])
    return without


def differences(one: Dump, other: Dump) -> dict[str, tuple[list[str], list[str]]]:
    """What differs, table by table: some rows that only the one has, and some that only the other has."""
    return {
        table: (sorted(set(one.get(table, [])) - set(other.get(table, [])))[:3], sorted(set(other[table]) - set(one[table]))[:3])
        for table in sorted(one.keys() | other.keys())
        if one.get(table) != other.get(table)
    }


def _rows(warehouse: psycopg.Connection[dict[str, Any]], table: str, without: list[str]) -> list[str]:
    query = f"select (to_jsonb(t) - %s::text[])::text as row from {table} t"
    return sorted(row["row"] for row in warehouse.execute(query, [without]).fetchall())
