"""Whose the rows of a big delivery are: the officials with the numbers that they show, of which each is one person's."""

import pyarrow as pa

from bench import place
from transforms.duck import Scratch
from transforms.mentions import mentions_of

_QUALITY = """
with owner as (
    select m.source_key, m.mention_no, r.cadre_no from mention m join roster r on m.id_number = r.id_number
    union all
    select m.source_key, m.mention_no, r.cadre_no from mention m join roster r on m.id_old = r.id_old
),
told as (
    select distinct source_key, mention_no, cadre_no
    from found semi join (select * from mention where coalesce(id_number, id_old) is not null) using (source_key, mention_no)
),
counted as (
    select (select count(*) from told) as found, (select count(*) from owner) as there,
           (select count(*) from told semi join owner using (source_key, mention_no, cadre_no)) as right_ones
)
select found as linked, found - right_ones as "false", right_ones / found as "precision", right_ones / there as recall
from counted"""
_SHOWN = ["source_key", "mention_no", "id_number", "id_old"]


def quality(found: pa.Table) -> dict[str, float]:
    """How right links are, of rows that show an identity number: `linked`, `false`, `precision`, `recall`.

    Args:
        found: `source_key, mention_no, cadre_no`.
    """
    from cadre_cloud import contracts  # noqa: PLC0415

    contract, roster = contracts.named(place.resource()), place.kept("roster")
    mentions = pa.concat_tables(mentions_of(rows, contract).select(_SHOWN) for rows in place.kept_rows())
    with Scratch(mention=mentions, roster=roster.officials, found=found) as db:
        return db.table(_QUALITY).to_pylist()[0]
