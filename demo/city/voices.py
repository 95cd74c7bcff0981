"""What the rules that look at one record alone say on each day: of each the records, how loud, and what takes it back."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.city import audit, defendants, land, loans, parties, police, taxation
from demo.city.arrears import TAX_RULE
from demo.city.contracts import LOAN_RULE
from demo.city.court import Court
from demo.city.debtors import LISTED_RULE
from demo.city.defendants import CRIMINAL_RULE, DEBTOR_RULE
from demo.city.estates import LAND_RULE
from demo.city.expect import Known, Matter, Said, newest, snapshots
from demo.city.findings import AUDIT_RULE
from demo.city.offences import POLICE_RULE
from demo.city.people import known_names
from demo.city.police import Police
from demo.city.taxation import TaxOffice

Snapshots = dict[int, list[dict]]  # by the day on which they are delivered


@dataclass(frozen=True)
class Voice:
    """A rule that is one a record. `severity` is empty where it is silent; `is_void`: it should not have spoken.

    `waits` says of which records only a person can say whom they mean.
    """

    rule: str
    states: list[dict[str, dict]]
    severity: Callable[[dict, str], str]
    is_void: Callable[[dict], bool] = lambda _: False
    recognises: Callable[[dict, Known], bool] | None = None
    waits: Callable[[dict], bool] = lambda _: False

    def matters(self, number: int, day: str, known: Known) -> dict[Matter, Said]:
        """What the rule says on a day, the first one being 0."""
        found = {}
        for key, row in self.states[number].items():
            severity = self.severity(row, day)
            if severity and self._recognised(row, known):
                matter = self.rule, row["_person"].cadre_no, key.partition("#")[0]
                found[matter] = Said(frozenset([key]), severity, row.get("_subject", "self"), self.waits(row))
        return found

    def retracts(self, said: Said, number: int, known: Known) -> bool:
        """Whether what ended on a day should not have stood: the record is there, but void, or proved to be another's."""
        rows = [self.states[number][key] for key in said.evidence if key in self.states[number]]
        return bool(rows) and all(self.is_void(row) or not self._recognised(row, known) for row in rows)

    def _recognised(self, row: dict, known: Known) -> bool:
        return (self.recognises or recognised)(row, known)


def recognised(row: dict, known: Known) -> bool:
    """Whether the roster of the day lets anybody know whom a record means: by its own number and a name that fits."""
    person = row["_person"]
    official = known.rows.get(person.cadre_no) if person else None
    if not official or row.get("_obscure"):
        return False
    return official["a0184"].upper() == person.id_number and official["a0101"] in known_names(person)


def on_roster(row: dict, known: Known) -> bool:
    """Whether the official is known at all; that the record means them, a person has said."""
    return row["_person"].cadre_no in known.rows


def court_voices(court: Court) -> list[Voice]:
    """The three rules about parties; the courts' last file is held."""
    states = snapshots([*court.days[:-1], None], parties.key_of)
    return [
        Voice(LISTED_RULE, states, defendants.listed_severity, lambda row: not defendants.is_debtor(row)),
        Voice(DEBTOR_RULE, states, defendants.debtor_severity, lambda row: not defendants.is_debtor(row)),
        Voice(CRIMINAL_RULE, states, defendants.criminal_severity, defendants.is_cleared),
    ]


def change_voices(office: TaxOffice, force: Police) -> list[Voice]:
    """Arrears, and decisions of the police."""
    notices = newest(list(office.days), taxation.key_of, "gxsj")
    decisions = newest(list(force.days), police.key_of, "GXSJ")
    return [
        Voice(TAX_RULE, notices, taxation.severity, taxation.is_revoked, waits=taxation.is_enterprises),
        Voice(POLICE_RULE, decisions, police.severity, police.is_revoked),
    ]


def land_voice(estates: Snapshots) -> Voice:
    """Land that is used against the law."""
    return Voice(LAND_RULE, _states(estates, land.key_of), land.is_illegal)


def loan_voice(contracts: Snapshots) -> Voice:
    """Loans that are bad or late."""
    return Voice(LOAN_RULE, _states(contracts, loans.key_of), loans.severity)


def audit_voice(findings: Snapshots) -> Voice:
    """What would be said of the auditors' findings if a person had confirmed whom they mean."""
    named = {day: [row for found in rows for row in _mentions(found)] for day, rows in findings.items()}
    return Voice(AUDIT_RULE, _states(named, _mention_key), audit.severity, recognises=on_roster, waits=lambda _: True)


def _states(days: Snapshots, key_of: Callable[[dict], str]) -> list[dict[str, dict]]:
    """What the snapshots say of officials on each day."""
    about = {day: [row for row in rows if row["_person"] and row["_person"].cadre_no] for day, rows in days.items()}
    return snapshots([about.get(number) for number in range(3)], key_of)


def _mentions(found: dict) -> list[dict]:
    """A finding once for each official whom it names."""
    people = [(number, person) for number, person in enumerate(found["_people"], start=1) if person.cadre_no]
    return [found | {"_person": person, "_mention_no": number} for number, person in people]


def _mention_key(row: dict) -> str:
    return f"{audit.key_of(row)}#{row['_mention_no']}"
