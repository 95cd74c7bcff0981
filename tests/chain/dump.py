"""Everything that a warehouse holds, in a form that can be compared."""

from typing import Any

import psycopg

Dump = dict[str, list[str]]

# When an extraction or a load last ended, and the file's time where the department dropped the same bytes again.
CLOCKS_OF_A_SECOND_RUN = {
    "ledger.settlement": ["extracted_at", "loaded_at"],
    "ledger.delivery": ["modified_at"],
}

# Another run of the same day writes at other times by the clock, under fresh nonces, and with other numbers: what a killed
# task drew from a sequence is not given out again. A mail's Message-ID is made from the numbers of the events
# it tells of, and how often it was tried is remembered, as is what went wrong on the way.
OF_ANOTHER_RUN = {
    "core.unit": ["version_no"],
    "core.cadre": ["version_no", "id_cipher"],
    "core.appointment": ["version_no"],
    "core.education": ["version_no"],
    "core.family": ["version_no", "id_cipher"],
    "core.form": ["version_no", "id_cipher"],
    "core.spell": ["version_no"],
    "core.assessment": ["version_no"],
    "core.training": ["version_no"],
    "core.archive": ["version_no"],
    "core.objective": ["version_no"],
    "core.declaration": ["version_no"],
    "core.record": ["record_no"],
    "core.mention": ["version_no", "id_cipher"],
    "core.link": ["link_no"],
    "core.alert_event": ["event_no"],
    "ledger.delivery": ["modified_at", "landed_at", "loaded_at"],
    "ledger.standing": ["roster_version"],
    "ledger.settlement": ["extracted_at", "loaded_at", "settled_at", "revision"],
    "ledger.publication": ["revision", "published_at"],
    "mail.message": ["message_id", "rendered_at", "sent_at", "attempts", "unanswered"],
    "mail.alert_told": ["event_no", "message_id"],
    "mail.notice_told": ["message_id"],
    "mart.delivery": ["landed_at", "loaded_at"],
    "mart.scorecard": ["failures"],  # what was overcome is counted, too
}

_TABLES = """
select format('%I.%I', schemaname, tablename) as name from pg_tables
where schemaname in ('core', 'ledger', 'mail') and tablename <> 'alembic_version'
union all select format('%I.%I', schemaname, viewname) from pg_views where schemaname = 'mart' order by 1"""


def dump(warehouse: psycopg.Connection[dict[str, Any]], without: dict[str, list[str]]) -> Dump:
    """Every row of every table of the platform's own, and of what it publishes, as JSON, without some columns."""
    tables = [row["name"] for row in warehouse.execute(_TABLES).fetchall()]
    assert set(without) <= set(tables)
    return {table: _rows(warehouse, table, without.get(table, [])) for table in tables}


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
