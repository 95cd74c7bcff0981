"""How good the links are: `python -m cadre_cloud.commands.identity_report`.

identity_report                                    what reviewers said of a sample, and what thirty days' loads came to
identity_report --truth=city/truth/owner.csv       holds the links against a truth, as a city has it that was made for a rehearsal

Figures alone, never anything of a person.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from cadre_cloud import contracts
from cadre_cloud.commands.common import carry_out, show
from cadre_cloud.feed import landed
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import identity, links, roster, samples
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import Warehouse, acted_at, connect
from transforms.contract import Contract
from transforms.link import quality
from transforms.link.sample import Stratum, estimate
from transforms.mentions import MENTION

BREAKDOWNS = (("resource", "form"), ("form",), ("method",), ("frequency",))

# What the machine says, and what it asked a person about, whatever became of that.
_SAID = """
select source_key, mention_no, cadre_no, method, rank, probability,
       case when verdict = 'same' and decided_by = %(machine)s then 'same' else 'undecided' end as verdict
from core.link
where resource = %(resource)s and known_to is null and (verdict <> 'withdrawn' or decided_by <> %(machine)s)"""
_STATEMENT = pa.schema([
    *links.PAIR, ("method", pa.string()), ("rank", pa.int32()), ("probability", pa.float64()), ("verdict", pa.string()),
])  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What an audit found: of a day, of the forms `quality.OUTCOME` and `quality.CALIBRATION`."""

    day: date
    outcomes: pa.Table
    calibration: pa.Table


def audit(truth: Path) -> Report:
    """Hold the links that stand against a truth, and note what came of it as the day's.

    Args:
        truth: CSV as `quality.owners` reads it.

    Raises:
        Refused: there is no such file, nothing is loaded, or the truth tells of none of what is.
    """
    with connect() as warehouse:
        day = identity.last_day(warehouse)
        if day is None:
            raise Refused("nothing has been loaded yet")
        feeds = [contract for contract in contracts.every() if contract.is_on and _links(contract)]
        owners = owners_of(truth, [contract.resource for contract in feeds], day.isoformat())
        judged = [_judge(warehouse, contract, owners[contract.resource]) for contract in feeds if contract.resource in owners]
        if not judged:
            raise Refused("this truth tells of no record that is loaded")
        found, borne_out = (pa.concat_tables(tables) for tables in zip(*judged, strict=True))
        identity.note(warehouse, day, found, borne_out)
    return Report(day, found, borne_out)


def owners_of(truth: Path, resources: Iterable[str], last_day: str = "9999-12-31") -> dict[str, pa.Table]:
    """By resource whom each mention means, as `quality.owners` tells; none for a resource of which the truth does not tell.

    Raises:
        Refused: it cannot be read.
    """
    try:
        columns = pacsv.open_csv(truth).schema.names
        told = pacsv.read_csv(truth, convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string())))
    except (OSError, pa.ArrowInvalid):
        raise Refused(f"{truth} cannot be read as CSV") from None
    if not {"resource", "source_key", "cadre_no"} <= set(columns):
        raise Refused(f"{truth} needs the columns resource, source_key, cadre_no")
    every = quality.owners(told, last_day)
    parts = {resource: every.filter(pc.equal(every["resource"], resource)).drop_columns("resource") for resource in resources}
    return {resource: part for resource, part in parts.items() if len(part)}


def _links(contract: Contract) -> bool:
    """Whether a feed names persons each of whom is looked for among the officials."""
    return bool(contract.mentions) and not (contract.makes_roster or contract.brings_forms or contract.shared_by)


def _judge(warehouse: Warehouse, contract: Contract, owners: pa.Table) -> tuple[pa.Table, pa.Table]:
    resource, mentions = contract.resource, landed.mentions(warehouse, contract)
    said = warehouse.execute(_SAID, {"resource": resource, "machine": links.MACHINE}).fetchall()
    statements = pa.Table.from_pylist(said, schema=_STATEMENT)
    found = quality.outcomes(resource, mentions.cast(MENTION), owners, statements, roster.names_of(warehouse))
    return found, quality.calibration(resource, owners, statements)


def tell(outcomes: pa.Table, calibration: pa.Table) -> None:
    """Print what was found, by everything that it may depend on."""
    for by in BREAKDOWNS:
        show_figures(outcomes, *by)
    if len(calibration):
        _show("Pairs by probability: predicted, and borne out", quality.calibrated(calibration, "least"))


def show_figures(outcomes: pa.Table, *by: str) -> None:
    """Print what became of mentions, by some columns."""
    _show(f"By {', '.join(by)}", quality.figures(outcomes, *by))


def _show(title: str, rows: list[dict[str, Any]]) -> None:
    print(f"\n{title}{'' if rows else ': none'}")
    told = [
        [f"{value:.4f}" if isinstance(value, float) else "–" if value is None else value for value in row.values()]
        for row in rows
    ]
    if rows:
        show([name.replace("_", " ") for name in rows[0]], told)


def _show_sample(strata: list[dict[str, Any]]) -> None:
    """Print what people said of a sample, and what follows for all links of a resource and an evidence that it is of."""
    told = [{**row, **quality.share("precision", row["same"], row["labelled"])} for row in strata]
    _show("By labels of reviewers, who did not know what the machine had said", told)
    found = estimate([Stratum(row["links"], row["labelled"], row["same"]) for row in strata])
    if found:
        share, least, most, labels = found
        print(f"In all: {share:.4f} of the links are right ({least:.4f} to {most:.4f} with 95 % confidence), by {labels} labels.")


def main() -> int:
    """Report."""
    parser = argparse.ArgumentParser(prog="identity_report", description="How good the links are, in figures.")
    parser.add_argument("--truth", type=Path, help="CSV that says whose each record is: resource, source_key, cadre_no, …")
    truth = parser.parse_args().truth
    bound_duckdb()
    if truth:
        report = audit(truth)
        print(f"Against the truth, {report.day}: shares with the bounds of their 95 % confidence (Wilson).")
        tell(report.outcomes, report.calibration)
    with connect() as warehouse:
        strata, loads = samples.count(warehouse, acted_at()), identity.loads(warehouse)
    _show_sample([row for row in strata if row["labelled"]])
    _show("Mentions of the last thirty days' loads, by what came of them", loads)
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
