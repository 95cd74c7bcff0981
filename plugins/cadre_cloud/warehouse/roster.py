"""The roster: for whom every feed is searched, and who joined it or is described differently since."""

from dataclasses import dataclass

import pyarrow as pa
from psycopg.rows import DictRow

from cadre_cloud import settings
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse.connection import Warehouse
from transforms.contract import Contract
from transforms.roster import roster_names, roster_table, roster_units

# What an official is recognised by; a change of anything else asks for no new search.
_RECOGNISED_BY = "id_lookup, name, former_name, sex"

_POST = pa.schema([
    *((name, pa.string()) for name in ("cadre_no", "unit_name", "uscc", "post_title")),
    ("started_on", pa.date32()), ("ended_on", pa.date32()),
])  # fmt: skip

_NAMES = """
select distinct cadre_no, n.name from core.cadre, lateral (values (name), (former_name)) as n (name)
where n.name is not null order by 1, 2"""

# Posts as they are known now, with the time of each, at units under every name that these have or had; a unit of the roster
# that no appointment tells of has no time.
_POSTS = """
with post as (
    select cadre_no, unit_code, post_title, started_on, ended_on from core.appointment where known_to is null
    union all
    select c.cadre_no, c.unit_code, c.post_title, null, null from core.cadre c
    where not exists (select from core.appointment a
                      where a.known_to is null and (a.cadre_no, a.unit_code) = (c.cadre_no, c.unit_code))
)
select distinct p.cadre_no, n.unit_name, u.uscc, p.post_title, p.started_on, p.ended_on
from post p join core.unit u using (unit_code), lateral (values (u.name), (u.short_name)) as n (unit_name)
where n.unit_name is not null order by 1, 2, 3, 4, 5, 6"""


@dataclass(frozen=True)
class Roster:
    """Officials, their names and their units as linking wants them, and the version of the roster that this is."""

    officials: pa.Table
    names: pa.Table
    units: pa.Table
    version: int

    def only(self, cadre_nos: list[str]) -> "Roster":
        """The same for some officials alone."""
        import pyarrow.compute as pc  # noqa: PLC0415

        wanted = pa.array(cadre_nos, pa.string())
        tables = (self.officials, self.names, self.units)
        officials, names, units = (table.filter(pc.is_in(table["cadre_no"], value_set=wanted)) for table in tables)
        return Roster(officials, names, units, self.version)


def read(warehouse: Warehouse, contract: Contract) -> Roster:
    """Everybody who is or was on the roster, as a contract's mentions are linked; numbers in the clear, for one task's memory."""
    read_version = version(warehouse)  # first, so that whoever joins meanwhile is searched for next time
    rows = warehouse.execute(
        "select cadre_no, id_cipher, sex from core.cadre where known_to is null order by cadre_no"
    ).fetchall()
    opened = vault().open_value
    numbers = [row["id_cipher"] and opened(row["id_cipher"], context(row["cadre_no"])) for row in rows]  # a form may have none
    cadres = pa.table({**_columns(rows, "cadre_no", "sex"), "id_number": pa.array(numbers, pa.string())})
    salt = settings.salt(contract.resource) if any(mention.id_hash for mention in contract.mentions) else None
    names = _columns(warehouse.execute(_NAMES).fetchall(), "cadre_no", "name")
    by_unit = any(mention.unit_name for mention in contract.mentions)
    posts = pa.Table.from_pylist(warehouse.execute(_POSTS).fetchall() if by_unit else [], schema=_POST)
    return Roster(roster_table(cadres, salt), roster_names(pa.table(names)), roster_units(posts), read_version)


def _columns(rows: list[DictRow], *names: str) -> dict[str, pa.Array]:
    return {name: pa.array([row[name] for row in rows], pa.string()) for name in names}


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
