"""The banks' big snapshots, drawn by columns: rows of the shape that the demo city's banks deliver, with hashed numbers."""

import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.deliveries import draw_people
from cadre_cloud import settings
from demo.city.identity import hashed
from demo.city.loans import AS_OF, BAD, BANKS, BORROWER, GUARANTOR, NORMAL, SCHEMA, WATCHED
from demo.city.names import starred

OFFICIALS_SHARE = 0.01
RESIDENTS_SHARE = 0.25  # residents a row
CLASSES = (NORMAL, WATCHED, *BAD)


def draw(rng: np.random.Generator, rows: int, first: int, officials: Sequence[dict[str, str]]) -> pa.Table:
    """Draw loans, numbered from the first, a borrower's and a guarantor's in turn where a contract has both."""
    people = draw_people(random.Random(first), round(rows * RESIDENTS_SHARE), officials)  # noqa: S311
    who = pa.array(people.draw(rng, rows, OFFICIALS_SHARE))
    contract = np.repeat(np.arange(rows), rng.choice((1, 1, 1, 2), rows))[:rows]
    is_second = np.arange(rows) > np.searchsorted(contract, contract)
    risk = rng.choice(len(CLASSES), rows, p=(0.92, 0.055, 0.01, 0.01, 0.005))
    salt = settings.salt("finance")
    columns = {
        "contract_no": pc.binary_join_element_wise("HT", pc.utf8_lpad(pa.array(contract + first).cast(pa.string()), 9, "0"), ""),
        "party_type": pc.if_else(pa.array(is_second), GUARANTOR, BORROWER),
        "name_masked": pa.array([starred(name) for name in people.name]).take(who),
        "id_sha256": pa.array([hashed(salt, number) for number in people.number]).take(who),
        "birth_year": pa.array([int(born[:4]) for born in people.born], pa.int32()).take(who),
        "institution": pa.array(BANKS).take(pa.array(rng.integers(0, len(BANKS), rows))),
        "balance": pa.array(rng.integers(0, 10**8, rows) / 100).cast(pa.decimal128(18, 2)),
        "overdue_days": pa.array(np.where(risk > 0, rng.integers(1, 900, rows), 0), pa.int32()),
        "risk_class": pa.array(CLASSES).take(pa.array(risk)),
        "as_of": pa.repeat(pa.scalar(AS_OF, pa.date32()), rows),
    }
    return pa.table(columns, schema=SCHEMA)
