"""A sample read as a delivery would be, by the same code, and forgotten: nothing of it reaches the warehouse."""

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from cadre_cloud.feed.compare import Compared
from cadre_cloud.feed.drift import drift
from cadre_cloud.feed.examine import broken, examine
from cadre_cloud.feed.index import against
from cadre_cloud.feed.sentences import held_by, unreadable
from cadre_cloud.feed.usual import tolerate
from cadre_cloud.sources import Arrival
from cadre_cloud.storage import landing
from cadre_cloud.warehouse.connection import acted_at
from cadre_cloud.warehouse.ledger import Finding
from transforms.contract import Contract
from transforms.formats.unreadable import Unreadable
from transforms.mentions import mentions_of, with_keys

# By what a mention would be linked, the strongest first.
FORMS = {
    "cadre_no": "number of the roster",
    "id_number": "full number",
    "id_old": "old number of 15 digits",
    "id_hash": "hashed number",
    "id_masked": "masked number",
    "unit_key": "name and unit",
    "uscc": "name and unit",
    "name_key": "name alone",
}
NOBODY = "nobody"


@dataclass(frozen=True)
class Trial:
    """What would come of a sample as a first delivery.

    held: what the ledger would say, none where it would load. missing: columns that hold it, each with the new one that it
    probably is. unknown: columns that the contract neither maps nor ignores. compared: its rows, none where it cannot be read.
    persons: how many are named, by subject and form of identity.
    """

    held: str | None
    unknown: list[str]
    missing: dict[str, str | None] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    compared: Compared | None = None
    findings: list[Finding] = field(default_factory=list)
    persons: Counter[tuple[str, str]] = field(default_factory=Counter)


def attempt(contract: Contract, arrival: Arrival) -> Trial:
    """Land, read and judge a sample below a var/ that is thrown away afterwards."""
    landed = landing.land(contract.resource, arrival.chunks())
    delivery = {"delivery_id": "trial", "landing": landed.place}
    try:
        found = examine(contract, delivery, against(contract, None))
    except Unreadable as error:
        moved = drift(contract, landed.place, error) or {"missing": [], "new": [], "renamed": {}}
        missing = {sent: moved["renamed"].get(sent) for sent in moved["missing"]}
        return Trial(unreadable(contract, error), moved["new"], missing, arrival.dropped)
    findings = tolerate(found.findings, contract.tolerated, acted_at().date())
    fault = broken(findings)
    held = held_by(fault, found.compared.counts.received, None, contract) if fault else None
    persons = _persons(contract, found.compared)
    return Trial(held, found.unknown, {}, arrival.dropped, found.compared, findings, persons)


def _persons(contract: Contract, compared: Compared) -> Counter[tuple[str, str]]:
    """Mentions of all good rows by subject and form; rows that name none are about nobody."""
    counts: Counter[tuple[str, str]] = Counter()
    for rows in (part.rows for part in compared.news()):
        mentions = with_keys(mentions_of(rows, contract))
        forms = pc.coalesce(*(_where(mentions, column, form) for column, form in FORMS.items()))
        counts.update(zip(mentions["subject"].to_pylist(), forms.to_pylist(), strict=True))
        counts["", NOBODY] += len(rows) - len(mentions["source_key"].unique())
    return +counts


def _where(mentions: pa.Table, column: str, form: str) -> pa.Array:
    return pc.if_else(pc.is_valid(mentions[column]), form, pa.scalar(None, pa.string()))
