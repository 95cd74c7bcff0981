"""Rows that are worth keeping only together: where at least two officials share an item, such as a household."""

from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed.judge import Judged
from cadre_cloud.warehouse import links
from cadre_cloud.warehouse.connection import Warehouse
from transforms.contract import Contract

_PLACE = pa.schema([("source_key", pa.string()), ("item", pa.string())])
_WHO = pa.schema([("source_key", pa.string()), ("cadre_no", pa.string())])
_SAID = pa.schema([*_WHO, ("is_same", pa.bool_())])

# A row that is refused today, or whose snapshot closes nothing, still says what it did.
_STANDS = """
select source_key, detail ->> %s as item from core.record where resource = %s and known_to is null and left_on is null"""

_DECIDED = """
select source_key, cadre_no, verdict = 'same' as is_same from core.link
where resource = %s and known_to is null and decided_by <> %s and verdict <> 'withdrawn'"""


def shared(warehouse: Warehouse, contract: Contract, judged: Judged) -> Judged:
    """Of all that stands of a resource what officials share: of rows about one official alone nothing is stated, asked or kept.

    Only who certainly is an official counts. What has left the snapshot is left as it was.
    """
    places = _places(warehouse, contract, judged.rows)
    officials = places.join(_officials(warehouse, contract, judged), "source_key", join_type="inner")
    together = officials.group_by("item").aggregate([("cadre_no", "count_distinct")])
    together = together.filter(pc.greater(together["cadre_no_count_distinct"], 1))
    kept = officials.filter(_is_in(officials, together, "item"))
    alone = places.filter(pc.invert(_is_in(places, kept, "source_key")))

    def without_these(table: pa.Table) -> pa.Table:
        return table.filter(pc.invert(_is_in(table, alone, "source_key")))

    parts = {name: without_these(getattr(judged, name)) for name in ("rows", "named", "statements")}
    return replace(judged, **parts)


def _places(warehouse: Warehouse, contract: Contract, rows: pa.Table) -> pa.Table:
    """Of what comes now and of what stands already, the item that has to be shared; it is of the key, so that both agree."""
    item = contract.shared_by
    known = pa.Table.from_pylist(warehouse.execute(_STANDS, [item, contract.resource]).fetchall(), schema=_PLACE)
    if not len(rows):
        return known
    came = pa.table([rows["source_key"].cast(pa.string()), rows[item].cast(pa.string())], schema=_PLACE)
    return pa.concat_tables([came, known])


def _officials(warehouse: Warehouse, contract: Contract, judged: Judged) -> pa.Table:
    """Which rows are which officials, where a person decided by the person's word."""
    stated = judged.statements.filter(pc.equal(judged.statements["verdict"], "same")).select(_WHO.names)
    rows = warehouse.execute(_DECIDED, [contract.resource, links.MACHINE]).fetchall()
    decided = pa.Table.from_pylist(rows, schema=_SAID).join(judged.renamed, _WHO.names, join_type="left anti")
    stated = stated.join(decided, _WHO.names, join_type="left anti")
    return pa.concat_tables([stated, decided.filter(decided["is_same"]).select(_WHO.names)])


def _is_in(table: pa.Table, other: pa.Table, column: str) -> pa.Array:
    return pc.is_in(table[column], value_set=other[column].combine_chunks())
