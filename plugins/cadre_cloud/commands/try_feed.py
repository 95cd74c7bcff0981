"""Read a sample as its feed would, with no database: `python -m cadre_cloud.commands.try_feed FEED FILE`. Never a row's value."""

import argparse
import base64
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cadre_cloud import contracts
from cadre_cloud.causes import READABLE, cause_of
from cadre_cloud.commands.common import fail, show
from cadre_cloud.feed.refused import tally
from cadre_cloud.feed.trial import Trial, attempt
from cadre_cloud.sources.drop import is_meant
from cadre_cloud.sources.sample import arrival
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse.ledger import Finding
from transforms.contract import Contract, DropSource

SENTENCES = {
    "missing": "a required value is not there",
    "bad_format": "it is not of the agreed form",
    "not_a_number": "it is no number",
    "out_of_range": "it is a number out of range",
    "impossible_date": "there is no such day",
    "unknown_code": "it is none of the agreed codes or words",
    "bad_check_digit": "its check digit does not fit",
    "key_conflict": "one key comes with different content",
    "wrong_columns": "the row has more or fewer fields than the header",
    "undecodable": "it holds bytes that the agreed encoding does not know",
}


def try_feed(resource: str, path: Path) -> bool:
    """Print what would come of a sample as a first delivery; returns whether it would load.

    Raises:
        ContractError: there is no such feed, or its contract cannot be read.
        SourceError: there is no such file, or it holds no records.
    """
    contract = contracts.named(resource)
    with aside():
        trial = attempt(contract, arrival(contract, path))
        _columns(contract, trial)
        if trial.compared:
            _rows(contract, trial)
            _persons(trial)
            _suite(trial.findings)
    if isinstance(contract.source, DropSource) and not is_meant(path.name, contract.source.files):
        print(f"\nBy this name it would not be seen in the folder: the contract says {contract.source.files}.")
    print(f"\nIt would be held; the ledger would say: {trial.held}" if trial.held else "\nIt would load.")
    return trial.held is None


@contextmanager
def aside() -> Iterator[None]:
    """A var/ of this process alone, sealed under a key of its own, and both gone afterwards."""
    before = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="cadre-try-") as var:
        os.environ |= {"CADRE_VAR": var, "CADRE_KEY": base64.b64encode(secrets.token_bytes(32)).decode()}
        for name in ("CADRE_LANDING", "CADRE_KEY_BEFORE"):
            os.environ.pop(name, None)
        vault.cache_clear()
        try:
            bound_duckdb()
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
            vault.cache_clear()


def _columns(contract: Contract, trial: Trial) -> None:
    mapped = [(sent, column.name, column.type) for sent, column in contract.columns.items() if sent not in trial.missing]
    print(f"Columns: {len(mapped)} mapped, {len(contract.ignore)} ignored by name, {len(trial.unknown)} unknown, "
          f"{len(trial.missing)} missing")  # fmt: skip
    told = [
        *(("mapped", *row) for row in mapped),
        *(("ignored", sent, "", "") for sent in contract.ignore),
        *(("unknown", sent, "", "neither mapped nor ignored by the contract") for sent in trial.unknown),
        *(("removed", sent, "", f"{times} times: not named by the contract") for sent, times in trial.dropped.items()),
        *(("missing", sent, contract.columns[sent].name, f"perhaps called {partner} now" if partner else "")
          for sent, partner in trial.missing.items()),
    ]  # fmt: skip
    show(["", "as sent", "here", ""], told)


def _rows(contract: Contract, trial: Trial) -> None:
    assert trial.compared  # noqa: S101  # it was read
    counts, refused = trial.compared.counts, trial.compared.refused
    print(f"\nRows: {counts.received} received, {trial.compared.accepted} good, {len(refused)} refused, "
          f"{counts.duplicate} that only repeat another")  # fmt: skip
    sources = {column.name: sent for sent, column in contract.columns.items()}
    groups = sorted(tally(refused), key=lambda group: -group["count_all"])
    if groups:
        show(["refused", "as sent", "here", "reason", ""], [
            (group["count_all"], sources.get(group["field"], ""), group["field"], group["reason"], SENTENCES[group["reason"]])
            for group in groups
        ])  # fmt: skip


def _persons(trial: Trial) -> None:
    print("\nPersons whom the good rows name:")
    show(["", "whose", "by"], [(number, *kind) for kind, number in sorted(trial.persons.items(), key=lambda item: -item[1])])


def _suite(findings: list[Finding]) -> None:
    print(f"\nSuite: {sum(finding.success for finding in findings)} of {len(findings)} expectations met")
    show(["", "expectation", "column", "found"], [
        ("met" if finding.success else finding.severity, finding.expectation, finding.column or "", _found(finding))
        for finding in findings
    ])  # fmt: skip


def _found(finding: Finding) -> str:
    if finding.unexpected_share is not None:
        return f"{finding.unexpected_share:.1%} otherwise"
    return "" if finding.observed is None else f"{finding.observed:g}"


def main() -> int:
    """Try what the command line names; 0 where it would load, 1 where it would be held or cannot be read."""
    parser = argparse.ArgumentParser(prog="try", description="What would come of a sample as a first delivery.")
    parser.add_argument("feed", help="the resource, whose contract is dags/feeds/<resource>.yaml")
    parser.add_argument("file", type=Path, help="as the department sent it; of a gateway or a database JSON or CSV")
    given = parser.parse_args()
    try:
        return 0 if try_feed(given.feed, given.file) else 1
    except READABLE as error:
        return fail(f"{given.feed} was not tried: {cause_of(error)}.")


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # libraries tell of themselves
    sys.exit(main())
