"""Whose record it is: mentions and the roster in, links and questions out, each with its evidence and its probability."""

import pyarrow as pa

from transforms.link.candidates import candidates, may_concern
from transforms.link.decide import MOST, decide
from transforms.link.model import Model
from transforms.link.officials import MAY_LINK, OFFICIALS, OUTRIGHT, recognisable
from transforms.link.scheme import Scheme
from transforms.link.score import score

__all__ = ["BY_NUMBER", "MAY_LINK", "MOST", "OUTRIGHT", "STATEMENT", "candidates", "link", "may_concern", "recognisable"]

BY_NUMBER = "cadre_no"
STATEMENT = pa.schema([
    ("source_key", pa.string()), ("mention_no", pa.int32()), ("cadre_no", pa.string()),
    ("verdict", pa.string()), ("method", pa.string()), ("rank", pa.int32()), ("evidence", pa.string()),
    ("family_no", pa.string()), ("probability", pa.float64()), ("weights", pa.string()),
])  # fmt: skip


def link(
    mentions: pa.Table, roster: pa.Table, names: pa.Table, units: pa.Table, model: Model, resource: str = "",
    scheme: Scheme = OFFICIALS,
) -> pa.Table:  # fmt: skip
    """State which mentions are which officials.

    Args:
        mentions: of the form `mentions.MENTION`.
        roster: of the form that `roster.roster_table` gives, one row an official.
        names: `cadre_no, name_key`, present and former names.
        units: of the form `roster.ROSTER_UNIT`, present and former posts, their units under present and former names.
        model: what agreements and disagreements weigh.
        resource: whose mentions they are; of one that the model does not know the base rate is that of all.
        scheme: how they are found, compared and recognised; what is said here of forms and methods is said of `OFFICIALS`.

    Returns:
        A table of the form `STATEMENT`, none for a mention of nobody we know. `verdict` is `same`, at most once a
        mention, or `undecided`, once for each official who may be meant. `method` is the evidence: `cadre_no`, `full_id`,
        `old_id`, `hashed_id`, `masked_id`, or of what waits `full_id_other_name`, `old_id_other_name`, `hashed_id_other_name`,
        `masked_id_incomplete`, `name_sex_age`, `name_unit`, `several`. Of those who may be meant `rank` counts from 1, the
        likeliest, to `MOST`; `evidence` says of a `name_unit` what agrees and what does not. `probability` is that it is this
        official and no other, `weights` what that is made of, see `score.score`; both are null where evidence decides outright.
        `family_no` is null: see `relatives.link_relatives`.
    """
    with candidates(scheme.recognisable(mentions, roster, names), roster, names, units, scheme) as db:
        score(db, model, resource, scheme)
        return decide(db, model, scheme).cast(STATEMENT)
