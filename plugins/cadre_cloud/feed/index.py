"""The index of what stands, with which the next delivery is compared: as it was laid down, or made again from landed bytes."""

import secrets
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud import settings
from cadre_cloud.feed import refused
from cadre_cloud.feed.read import Part, parts
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.ledger import Standing
from transforms.contract import Contract
from transforms.difference import Comparison
from transforms.index import seed_of

# Whose rows make up the index of what stands, in the order of their loads, as far as their bytes are there: what was loaded since
# the resource is read by this contract. A snapshot of which no row was refused says all that there is, if it is of everything.
_MAKE_IT_UP = """
with daily as (select * from ledger.delivery where resource = %(resource)s and purpose = 'daily' and state = 'loaded')
select * from daily where contract = %(contract)s and expired_at is null and loaded_at >= greatest(
    (select max(loaded_at) from daily where contract is distinct from %(contract)s),
    (select max(loaded_at) from daily where %(is_all)s and quarantined = 0), '-infinity')
order by loaded_at"""


def base_of(contract: Contract, stands: Standing | None) -> str | None:
    """The index to compare with, by the delivery that left it, be it a release.

    It is that of what stands, unless the contract reads rows otherwise by now: then every row is looked at.
    """
    return Path(stands.index_file).stem if stands and stands.contract == contract.reading_hash else None


def index_before(warehouse: Warehouse, contract: Contract, stands: Standing | None) -> pa.Table | None:
    """The index to compare with."""
    return standing_index(warehouse, contract, stands) if stands and base_of(contract, stands) else None


def standing_index(warehouse: Warehouse, contract: Contract, stands: Standing) -> pa.Table | None:
    """The index of what stands; where it is gone, or was made under another DuckDB, whose hashes differ, it is made again."""
    path = settings.var() / stands.index_file
    if stands.duckdb == duckdb.__version__ and path.exists() and seed_of(index := vault().read_table(path)):
        return index
    return _made_again(warehouse, contract, stands)


def against(contract: Contract, index: pa.Table | None) -> Comparison:
    """A comparison of a delivery's rows with an index, none at first."""
    seed = secrets.token_hex(32)
    beside = {"cursor": contract.cursor, "part": contract.snapshot_of}
    return Comparison(index, mode=contract.mode, columns=contract.content, seed=seed, **beside)


def _made_again(warehouse: Warehouse, contract: Contract, stands: Standing) -> pa.Table | None:
    """As one delivery after the other left it. What a row that is still refused says is not known, be it readable by now."""
    index, values = (
        None,
        {
            "resource": contract.resource,
            "contract": stands.contract,
            "is_all": contract.mode == "snapshot" and not contract.snapshot_of,
        },
    )
    for delivery in warehouse.execute(_MAKE_IT_UP, values).fetchall():
        rows = pa.array(refused.rows_of(warehouse, delivery["delivery_id"]), pa.int64())
        with against(contract, index) as comparison:
            for part in parts(contract, delivery):
                comparison.add(*_sorted(part, rows))
            index = comparison.end().index
    return index


def _sorted(part: Part, still_refused: pa.Array) -> tuple[pa.Table, pa.Array]:
    """A part's good rows, and the keys of the others."""
    values = part.typed.values
    bad = pc.or_(
        pc.is_in(values["row_no"], value_set=still_refused),
        pc.is_in(values["row_no"], value_set=part.typed.refused["row_no"].combine_chunks()),
    )
    return values.filter(pc.invert(bad)), values.filter(bad)["source_key"].combine_chunks()
