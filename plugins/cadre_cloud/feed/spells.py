"""Officials' résumés as dated spells, kept in step with the résumés."""

from datetime import datetime

import pyarrow as pa

from cadre_cloud.warehouse import versions
from cadre_cloud.warehouse.connection import Warehouse, stage
from transforms.resume import SPELL, spells

_KEY = ["cadre_no", "spell_no"]

_GONE = """
create temp table gone on commit drop as
select s.cadre_no, s.spell_no from core.spell s
where s.known_to is null and s.cadre_no = any(%s)
  and not exists (select from pg_temp.incoming i where (i.cadre_no, i.spell_no) = (s.cadre_no, s.spell_no))"""

_UNREAD = """
select delivery_id, array_agg(cadre_no order by cadre_no) as cadre_nos, array_agg(resume order by cadre_no) as resumes
from core.cadre c
where known_to is null and resume ~ '\\S'
  and not exists (select from core.spell s where s.cadre_no = c.cadre_no and s.known_to is null)
group by delivery_id order by min(version_no)"""


def write(warehouse: Warehouse, cadres: pa.Table, at: datetime, delivery_id: str) -> int:
    """Bring the spells of some officials up to their résumés; a spell that a résumé no longer has is no longer held.

    Args:
        warehouse: inside a transaction.
        cadres: `cadre_no`, each once, and `resume`.
        at: since when it is known.
        delivery_id: what brought it.

    Returns:
        How many versions of spells end or begin.
    """
    types = versions.column_types(warehouse, "spell")
    found = spells(cadres.select(["cadre_no", "resume"]))
    stage(warehouse, "incoming", found, {column: types[column] for column in SPELL.names})
    warehouse.execute("drop table if exists pg_temp.gone")
    warehouse.execute(_GONE, [cadres["cadre_no"].to_pylist()])
    ended = versions.end(warehouse, "spell", _KEY, at)
    return ended + versions.write(warehouse, "spell", _KEY, SPELL.names, at, delivery_id)


def catch_up(warehouse: Warehouse, at: datetime) -> None:
    """Read the résumés that have no spells yet, such as those of before there were any. `at`: since when it is known."""
    for row in warehouse.execute(_UNREAD).fetchall():
        cadres = pa.table({"cadre_no": row["cadre_nos"], "resume": row["resumes"]})
        write(warehouse, cadres, at, row["delivery_id"])
