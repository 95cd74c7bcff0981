"""Learn what agreements weigh on the feeds that are landed: `python -m cadre_cloud.commands.learn_links FILE` writes a model.

The platform links by it once `CADRE_LINK_MODEL` names the file. What people have decided bears its probabilities out. Which
methods may link by themselves stays as it is in the model that linked so far: that is for people to change, in the file.
"""

import argparse
import sys
from pathlib import Path

import pyarrow as pa

from cadre_cloud import contracts
from cadre_cloud.commands.common import carry_out
from cadre_cloud.feed import landed
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import links, roster
from cadre_cloud.warehouse.connection import Warehouse, connect
from cadre_cloud.warehouse.roster import Roster
from transforms.link.calibrate import calibrated, pairs
from transforms.link.model import Model
from transforms.mentions import MENTION

# What people decided of pairs, as it stands.
_DECIDED = """
select source_key, mention_no, cadre_no, verdict = 'same' as is_same from core.link
where resource = %s and known_to is null and decided_by <> %s and verdict in ('same', 'different')"""
_JUDGED = pa.schema([*links.PAIR, ("is_same", pa.bool_())])


def learn_links() -> Model:
    """The model of what is landed, on the roster as it stands."""
    from transforms.link.learn import learn  # noqa: PLC0415  # it brings Splink, which no task needs

    with connect() as warehouse:
        mentions, known = {}, dict[str, Roster]()
        for contract in contracts.every():
            told = landed.mentions(warehouse, contract) if contract.record and contract.is_on else MENTION.empty_table()
            if len(told):
                mentions[contract.resource], known[contract.resource] = told, roster.read(warehouse, contract)
        hashed = [each for each in known.values() if each.officials["id_hash"].null_count < len(each.officials)]
        officials = [*hashed, *known.values()][0]
        units = max((each.units for each in known.values()), key=len)
        model = learn(mentions, officials.officials, officials.names, units, "what was landed")
        judged = [_judged(warehouse, model, resource, told, known[resource]) for resource, told in mentions.items()]
    return calibrated(model, pa.concat_tables(judged))


def _judged(warehouse: Warehouse, model: Model, resource: str, mentions: pa.Table, known: Roster) -> pa.Table:
    """The resource's pairs that people decided, as the model has them."""
    found = pairs(mentions, known.officials, known.names, known.units, model, resource)
    decided = pa.Table.from_pylist(warehouse.execute(_DECIDED, [resource, links.MACHINE]).fetchall(), schema=_JUDGED)
    return found.join(decided, links.PAIR.names, join_type="inner")


def main() -> int:
    """Learn, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m cadre_cloud.commands.learn_links", description=__doc__)
    parser.add_argument("file", type=Path, help="which the model is written to")
    file = parser.parse_args().file
    bound_duckdb()
    file.write_text(learn_links().as_json(), encoding="utf-8")
    print(f"Written. CADRE_LINK_MODEL={file} has the platform link by it.")
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
