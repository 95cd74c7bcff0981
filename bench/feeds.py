"""A city's feeds as linking meets them, without a warehouse: who is looked for, who is named, and whom the truth says it is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import yaml

from cadre_cloud import contracts
from cadre_cloud.commands.identity_report import owners_of
from cadre_cloud.commands.try_feed import aside
from cadre_cloud.feed import read
from cadre_cloud.sources.sample import arrival
from cadre_cloud.storage import landing
from transforms.contract import Contract
from transforms.duck import Scratch
from transforms.roster import roster_names, roster_table, roster_units
from transforms.standing import standing, to_recognise

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
    `MENTION`, with their keys. owners: by resource whom they are, as `quality.owners` tells. Mentions of rows that cannot be read
    are not there.
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
    mentions = {}
    for contract in contracts.every():
        if contract.resource in rows and not contract.makes_roster and not contract.shared_by:
            told = to_recognise(rows[contract.resource], contract)
            if len(told):
                mentions[contract.resource] = told
    return Feeds(
        roster_table(cadres.select(["cadre_no", "id_number", "sex"]), salt),
        roster_names(names.filter(names["name"].is_valid())),
        roster_units(posts),
        mentions,
        owners_of(city / "truth" / "owner.csv", mentions),
    )


def _rows(city: Path, contract: Contract) -> pa.Table:
    """The good rows of a resource that stand on the last day: of a key the one that came last."""
    parts = [
        part.typed.good.append_column("came", pa.repeat(number, len(part.typed.good)))
        for number, file in enumerate(_files(city, contract))
        for part in _parts(contract, file)
    ]
    return standing(pa.concat_tables(parts, promote_options="default"), contract)


def _files(city: Path, contract: Contract) -> Iterator[Path]:
    """The files that were loaded, in order."""
    with (city / "truth" / "delivery.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["resource"] == contract.resource and row["outcome"] == "loaded":
                yield city / contract.resource / row["day"] / row["file"]


def _parts(contract: Contract, file: Path) -> Iterator[read.Part]:
    landed = landing.land(contract.resource, arrival(contract, file).chunks())
    return read.parts(contract, {"landing": landed.place})
