"""Makes a city and writes it as the folder that stands in for all of its departments."""

import gc
import random
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from demo.city import departments, places
from demo.city.alerts import foretell
from demo.city.appointment import write_appointments
from demo.city.arrears import plant_arrears
from demo.city.audit import Ledger, write_audit
from demo.city.cast import Cast, assemble
from demo.city.contracts import plant_contracts
from demo.city.court import Court, write_court
from demo.city.days import DAYS, add_days
from demo.city.decisions import fill
from demo.city.declaration import Declarations, undeclared_voices
from demo.city.departments import assessment, exit_entry
from demo.city.docket import Docket, write_docket
from demo.city.education import write_education
from demo.city.estates import LAND_RULE, plant_estates
from demo.city.family import write_families
from demo.city.findings import plant_findings
from demo.city.land import Register, write_land
from demo.city.loans import Banks, write_loans
from demo.city.offences import plant_offences
from demo.city.past import Past, past_days
from demo.city.people import draw_people, strangers_for_sure
from demo.city.police import Police, write_police
from demo.city.roster import IN_OFFICE, TOUCHED_SINCE, Roster, write_roster
from demo.city.sanctions import plant_sanctions
from demo.city.taxation import TaxOffice, write_taxation
from demo.city.truth import Truth
from demo.city.units import draw_units, unit_days, write_units
from demo.city.voices import Snapshots, Voice, audit_voice, change_voices, court_voices, land_voice, loan_voice

OFFICIALS, RESIDENTS = 14_225, 200_000


def generate(out: Path, seed: int = 1, officials: int = OFFICIALS, residents: int = RESIDENTS, years: int = 0) -> None:
    """Write a city directory; the same arguments give the same bytes. `years` are those of its past that were delivered before.

    Raises ValueError where there are too few officials to play the planted parts.
    """
    gc.disable()  # nearly everything lives to the end: looking for garbage would take a fifth of the time
    try:
        City(seed, officials, residents, years).write(out)
    finally:
        gc.enable()


