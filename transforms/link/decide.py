"""Who is linked, who is asked about and who is nobody: the one place where that is decided.

Only evidence that decides outright makes a link; a scheme says which does. A method by which a city lets probabilities link does,
too, where the probability, as it was borne out, is high enough, the bound of the error that was seen in alike cases allows it,
and no second official comes near: what was seen where nobody else was in question allows nothing beside a namesake. Every other
pair that has something for it waits for a person, and is never more than a question. What waits is ranked by how probable it is.
"""

import pyarrow as pa

from transforms.duck import Scratch
from transforms.link.model import Model
from transforms.link.scheme import Scheme

MOST = 10  # of those who may be meant by one mention, the likeliest wait for a person
SURE = 0.999  # a link by probability is at least so probable, and its upper bound of errors at most the rest
NEAR = -10.0  # bits; a second official for whom more speaks is too near for one to be linked
NOBODY = 0.0001  # who shares no number, and is less probable, is not asked about

_OUTRIGHT = """
create table outright as
select source_key, mention_no, any_value(cadre_no) as cadre_no, count(distinct cadre_no) as officials
from candidate where decides group by source_key, mention_no"""

# Where one official is meant outright, nobody else is asked about; where several are, no one of them is taken.
# The likeliest first: by a number, then by how probable it is.
_STATEMENTS = """
with judged as (
    select s.*, o.officials, coalesce(o.cadre_no = s.cadre_no, false) as is_outright,
           s.method = any($automatic) and s.probability >= $sure and s.most_errors <= 1 - $sure
           and row_number() over likeliest = 1
           and coalesce(lead(s.net_bits) over likeliest, $near) <= $near as is_sure
    from scored s left join outright o using (source_key, mention_no)
    window likeliest as (partition by s.source_key, s.mention_no order by s.net_bits desc, s.cadre_no)
),
stated as (
    select * exclude (method), if(officials > 1, 'several', method) as method,
           if(coalesce(officials, 0) = 1 or (officials is null and is_sure), 'same', 'undecided') as verdict,
           coalesce(bool_or(is_sure) over (partition by source_key, mention_no), false) as is_settled
    from judged
    where officials is null or (officials = 1 and is_outright) or (officials > 1 and method = any($outright))
),
ranked as (
    select *, row_number() over (partition by source_key, mention_no
                                 order by method = any($by_name), net_bits desc, cadre_no) as place
    from stated
    where verdict = 'same' or officials > 1 or (not is_settled and (method <> all($by_name) or probability >= $nobody))
)
select source_key, mention_no, cadre_no, verdict, method, if(verdict = 'undecided', place, null) as rank, evidence,
       null as family_no, if(method = any($outright), null, probability) as probability,
       if(method = any($outright), null, weights) as weights
from ranked
where place <= $most
order by source_key, mention_no, place"""


def decide(db: Scratch, model: Model, scheme: Scheme) -> pa.Table:
    """The statements of a scratch with `candidate` and `scored`."""
    db.run(_OUTRIGHT)
    return db.table(
        _STATEMENTS, automatic=list(model.automatic), sure=SURE, near=NEAR, nobody=NOBODY, most=MOST,
        outright=list(scheme.outright), by_name=list(scheme.by_name),
    )  # fmt: skip
