"""The roster: for whom every feed is searched, and who joined it or is described differently since."""

from dataclasses import dataclass

import pyarrow as pa

from cadre_cloud.vault import vault
from cadre_cloud.warehouse import Warehouse
from transforms.roster import roster_names, roster_table, roster_units

# What an official is recognised by; a change of anything else asks for no new search.
_RECOGNISED_BY = "id_lookup, name, former_name, sex"


@dataclass(frozen=True)
class Roster:
    """Officials and their names as linking wants them, and the version of the roster that this is."""

    officials: pa.Table
    names: pa.Table
    units: pa.Table
    version: int

    def only(self, cadre_nos: list[str]) -> "Roster":
        """The same for some officials alone."""
        import pyarrow.compute as pc  # noqa: PLC0415

        wanted = pa.array(cadre_nos, pa.string())
        officials, names, units = (
            t.filter(pc.is_in(t["cadre_no"], value_set=wanted)) for t in (self.officials, self.names, self.units)
        )
        return Roster(officials, names, units, self.version)


def read(warehouse: Warehouse) -> Roster:
    """Everybody who is or was on the roster, with numbers in the clear: for the memory of one task alone."""
    read_version = version(warehouse)  # first, so that whoever joins meanwhile is searched for next time
    rows = warehouse.execute(
        "select cadre_no, id_cipher, sex from core.cadre where known_to is null order by cadre_no"
    ).fetchall()
    named = warehouse.execute(
        "select distinct cadre_no, n.name from core.cadre, lateral (values (name), (former_name)) as n (name) "
        "where n.name is not null order by 1, 2"
    ).fetchall()
    opened = vault().open_value
    officials = roster_table(pa.table({
        "cadre_no": pa.array([r["cadre_no"] for r in rows], pa.string()),
        "id_number": pa.array([opened(r["id_cipher"], context(r["cadre_no"])) for r in rows], pa.string()),
        "sex": pa.array([r["sex"] for r in rows], pa.string()),
    }))  # fmt: skip
    names = pa.table({key: pa.array([r[key] for r in named], pa.string()) for key in ("cadre_no", "name")})
    posted = warehouse.execute(
        "select distinct c.cadre_no, u.name as unit_name, u.uscc from core.cadre c join core.unit u using (unit_code)"
    ).fetchall()
    units = pa.table({key: pa.array([r[key] for r in posted], pa.string()) for key in ("cadre_no", "unit_name", "uscc")})
    return Roster(officials, roster_names(names), roster_units(units), read_version)


def version(warehouse: Warehouse) -> int:
    """The version of the roster that stands now: a number that grows with every change of it."""
    row = warehouse.execute("select coalesce(max(version_no), 0) as version from core.cadre").fetchone()
    return row["version"] if row else 0


def changed_since(warehouse: Warehouse, version: int) -> list[str]:
    """Officials who joined the roster, or whose number, names or sex became others, after that version of it."""
    rows = warehouse.execute(
        f"""
        select distinct cadre_no from (
            select cadre_no, version_no, ({_RECOGNISED_BY}) is distinct from lag(({_RECOGNISED_BY})) over history as differs
            from core.cadre window history as (partition by cadre_no order by version_no)) as told
        where version_no > %s and differs order by cadre_no""",
        [version],
    )
    return [row["cadre_no"] for row in rows]


def context(cadre_no: str) -> str:
    """What an official's encrypted number is bound to."""
    return f"cadre/{cadre_no}"
