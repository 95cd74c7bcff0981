"""A random sample of what the machine says whose records are, and what people say of it without being told that."""

from datetime import datetime

from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.decisions import ask
from cadre_cloud.warehouse.ledger import Row
from cadre_cloud.warehouse.links import MACHINE
from transforms.link.sample import Stratum

# Of each resource and evidence as many that are linked as such that are asked about: so a case does not tell which it is. Who may
# be a declared relative, or lives in which household, is nobody's to look at for this.
_DRAW = """
insert into core.link_sample (about, drawn_at)
select link_no, %(at)s from (
    select l.link_no, row_number() over (partition by l.resource, l.method, l.verdict order by random()) as place
    from core.link as l
    where l.known_to is null and l.decided_by = %(machine)s and l.resource <> 'population' and l.family_no is null
      and (l.verdict = 'same' or (l.verdict = 'undecided' and l.rank = 1))
      and not exists (select from core.link_sample as s where s.about = l.link_no)
) as drawn
where place <= %(most)s"""

_COUNT = """
with stands as (
    select resource, method, count(*) as links from core.link
    where known_to is null and decided_by = %(machine)s and verdict = 'same' and resource <> 'population' and family_no is null
    group by resource, method),
said as (
    select l.resource, l.method, count(*) filter (where b.verdict <> 'unsure') as labelled,
           count(*) filter (where b.verdict = 'same') as same, count(*) filter (where b.verdict = 'unsure') as unsure,
           count(*) filter (where b.verdict = 'different' and l.known_to is null) as different
    from core.link_label as b join core.link_sample as s using (sample_no) join core.link as l on l.link_no = s.about
    where l.verdict = 'same' group by l.resource, l.method)
insert into ledger.identity_sample (resource, method, links, labelled, same, unsure, different, counted_at)
select resource, method, links, coalesce(labelled, 0), coalesce(same, 0), coalesce(unsure, 0), coalesce(different, 0), %(at)s
from stands left join said using (resource, method)
returning resource, method, links, labelled, same, unsure, different"""

# Since linking was last allowed again: what was found before somebody mended.
_OF_RESOURCE = """
select count(*) filter (where b.verdict <> 'unsure') as labelled, count(*) filter (where b.verdict = 'same') as same
from core.link_label as b join core.link_sample as s using (sample_no) join core.link as l on l.link_no = s.about
where l.verdict = 'same' and l.resource = %(resource)s
  and b.at > coalesce((select max(t.released_at) from ledger.linking_stop as t where t.resource = l.resource), '-infinity')"""


def draw(warehouse: Warehouse, most: int, at: datetime) -> int:
    """Draw at random up to so many more links, and questions, of each resource and evidence; returns how many those are."""
    return warehouse.execute(_DRAW, {"most": most, "at": at, "machine": MACHINE}).rowcount


def cases(warehouse: Warehouse, who: str) -> list[Row]:
    """What waits for a label by a reviewer: what `core.sample_cases` gives, never what the machine says."""
    return warehouse.execute("select * from core.sample_cases(%s)", [who]).fetchall()


def label(warehouse: Warehouse, sample_no: int, verdict: str, who: str, why: str, at: datetime) -> bool:
    """Take what a reviewer says of a case: `same`, `different` or `unsure`; False where it was said before.

    Raises:
        Refused: there is no such case for this person.
    """
    ((row),) = ask(warehouse, "select core.label_sample(%s, %s, %s, %s, %s) as is_new", [sample_no, verdict, who, why, at])
    return bool(row["is_new"])


def count(warehouse: Warehouse, at: datetime) -> list[Row]:
    """Count what was said, by resource and evidence of the automatic links that stand, and keep that: `mart.identity_sample`."""
    warehouse.execute("delete from ledger.identity_sample")
    return warehouse.execute(_COUNT, {"machine": MACHINE, "at": at}).fetchall()


def of_resource(warehouse: Warehouse, resource: str) -> Stratum:
    """What was said of a resource's automatic links, since linking was last allowed again; of the links it does not tell."""
    row = warehouse.execute(_OF_RESOURCE, {"resource": resource}).fetchone()
    return Stratum(links=0, **row) if row else Stratum(0, 0, 0)
