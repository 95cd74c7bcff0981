"""The roster: for whom every feed is searched, and who joined it or is described differently since."""

from dataclasses import dataclass

import pyarrow as pa
from psycopg.rows import DictRow

from cadre_cloud import settings
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse.connection import Warehouse
from cadre_cloud.warehouse.link_model import link_model
from transforms.contract import Contract
from transforms.link import STATEMENT, link, may_concern, recognisable
from transforms.link.model import Model
from transforms.relatives import Relatives, link_relatives, relatives_of
from transforms.roster import roster_names, roster_table, roster_units

# What an official, and a post, is recognised by; a change of anything else asks for no new search.
_RECOGNISED_BY = "id_lookup, name, former_name, sex"
_POST = "unit_code, post_title, started_on, ended_on, cadre_no"


def _changed(table: str, key: str, recognised_by: str) -> str:
    """The statement that finds whose row of a table says something else after a version than before it, or nothing before."""
    return f"""
    select distinct cadre_no from (
        select cadre_no, version_no, ({recognised_by}) is distinct from lag(({recognised_by})) over history as differs
        from core.{table} window history as (partition by {key} order by version_no)) as told
    where version_no > %s and differs"""


_CHANGED = _changed("cadre", "cadre_no", _RECOGNISED_BY)
_CHANGED_BY_POST = _changed("cadre", "cadre_no", f"{_RECOGNISED_BY}, unit_code, post_title")
_CHANGED_POSTS = _changed("appointment", "appointment_no", _POST)
_CHANGED_FAMILIES = _changed("family", "family_no", "id_lookup, name, cadre_no, left_on")