@dataclass
class City:
    """Everything that is drawn from one seed."""

    seed: int
    officials: int
    residents: int
    years: int

    def __post_init__(self) -> None:
        """Plant what must be there; when all parts are given away, fill in what happens every day."""
        self.units = draw_units(self._stream("units"))
        self.people = draw_people(self._stream("people"), self.officials, self.residents)
        self.cast: Cast = assemble(self._stream("cast"), self.people)
        days = past_days(self.years)
        self.roster = Roster(self._stream("roster"), self.cast, self.units, add_days(days[-1], 1) if days else TOUCHED_SINCE)
        self.roster.backlog()
        self.past = Past(self._stream("past"), days, self.units, self.roster)
        self.planted = self._plant()
        in_office = self.cast.uninvolved()
        fill(self._stream("decisions"), self.docket, self.cast, in_office)
        self.roster.change(1)
        self.roster.change(2)
        self.staying = [person for person in in_office if self.roster.rows[person.cadre_no]["a0163"] == IN_OFFICE]
        self.residents_for_sure = strangers_for_sure(self.people)
        self._fill()
        if self.years:
            self.past.sanction(self.docket, self.staying)
            self.past.grade(self._department(assessment), self.staying)

    def _stream(self, name: str) -> random.Random:
        """A stream of chance for each part of the city, so that a change to one leaves the others alone."""
        return random.Random(f"{self.seed}:{name}")

    @property
    def salt(self) -> str:
        """What the banks put before a number when they hash it."""
        return sha256(f"finance:{self.seed}".encode()).hexdigest()[:32]

    def _plant(self) -> list[Snapshots]:
        """Plant every department's situations; returns those of land, finance and audit."""
        stream, cast = self._stream, self.cast
        self.docket = Docket(stream("docket"), self.roster.posts(), past=self.past.days)
        plant_sanctions(stream("sanctions"), self.docket, cast)
        self.court = Court(stream("court"), cast)
        self.tax_office, self.police = TaxOffice(stream("taxation")), Police(stream("police"))
        plant_arrears(stream("arrears"), self.tax_office, cast)
        plant_offences(stream("offences"), self.police, cast)
        self.register, self.banks = Register(stream("land")), Banks(stream("finance"), self.salt)
        self.ledger = Ledger(stream("audit"), self.roster)
        planted = [
            plant_estates(stream("estates"), self.register, cast),
            plant_contracts(stream("contracts"), self.banks, cast),
            plant_findings(stream("findings"), self.ledger, cast, self.units),
        ]
        self.declarations = Declarations(stream("declaration"))
        self.declarations.plant(self.register, cast, planted[0])
        self.departments = departments.every(stream)
        for department in self.departments:
            department.plant(cast, self.roster)
        self.border = self._department(exit_entry)
        self.declarations.plant_certificates(self.border.issue, cast)
        return planted

    def _department(self, module: ModuleType) -> Any:
        """The department that a module has."""
        return next(one for one in self.departments if isinstance(one, module.Department))

    def _fill(self) -> None:
        """Fill departments with everyday records, which are about residents or about officials who have no part."""
        self.court.fill(self.staying)
        for department in (self.tax_office, self.police, *self.departments):
            department.fill(self.residents_for_sure, self.staying)

    def write(self, out: Path) -> None:
        """Write what each department delivers, and the truth beside it."""
        truth, stream = Truth(), self._stream
        self._write_head(out)
        self.past.write(out, truth, self._department(assessment))
        write_units(out, unit_days(stream("unit days"), self.units), truth)
        write_roster(out, self.roster, truth)
        write_appointments(out, self.roster, truth)
        write_education(out, self.roster, truth)
        write_families(out, stream("family"), self.people, self.roster, truth)
        write_docket(out, stream("lines"), self.docket, truth)
        write_court(out, self.court, truth)
        write_taxation(out, self.tax_office, truth)
        write_police(out, stream("police lines"), self.police, truth)
        voices = [*court_voices(self.court), *change_voices(self.tax_office, self.police), *self._write_snapshots(out, truth)]
        voices += self._write_declarations(out, truth, next(voice for voice in voices if voice.rule == LAND_RULE))
        for department in self.departments:
            department.write(out, truth)
            voices += department.voices()
        foretell(self.cast, self.roster, self.docket, voices, truth)
        truth.write(out / "truth")

    def _write_snapshots(self, out: Path, truth: Truth) -> list[Voice]:
        """Fill and write the large snapshots one after the other; of each only what is about officials stays in memory."""
        departments = (
            (self.register, write_land, land_voice),
            (self.banks, write_loans, loan_voice),
            (self.ledger, write_audit, audit_voice),
        )
        voices = []
        for (maker, write, voice), planted in zip(departments, self.planted, strict=True):
            everyday = maker.fill(self.residents_for_sure, self.staying)
            rows = {day: [*common, *planted[day]] for day, common in zip(planted, everyday, strict=True)}
            write(out, rows, truth)
            voices.append(voice(rows))
        return voices

    def _write_declarations(self, out: Path, truth: Truth, estates: Voice) -> list[Voice]:
        """Have officials declare what the registers of land and of certificates say of them, and write it."""
        certificates = self.border.states()
        self.declarations.fill(self.staying, estates.states[0], certificates[0])
        self.declarations.write(out, truth)
        return undeclared_voices(estates.states, certificates, self.declarations)

    def _write_head(self, out: Path) -> None:
        """Write `city.yaml`."""
        days = "".join(f"  - {day}\n" for day in DAYS)
        out.mkdir(parents=True, exist_ok=True)
        head = f'name: {places.CITY_NAME}\nregion_code: "{places.CITY}"\nfinance_salt: "{self.salt}"\ndays:\n{days}'
        if self.past.days:
            head += "past:\n" + "".join(f"  - {day}\n" for day in self.past.days)
        (out / "city.yaml").write_bytes(head.encode())
