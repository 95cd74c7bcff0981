"""How well records are linked, as the ledger keeps it: figures alone."""

from datetime import date

import pyarrow as pa
from psycopg import sql

from cadre_cloud.warehouse.connection import Warehouse, copy


def last_day(warehouse: Warehouse) -> date | None:
    """The last day of which anything is loaded."""
    row = warehouse.execute("select max(day) as day from ledger.delivery where state = 'loaded'").fetchone()
    return row["day"] if row else None


def note(warehouse: Warehouse, day: date, outcomes: pa.Table, calibration: pa.Table) -> None:
    """Note what an audit of a day found, in place of an earlier one's: `quality.OUTCOME` and `quality.CALIBRATION`."""
    warehouse.execute("delete from ledger.identity_outcome where day = %s", [day])
    warehouse.execute("delete from ledger.identity_calibration where day = %s", [day])
    for name, table in (("identity_outcome", outcomes), ("identity_calibration", calibration)):
        copy(warehouse, sql.Identifier("ledger", name), table.append_column("day", pa.repeat(day.isoformat(), len(table))))
