"""What is really so in the city, beside what its departments deliver. The platform never reads it."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from pathlib import Path

from demo.city.people import Person
from demo.city.write import write_csv, write_fields

OWNER = ("resource", "source_key", "cadre_no", "mention_no", "subject", "form", "since")
PERSON = ("cadre_no", "name", "former_name", "id_number", "sex", "born", "level", "joined_on", "part")
BAD_ROW = ("resource", "day", "file", "row_no", "source_key", "field", "reason")
DELIVERY = ("resource", "day", "file", "outcome", "rows", "duplicate", "why")
ALERT = ("day", "rule", "cadre_no", "state", "matter", "why", "severity", "subject", "if_confirmed")
SPELL = ("cadre_no", "started_on", "ended_on", "kind", "text", "readable", "style", "line")

Place = tuple[str, str, int]  # resource, source_key, mention_no
Owner = tuple[str, str, str, str]  # cadre_no, subject, form, since


def normal(value: str) -> str:
    """A key item as keys compare: NFKC, trimmed."""
    return (value if value.isascii() else unicodedata.normalize("NFKC", value)).strip()


def source_key(*values: str) -> str:
    """The key items in the form that every resource shares: normal, escaped, joined."""
    return "|".join(normal(value).replace("\\", "\\\\").replace("|", "\\|") for value in values)


@dataclass
class Truth:
    """Collects the rows of the truth's files while the city is made."""

    owners: dict[Place, Owner] = field(default_factory=dict)
    former_owners: list[tuple[Place, Owner]] = field(default_factory=list)
    persons: list[dict] = field(default_factory=list)
    bad_rows: list[dict] = field(default_factory=list)
    deliveries: list[dict] = field(default_factory=list)
    alerts: list[dict] = field(default_factory=list)
    spells: list[dict] = field(default_factory=list)

    def own(
        self, resource: str, day: str, row: dict, key: str, person: Person | None, *, form: str, mention_no: int = 1,
        subject: str = "self",
    ) -> None:  # fmt: skip
        """Say whom a record's mention means; `None` and residents are nobody on the roster.

        A record may be corrected to be about somebody else; the one before remains, with the day since when it was theirs.
        `day` is when the row is delivered, empty where its file is held. `form` is what the record gives of the identity:
        `cadre_no`, `full_id`, `legacy_id`, `masked_id`, `bare_masked_id` (with neither age nor birth), `hashed_id`, `name`,
        `other_id`, which says nothing, `form` or `form_with_number` of an approval form, or `none`, where nobody is named. A
        representative comes with a masked number and neither age nor birth.
        """
        place, cadre_no = (resource, key, mention_no), person.cadre_no if person else ""
        before, since = self.owners.get(place), "" if "_bad" in row else day
        if before and before[-1]:
            if not since:  # refused: what stands is what was delivered before
                return
            if before[0] != cadre_no:
                self.former_owners.append((place, before))
            else:
                since = before[-1]
        self.owners[place] = (cadre_no, subject, form, since)

    def own_all(self, resource: str, days: dict[str, list[dict]], *, key_of: Callable, form_of: Callable) -> None:
        """Say whom each row means that names one person. A snapshot's rows are mostly those of the one before: once is enough."""
        told: set[int] = set()
        for day, rows in days.items():
            for row in rows:
                if id(row) not in told and not row.get("_keyless"):
                    self.own(resource, day, row, key_of(row), row["_person"], form=form_of(row))
            told.update(map(id, rows))

    def deliver(self, resource: str, day: str, file: str, rows: int, *, outcome: str = "loaded", **more: object) -> None:
        """Say what must become of a file."""
        self.deliveries.append(
            {"resource": resource, "day": day, "file": file, "outcome": outcome, "rows": rows, "duplicate": 0} | more
        )

    def condemn(self, resource: str, day: str, file: str, rows: list[dict], *, key_of: Callable) -> None:
        """List a file's bad rows: `_bad` says which field and why, `_keyless` that not even the key can be read."""
        for row_no, row in enumerate(rows, start=1):
            if bad := row.get("_bad"):
                key = "" if row.get("_keyless") else key_of(row)
                place = {"resource": resource, "day": day, "file": file, "row_no": row_no, "source_key": key}
                self.bad_rows.append(place | {"field": bad[0], "reason": bad[1]})

    def write(self, folder: Path) -> None:
        """Write the six files."""
        owners = (
            (resource, key, cadre_no, mention_no, subject, form, since)
            for (resource, key, mention_no), (cadre_no, subject, form, since) in sorted(
                chain(self.owners.items(), self.former_owners), key=lambda owned: (owned[0], owned[1][-1])
            )
        )
        write_fields(folder / "owner.csv", chain([OWNER], owners))
        write_csv(folder / "person.csv", PERSON, self.persons)
        write_csv(folder / "bad_row.csv", BAD_ROW, self.bad_rows)
        write_csv(folder / "delivery.csv", DELIVERY, self.deliveries)
        write_csv(folder / "alert.csv", ALERT, self.alerts)
        write_csv(folder / "spell.csv", SPELL, self.spells)


def count_duplicates(rows: list[dict], columns: tuple[str, ...]) -> int:
    """How many good rows repeat another one word for word."""
    values = itemgetter(*columns)
    good = [values(row) for row in rows if "_bad" not in row]
    return len(good) - len(set(good))
