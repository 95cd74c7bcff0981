"""Statements on whose record it is, kept append-only: a machine's may be undone by a machine, a person's only by a person.

Unless the record names somebody else now: that was not decided. Where nothing says that the new name is the same official, the
machine withdraws the person's `same`, with the reason, and the mention is judged as any other.
"""

from datetime import datetime

import pyarrow as pa

from cadre_cloud.warehouse.connection import Warehouse, stage
from transforms.linker import VERSION

MACHINE = "machine"
PAIR = pa.schema([("source_key", pa.string()), ("mention_no", pa.int32()), ("cadre_no", pa.string())])
_TEXTS = ("subject", "cadre_no", "verdict", "method", "evidence", "family_no")
_HELD = pa.schema([*PAIR, ("subject", pa.string()), ("by_person", pa.bool_())])

# A person said it of somebody else. What that had withdrawn of other officials is withdrawn by the machine then, too.
_RENAMED = """
with ended as (
    update core.link as l set known_to = greatest(%(at)s, l.known_from)
    from pg_temp.renamed as r
    where l.resource = %(resource)s and l.source_key = r.source_key and l.mention_no = r.mention_no
      and l.known_to is null and l.decided_by <> %(machine)s and l.verdict in ('same', 'withdrawn')
      and not exists (select from pg_temp.stated as s where s.source_key = r.source_key
                                                        and s.mention_no = r.mention_no and s.cadre_no = r.cadre_no)
    returning l.*)
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, reason, known_from,
                       delivery_id, family_no, linker)
select resource, source_key, mention_no, subject, cadre_no, 'withdrawn', method, %(machine)s,
       'the record names somebody else now, or nobody, or no declared relative any more', known_to, %(delivery_id)s, family_no,
       %(linker)s
from ended"""

# A person's statement binds the machine: on that pair, and, where it said which official it is, on the whole mention.
# Somebody may be the relative of several.
_BIND = """
delete from pg_temp.stated as s using core.link as l
where l.resource = %(resource)s and l.source_key = s.source_key and l.mention_no = s.mention_no
  and l.known_to is null and l.decided_by <> %(machine)s
  and (l.cadre_no = s.cadre_no or (l.verdict = 'same' and l.family_no is null))"""

_END = """
with ended as (
    update core.link as l set known_to = greatest(%(at)s, l.known_from)
    from pg_temp.judged as j
    where l.resource = %(resource)s and l.source_key = j.source_key and l.mention_no = j.mention_no
      and l.known_to is null and l.decided_by = %(machine)s
      and not exists (select from pg_temp.stated as s
                      where s.source_key = l.source_key and s.mention_no = l.mention_no and s.cadre_no = l.cadre_no
                        and s.verdict = l.verdict and s.method = l.method
                        and (s.rank, s.evidence, s.family_no, s.probability, s.weights)
                            is not distinct from (l.rank, l.evidence, l.family_no, l.probability, l.weights))
      and (l.verdict <> 'withdrawn'
           or exists (select from pg_temp.stated as s where s.source_key = l.source_key and s.mention_no = l.mention_no
                                                        and s.cadre_no = l.cadre_no))
    returning l.*)
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, delivery_id,
                       family_no, linker)
select resource, source_key, mention_no, subject, cadre_no, 'withdrawn', method, %(machine)s, known_to, %(delivery_id)s,
       family_no, %(linker)s
from ended
where not exists (select from pg_temp.stated as s where s.source_key = ended.source_key
                                                    and s.mention_no = ended.mention_no and s.cadre_no = ended.cadre_no)"""

# Not before what stands: somebody may have decided since the morning whose day is run again.
_STATE = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, rank, evidence, probability,
                       weights, decided_by, family_no, linker, known_from, delivery_id)
select %(resource)s, s.source_key, s.mention_no, s.subject, s.cadre_no, s.verdict, s.method, s.rank, s.evidence, s.probability,
       s.weights, %(machine)s, s.family_no, %(linker)s,
       greatest(%(at)s, (select max(l.known_from) from core.link as l where l.resource = %(resource)s
                         and l.source_key = s.source_key and l.mention_no = s.mention_no)), %(delivery_id)s
from pg_temp.stated as s
where not exists (select from core.link as l
                  where l.resource = %(resource)s and l.source_key = s.source_key and l.mention_no = s.mention_no
                    and l.cadre_no = s.cadre_no and l.known_to is null)
order by s.source_key, s.mention_no, s.cadre_no
returning verdict"""


def held(warehouse: Warehouse, resource: str) -> pa.Table:
    """Pairs of a resource that a statement is held of: `source_key, mention_no, cadre_no, subject`, and `by_person`."""
    rows = warehouse.execute(
        "select source_key, mention_no, cadre_no, min(subject) over (partition by source_key, mention_no) as subject, "
        "verdict <> 'withdrawn' and decided_by <> %s as by_person from core.link where resource = %s and known_to is null",
        [MACHINE, resource],
    ).fetchall()
    return pa.Table.from_pylist(rows, schema=_HELD)


def write(
    warehouse: Warehouse, resource: str, judged: pa.Table, statements: pa.Table, renamed: pa.Table, at: datetime, delivery_id: str
) -> int:
    """Bring the links of some mentions up to what is stated of them now.

    Args:
        warehouse: inside a transaction.
        resource: whose mentions.
        judged: `source_key, mention_no, subject` of every mention that was looked at and may have had a link.
        statements: of the form `transforms.link.STATEMENT`.
        renamed: of the form `PAIR`, mentions that a person decided to be an official and in which somebody else is named now.
        at: since when it is known.
        delivery_id: what brought it.

    Returns:
        How many mentions are newly held to be an official.
    """
    place = {"source_key": "text", "mention_no": "integer"}
    stage(warehouse, "judged", judged, place)
    stage(warehouse, "renamed", renamed, {**place, "cadre_no": "text"})
    subjects = (
        judged.select(["source_key", "mention_no", "subject"]).group_by(["source_key", "mention_no", "subject"]).aggregate([])
    )
    stated = statements.join(subjects, keys=["source_key", "mention_no"], join_type="inner")
    stage(
        warehouse,
        "stated",
        stated,
        {**place, **dict.fromkeys(_TEXTS, "text"), "rank": "integer", "probability": "double precision", "weights": "jsonb"},
    )
    values = {"resource": resource, "machine": MACHINE, "at": at, "delivery_id": delivery_id, "linker": VERSION}
    for statement in (_RENAMED, _BIND, _END):
        warehouse.execute(statement, values)
    return sum(row["verdict"] == "same" for row in warehouse.execute(_STATE, values).fetchall())
