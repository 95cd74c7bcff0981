"""How often pairs were the same person that a model holds for so probable: what a probability is worth."""

from dataclasses import replace

import pyarrow as pa

from transforms.duck import Scratch
from transforms.link.candidates import candidates
from transforms.link.model import Model, Seen
from transforms.link.officials import recognisable
from transforms.link.score import score

BINS = (-1000.0, -7.0, 0.0, 7.0)  # bits; 7 are 128 to 1

_SEEN = """
select method, beside, bin as least_bits, count(*) as pairs, count(*) filter (where is_same) as same
from (select *, list_max(list_filter($bins, lambda least: net_bits >= least)) as bin from pair)
where method <> 'cadre_no' group by method, beside, bin order by method, beside, bin"""


def pairs(
    mentions: pa.Table, officials: pa.Table, names: pa.Table, units: pa.Table, model: Model, resource: str
) -> pa.Table:  # fmt: skip
    """Every pair of a resource that has something for it, as the model alone has it: `resource`, and what `score.score` tells."""
    told = recognisable(mentions, officials, names)
    with candidates(told, officials, names, units) as db:
        score(db, replace(model, seen=()), resource)
        return db.table("select $resource as resource, * from scored", resource=resource)


def calibrated(model: Model, judged: pa.Table) -> Model:
    """The model with what is known of pairs.

    Args:
        model: whose probabilities are to be borne out.
        judged: what `pairs` gives, of pairs of which it is known whether they are the same person, `is_same`.
    """
    with Scratch(pair=judged) as db:
        rows = db.table(_SEEN, bins=list(BINS)).to_pylist()
    return replace(model, seen=tuple(Seen(**row) for row in rows))
