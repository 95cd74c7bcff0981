"""Who is linked, who is asked about and who is nobody: the one place where that is decided.

Only evidence that decides outright makes a link: the organization department's own number; a valid full identity number, of 18
digits or the 15 of before 2000, with a name that the official has or had; the hash of one with the family name and the birth
year; or a masked one with such a name, the sex and the age. A method by which a city lets probabilities link does, too, where the
probability, as it was borne out, is high enough, the bound of the error that was seen allows it, and nothing speaks for a second
official. Every other pair that has something for it waits for a person, and is never more than a question: an enterprise's
representative by a masked number without an age, a name with a unit. What waits is ranked by how probable it is.
"""

import pyarrow as pa

from transforms.duck import Scratch
from transforms.link.model import Model

MOST = 10  # of those who may be meant by one mention, the likeliest wait for a person
OUTRIGHT = ("cadre_no", "full_id", "old_id", "hashed_id", "masked_id")  # methods that decide by themselves
BY_NAME = ("name_unit", "name_sex_age")  # methods without a number
SURE = 0.999  # a link by probability is at least so probable, and its upper bound of errors at most the rest
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
           and count(*) over (partition by s.source_key, s.mention_no) = 1 as is_sure
    from scored s left join outright o using (source_key, mention_no)
),
stated as (
    select * exclude (method), if(officials > 1, 'several', method) as method,
           if(coalesce(officials, 0) = 1 or (officials is null and is_sure), 'same', 'undecided') as verdict
    from judged
    where officials is null or (officials = 1 and is_outright) or (officials > 1 and method = any($outright))
),
ranked as (
    select *, row_number() over (partition by source_key, mention_no
                                 order by method = any($by_name), net_bits desc, cadre_no) as place
    from stated
    where verdict = 'same' or officials > 1 or method <> all($by_name) or probability >= $nobody
)
select source_key, mention_no, cadre_no, verdict, method, if(verdict = 'undecided', place, null) as rank, b.evidence,
       null as family_no, if(method = any($outright), null, probability) as probability,
       if(method = any($outright), null, weights) as weights
from ranked left join by_post b using (source_key, mention_no, cadre_no)
where place <= $most
order by source_key, mention_no, place"""


def decide(db: Scratch, model: Model) -> pa.Table:
    """The statements of a scratch with `candidate`, `by_post` and `scored`."""
    db.run(_OUTRIGHT)
    return db.table(
        _STATEMENTS, automatic=list(model.automatic), sure=SURE, nobody=NOBODY, most=MOST, outright=list(OUTRIGHT),
        by_name=list(BY_NAME),
    )  # fmt: skip