_POSTS_OF = pa.schema([
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

# Relatives whom officials on the roster declare at present, with a number: only by one is anybody looked for.
_FAMILY = """
select family_no, cadre_no, name, id_cipher from core.family
where known_to is null and left_on is null and id_cipher is not null
  and cadre_no in (select cadre_no from core.cadre where known_to is null)
order by family_no"""

# Links to what is no longer declared: a version that ended has no newer one.
_UNDECLARED = """
select distinct l.cadre_no from core.link as l
where l.resource = %s and l.family_no is not null and l.known_to is null and l.verdict in ('same', 'undecided')
  and not exists (select from core.family as f where f.family_no = l.family_no and f.cadre_no = l.cadre_no
                  and f.known_to is null and f.left_on is null)"""


@dataclass(frozen=True)
class Roster:
    """Officials, their names and their units as linking wants them, and the version of the roster that this is.

    resource: whose rows are searched for them. model: what agreements and disagreements weigh there. relatives: whom officials
    declared, where a contract's rows are looked through for them.
    """

    officials: pa.Table
    names: pa.Table
    units: pa.Table
    version: int
    resource: str
    model: Model
    relatives: Relatives | None = None

    def only(self, cadre_nos: list[str]) -> "Roster":
        """The same for some officials alone."""
        import pyarrow.compute as pc  # noqa: PLC0415

        wanted = pa.array(cadre_nos, pa.string())
        tables = (self.officials, self.names, self.units)
        officials, names, units = (table.filter(pc.is_in(table["cadre_no"], value_set=wanted)) for table in tables)
        relatives = self.relatives and self.relatives.only(wanted)
        return Roster(officials, names, units, self.version, self.resource, self.model, relatives)

    def recognisable(self, mentions: pa.Table) -> pa.Table:
        """The mentions that may be somebody here, as `link.recognisable` says."""
        own, theirs = self._by_whom(mentions)
        found = recognisable(own, self.officials, self.names)
        if not self.relatives:
            return found
        return pa.concat_tables([found, recognisable(theirs, self.relatives.persons, self.relatives.names)])

    def may_concern(self, mentions: pa.Table) -> pa.Table:
        """Source keys of mentions with something for being somebody here, as `link.may_concern` says."""
        own, theirs = self._by_whom(mentions)
        found = may_concern(own, self.officials, self.names, self.units)
        if not self.relatives:
            return found
        return pa.chunked_array([*found.chunks, *self._relatives(theirs)["source_key"].chunks], pa.string())

    def link(self, mentions: pa.Table) -> pa.Table:
        """State which mentions are which officials, or relatives of which."""
        own, theirs = self._by_whom(mentions)
        found = link(own, self.officials, self.names, self.units, self.model, self.resource)
        return pa.concat_tables([found, self._relatives(theirs)]) if self.relatives else found

    def _relatives(self, mentions: pa.Table) -> pa.Table:
        return link_relatives(mentions, self.relatives, self.model, self.resource) if self.relatives else STATEMENT.empty_table()

    def _by_whom(self, mentions: pa.Table) -> tuple[pa.Table, pa.Table]:
        """The mentions that may be officials, and those that may be relatives."""
        import pyarrow.compute as pc  # noqa: PLC0415

        if not self.relatives:
            return mentions, mentions.slice(0, 0)
        is_relative = pc.equal(mentions["subject"], "relative")
        return mentions.filter(pc.invert(is_relative)), mentions.filter(is_relative)


def read(warehouse: Warehouse, contract: Contract) -> Roster:
    """Everybody who is or was on the roster, as a contract's mentions are linked; numbers in the clear, for one task's memory."""
    read_version = version(warehouse, contract)  # first, so that whoever joins meanwhile is searched for next time
    rows = warehouse.execute(
        "select cadre_no, id_cipher, sex from core.cadre where known_to is null order by cadre_no"
    ).fetchall()
    opened = vault().open_value
    numbers = [row["id_cipher"] and opened(row["id_cipher"], context(row["cadre_no"])) for row in rows]  # a form may have none
    cadres = pa.table({**_columns(rows, "cadre_no", "sex"), "id_number": pa.array(numbers, pa.string())})
    salt = settings.salt(contract.resource) if any(mention.id_hash for mention in contract.mentions) else None
    posts = pa.Table.from_pylist(warehouse.execute(_POSTS).fetchall() if _by_unit(contract) else [], schema=_POSTS_OF)
    relatives = relatives_of(_family(warehouse), salt) if contract.names_relatives else None
    tables = roster_table(cadres, salt), names_of(warehouse), roster_units(posts)
    return Roster(*tables, read_version, contract.resource, link_model(), relatives)


def names_of(warehouse: Warehouse) -> pa.Table:
    """The names that officials have and had, `cadre_no, name_key`."""
    return roster_names(pa.table(_columns(warehouse.execute(_NAMES).fetchall(), "cadre_no", "name")))


def _family(warehouse: Warehouse) -> pa.Table:
    rows = warehouse.execute(_FAMILY).fetchall()
    numbers = [vault().open_value(row["id_cipher"], relative_context(row["family_no"])) for row in rows]
    return pa.table({**_columns(rows, "family_no", "cadre_no", "name"), "id_number": pa.array(numbers, pa.string())})


def _columns(rows: list[DictRow], *names: str) -> dict[str, pa.Array]:
    return {name: pa.array([row[name] for row in rows], pa.string()) for name in names}


def version(warehouse: Warehouse, contract: Contract) -> int:
    """The version of the roster that stands now: a number that grows with every change of it, 0 as long as there is none.

    Where a contract's rows are looked through for relatives it grows with theirs, too, and where officials are meant by their
    posts, with those: all of them number their versions in one order.
    """
    relatives = "select max(version_no) from core.family" if contract.names_relatives else "select null::bigint"
    posts = "select max(version_no) from core.appointment" if _by_unit(contract) else "select null::bigint"
    row = warehouse.execute(
        f"select case when c.version is null then 0 else greatest(c.version, ({relatives}), ({posts})) end as version "
        "from (select max(version_no) as version from core.cadre) as c"
    ).fetchone()
    return row["version"] if row else 0


def changed_since(warehouse: Warehouse, contract: Contract, version: int) -> list[str]:
    """Officials for whom a contract's rows are to be searched: who joined the roster after a version, or changed.

    Where relatives are looked for, also whoever declared one, declared one differently, or no longer declares one; where
    officials are meant by their posts, whoever was appointed, transferred or had it put right.
    """
    found = _officials(warehouse, _CHANGED_BY_POST if _by_unit(contract) else _CHANGED, version)
    if _by_unit(contract):
        found |= _officials(warehouse, _CHANGED_POSTS, version)
    if contract.names_relatives:
        found |= _officials(warehouse, _CHANGED_FAMILIES, version)
        found |= {row["cadre_no"] for row in warehouse.execute(_UNDECLARED, [contract.resource])}
    return sorted(found)


def _officials(warehouse: Warehouse, changed: str, version: int) -> set[str]:
    return {row["cadre_no"] for row in warehouse.execute(changed, [version])}


def _by_unit(contract: Contract) -> bool:
    return any(mention.unit_name for mention in contract.mentions)


def context(cadre_no: str) -> str:
    """What an official's encrypted number is bound to."""
    return f"cadre/{cadre_no}"


def relative_context(family_no: str) -> str:
    """What a declared relative's encrypted number is bound to."""
    return f"family/{family_no}"
