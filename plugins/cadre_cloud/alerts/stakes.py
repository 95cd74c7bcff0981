"""What hangs on the links that wait: which alerts there would be if they were taken as the machine ranks them."""

from datetime import date

import pyarrow as pa

from cadre_cloud.alerts.evaluation import OPEN, find
from cadre_cloud.alerts.rules import Severity, rules
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.connection import Warehouse, connect, stage

_GRAVITY: dict[Severity, int] = {"context": 0, "notice": 1, "attention": 2, "serious": 3}
_STAKE = {
    "resource": "text",
    "source_key": "text",
    "cadre_no": "text",
    "rule": "text",
    "matter": "text",
    "severity": "text",
    "gravity": "integer",
}

# Of each mention that waits the likeliest, where nobody is held to be meant; for as long as the transaction lasts.
_SUPPOSE = """
with likeliest as (
    select distinct on (resource, source_key, mention_no) link_no from core.link as l
    where known_to is null and verdict = 'undecided' and not exists (
        select from core.link as s
        where (s.resource, s.source_key, s.mention_no) = (l.resource, l.source_key, l.mention_no)
          and s.known_to is null and s.verdict = 'same')
    order by resource, source_key, mention_no, rank, cadre_no),
ended as (
    update core.link as l set known_to = greatest(now(), l.known_from)
    from likeliest where l.link_no = likeliest.link_no returning l.*)
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, family_no)
select resource, source_key, mention_no, subject, cadre_no, 'same', method, decided_by, known_to, family_no from ended
returning resource, source_key, cadre_no"""

_WAITING = "select distinct resource from core.link where known_to is null and verdict = 'undecided' order by resource"

_WRITE = f"""
with supposed as (select distinct resource, source_key, cadre_no from pg_temp.supposed)
insert into core.stake (resource, source_key, severity)
select distinct on (resource, source_key) resource, source_key, severity
from pg_temp.found join supposed using (resource, source_key, cadre_no)
where not exists (select from core.alert as a where (a.rule, a.cadre_no, a.matter) = (found.rule, found.cadre_no, found.matter)
                  and a.state in {OPEN})
order by resource, source_key, gravity desc"""


def weigh(day: date) -> None:
    """Reckon anew what hangs on each record with a mention that waits (`core.stake`), as of a business day.

    The rules are carried out over the links as they would be, in a transaction that is undone. Raises RuleError.
    """
    with connect() as warehouse:
        supposed, found = _suppose(warehouse, day)
        warehouse.rollback()
        stage(warehouse, "supposed", supposed, dict.fromkeys(supposed.column_names, "text"))
        stage(warehouse, "found", found, _STAKE)
        warehouse.execute("delete from core.stake")
        warehouse.execute(_WRITE)


def _suppose(warehouse: Warehouse, day: date) -> tuple[pa.Table, pa.Table]:
    """The pairs that are supposed, and what the rules find then, one row for each record that it rests on."""
    for row in warehouse.execute(_WAITING).fetchall():  # nobody decides or loads meanwhile, and none of us waits for the other
        ledger.lock_resource(warehouse, row["resource"])
    pairs = warehouse.execute(_SUPPOSE).fetchall()
    texts = {name: pa.string() for name in ("resource", "source_key", "cadre_no")}
    found = [
        {
            **record,
            **{name: row[name] for name in ("cadre_no", "rule", "matter", "severity")},
            "gravity": _GRAVITY[row["severity"]],
        }
        for rule in rules()
        for row in find(warehouse, rule, day)
        if not row["void"]
        for record in row["evidence"]
    ]
    schema = pa.schema({**dict.fromkeys(_STAKE, pa.string()), "gravity": pa.int32()})
    return pa.Table.from_pylist(pairs, pa.schema(texts)), pa.Table.from_pylist(found, schema)
