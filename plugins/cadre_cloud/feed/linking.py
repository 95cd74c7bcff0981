"""What each load links: counted in the ledger, and stopped where it is suddenly worse, until somebody allows it again."""

from collections import Counter
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed.judge import Judged
from cadre_cloud.warehouse import identity, links, samples
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract
from transforms.link.drop import Linking, below_floor, drop

STOPPED = "stopped"  # in a statement's evidence: by itself it would be a link
_PLACE = ["source_key", "mention_no"]
_HELD = "select source_key, mention_no, cadre_no from core.link where resource = %s and known_to is null and verdict = 'same'"


def watched(warehouse: Warehouse, contract: Contract, delivery: Row, judged: Judged) -> Judged:
    """What a load says, unless it links so much less than was usual, or people found so many false, that linking stops.

    Of rows that stand in the officials' own files it is not asked: these say by our own number whose they are.

    Args:
        warehouse: inside the load's transaction.
        contract: whose delivery.
        delivery: `delivery_id`, and the `day` that it is of.
        judged: what came of its rows.
    """
    if contract.table:
        return judged
    if not identity.stop_of(warehouse, contract.resource):
        load = Linking(judged.mentions, judged.linked + judged.review, judged.linked)
        labelled = samples.of_resource(warehouse, contract.resource)
        before = identity.loads_before(warehouse, contract.resource, delivery["delivery_id"])
        if found := drop(load, before) or below_floor(labelled):
            identity.stop(warehouse, contract.resource, delivery, found)
    return as_allowed(warehouse, contract.resource, judged)


def as_allowed(warehouse: Warehouse, resource: str, judged: Judged) -> Judged:
    """What is stated of mentions, as far as linking is allowed: while it is stopped, a link that is new waits for a person.

    What was linked before and still is stays so.
    """
    if not identity.stop_of(warehouse, resource):
        return judged
    held = pa.Table.from_pylist(warehouse.execute(_HELD, [resource]).fetchall(), schema=links.PAIR)
    pairs = judged.statements.select(links.PAIR.names)
    stood = pc.is_in(_joined(pairs), value_set=_joined(held).combine_chunks())
    new = pc.and_(pc.equal(judged.statements["verdict"], "same"), pc.invert(stood))
    stopped = judged.statements.filter(new).group_by(_PLACE).aggregate([("method", "min")])
    by_method = Counter(stopped["method_min"].to_pylist())
    return replace(
        judged,
        statements=_asked(judged.statements, new),
        linked_by=judged.linked_by - by_method,
        stopped_by=judged.stopped_by + by_method,
    )


def note(warehouse: Warehouse, delivery_id: str, judged: Judged) -> None:
    """Note what a load's mentions came to, in place of an earlier run's."""
    nobody = Counter({"none": judged.mentions - judged.linked - judged.review})
    counted = {"automatic": judged.linked_by, STOPPED: judged.stopped_by, "review": judged.asked_by, "nobody": nobody}
    rows = [(method, outcome, number) for outcome, by in counted.items() for method, number in by.items() if number > 0]
    identity.note_load(warehouse, delivery_id, rows)


def _asked(statements: pa.Table, which: pa.ChunkedArray) -> pa.Table:
    """Some of the statements as questions, the others as they are."""
    evidence = pc.binary_join_element_wise(statements["evidence"], STOPPED, ", ", null_handling="skip")
    changed = {
        "verdict": pc.if_else(which, "undecided", statements["verdict"]),
        "rank": pc.if_else(which, pc.coalesce(statements["rank"], pa.scalar(1, pa.int32())), statements["rank"]),
        "evidence": pc.if_else(which, evidence, statements["evidence"]),
    }
    for name, values in changed.items():
        statements = statements.set_column(statements.column_names.index(name), statements.schema.field(name), values)
    return statements


def _joined(pairs: pa.Table) -> pa.ChunkedArray:
    """A pair as one value: keys are escaped, and hold no line break."""
    return pc.binary_join_element_wise(pairs["source_key"], pairs["mention_no"].cast(pa.string()), pairs["cadre_no"], "\n")
