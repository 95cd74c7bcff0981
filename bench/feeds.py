"""A city's feeds as linking meets them, without a warehouse: who is looked for, who is named, and whom the truth says it is."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from cadre_cloud import contracts
from cadre_cloud.commands.try_feed import aside
from cadre_cloud.feed import read
from cadre_cloud.sources.sample import arrival
from cadre_cloud.storage import landing
from transforms.contract import Contract
from transforms.duck import Scratch
from transforms.mentions import mentions_of, with_keys
from transforms.roster import roster_names, roster_table, roster_units

OWNER = pa.schema([
    ("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string()), ("cadre_no", pa.string()),
])  # fmt: skip

# The posts of a snapshot, at units under every name that these have; as `warehouse.roster` reads them.
_POSTS = """
with post as (
    select cadre_no, unit_code, post_title, started_on, ended_on from appointment
    union all
    select cadre_no, unit_code, post_title, null, null from cadre c
    where (cadre_no, unit_code) not in (select (cadre_no, unit_code) from appointment)
)
select distinct p.cadre_no, n.unit_name, u.uscc, p.post_title, p.started_on, p.ended_on
from post p join unit u using (unit_code), lateral (select unnest([u.name, u.short_name]) as unit_name) n
where n.unit_name is not null"""


@dataclass(frozen=True)
class Feeds:
    """Of the last day of a city.

    officials, names, units: the roster, as linking wants it. mentions: by resource the persons who may be officials, of the form
    `MENTION`, with their keys. owners: by resource whom they are, of the form `OWNER`; null is nobody on the roster. Mentions of
    rows that cannot be read are not there.
    """

    officials: pa.Table
    names: pa.Table
    units: pa.Table
    mentions: dict[str, pa.Table]
    owners: dict[str, pa.Table]


def read_feeds(city: Path) -> Feeds:
    """Read what the departments of a city folder deliver."""
    with aside():
        rows = {contract.resource: _rows(city, contract) for contract in contracts.every() if not contract.brings_forms}
    salt = yaml.safe_load((city / "city.yaml").read_text(encoding="utf-8"))["finance_salt"]
    cadres = rows["personnel"]
    with Scratch(cadre=cadres, appointment=rows["appointment"], unit=rows["unit"]) as db:
        posts = db.table(_POSTS)
        names = db.table("select distinct cadre_no, unnest([name, former_name]) as name from cadre")
    truth, mentions = _truth(city), {}
    for contract in contracts.every():
        if contract.resource in rows and not contract.makes_roster and not contract.shared_by:
            told = _mentions(rows[contract.resource], contract)
            if len(told):
                mentions[contract.resource] = with_keys(told)
    return Feeds(
        roster_table(cadres.select(["cadre_no", "id_number", "sex"]), salt),
        roster_names(names.filter(names["name"].is_valid())),
        roster_units(posts),
        mentions,
        {resource: truth[resource] for resource in mentions},
    )


def _mentions(rows: pa.Table, contract: Contract) -> pa.Table:
    """Who is named and has to be recognised among the officials."""
    told = mentions_of(rows, contract)
    among = [number for number, mention in enumerate(contract.mentions, start=1) if mention.among == "relatives"]
    is_own = pc.invert(pc.is_in(told["mention_no"], value_set=pa.array(among, pa.int32())))
    return told.filter(pc.and_(is_own, pc.is_null(told["cadre_no"])))


def _rows(city: Path, contract: Contract) -> pa.Table:
    """The good rows of a resource that stand on the last day: of a key the one that came last."""
    parts = [
        part.typed.good.append_column("came", pa.repeat(number, len(part.typed.good)))
        for number, file in enumerate(_files(city, contract))
        for part in _parts(contract, file)
    ]
    whole = contract.mode == "snapshot" and not contract.adds_up
    with Scratch(row=pa.concat_tables(parts, promote_options="default")) as db:
        newest = "came = (select max(came) from row)" if whole else "true"
        order = ", ".join(["came", *filter(None, [contract.cursor])])
        return db.table(f"""
            select * exclude (came) from row where {newest}
            qualify row_number() over (partition by source_key order by ({order}) desc, row_no desc) = 1""")


def _files(city: Path, contract: Contract) -> Iterator[Path]:
    """The files that were loaded, in order."""
    with (city / "truth" / "delivery.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["resource"] == contract.resource and row["outcome"] == "loaded":
                yield city / contract.resource / row["day"] / row["file"]


def _parts(contract: Contract, file: Path) -> Iterator[read.Part]:
    landed = landing.land(contract.resource, arrival(contract, file).chunks())
    return read.parts(contract, {"landing": landed.place})


def _truth(city: Path) -> dict[str, pa.Table]:
    """By resource, whom each mention of a readable row means on the last day."""
    found: dict[str, dict[tuple[str, int], dict]] = defaultdict(dict)
    with (city / "truth" / "owner.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            place = row["source_key"], int(row["mention_no"])
            if row["since"] and row["since"] >= found[row["resource"]].get(place, row)["since"]:
                owner = {"source_key": place[0], "mention_no": place[1], "subject": row["subject"]}
                found[row["resource"]][place] = owner | {"cadre_no": row["cadre_no"] or None, "since": row["since"]}
    return {resource: pa.Table.from_pylist(list(owners.values()), schema=OWNER) for resource, owners in found.items()}
