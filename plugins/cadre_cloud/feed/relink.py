"""What is landed and held of a resource, judged again: a new version of the linker shows what it would say otherwise."""

from typing import Any

from cadre_cloud.feed.search import search_again
from cadre_cloud.warehouse import ledger, roster
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Standing
from transforms.contract import Contract

Row = dict[str, Any]

_BEFORE = """
create temp table before on commit drop as
select mention_no, source_key, cadre_no, verdict, method from core.link
where resource = %(resource)s and known_to is null and verdict <> 'withdrawn'"""

_DIFFERENCES = """
with now as (
    select mention_no, source_key, cadre_no, verdict, method from core.link
    where resource = %(resource)s and known_to is null and verdict <> 'withdrawn')
select %(resource)s as resource, source_key, mention_no, cadre_no,
       b.method as method_before, b.verdict as verdict_before, n.method as method_now, n.verdict as verdict_now
from pg_temp.before b full join now n using (source_key, mention_no, cadre_no)
where (b.verdict, b.method) is distinct from (n.verdict, n.method)
order by source_key, mention_no, cadre_no"""

# A snapshot is all that stands; of changes, and of files that add up, whatever came and is still there, the latest first.
_LANDED = """
select delivery_id from ledger.delivery
where resource = %s and state = 'loaded' and expired_at is null and landing is not null order by loaded_at desc"""


def relink(warehouse: Warehouse, contract: Contract) -> list[Row]:
    """Judge all persons whom a resource names again, in the caller's transaction: one that is rolled back has only looked.

    What a person decided is not touched, and no department is asked.

    Args:
        warehouse: inside a transaction, on a connection that holds the resource's turn (`ledger.take_turns`).
        contract: whose mentions.

    Returns:
        Pairs of a mention and an official that are now stated otherwise, or not at all, or newly: `resource, source_key,
        mention_no, cadre_no, method_before, verdict_before, method_now, verdict_now`; what is withdrawn is null.
    """
    stands = ledger.standing(warehouse, contract.resource)
    if contract.keeps_everybody or stands is None:
        return []
    everybody = roster.read(warehouse, contract)
    warehouse.execute("drop table if exists pg_temp.before")
    warehouse.execute(_BEFORE, {"resource": contract.resource})
    officials = everybody.officials["cadre_no"].to_pylist()
    search_again(warehouse, contract, stands.day, _landed(warehouse, contract, stands), everybody, officials)
    ledger.note_judged_again(warehouse, contract.resource, stands.day)
    return warehouse.execute(_DIFFERENCES, {"resource": contract.resource}).fetchall()


def _landed(warehouse: Warehouse, contract: Contract, stands: Standing) -> list[str]:
    if contract.mode == "snapshot" and not contract.adds_up:
        return [stands.delivery_id]
    return [row["delivery_id"] for row in warehouse.execute(_LANDED, [contract.resource])]
