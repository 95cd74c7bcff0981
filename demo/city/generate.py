"""Makes a city and writes it as the folder that stands in for all of its departments."""

import random
from hashlib import sha256
from pathlib import Path

from demo.city import places
from demo.city.alerts import foretell
from demo.city.cast import assemble
from demo.city.court import Court, write_court
from demo.city.days import DAYS
from demo.city.decisions import fill
from demo.city.docket import Docket, write_docket
from demo.city.people import draw_people
from demo.city.roster import Roster, write_roster
from demo.city.sanctions import plant_sanctions
from demo.city.truth import Truth
from demo.city.units import draw_units, unit_days, write_units

OFFICIALS, RESIDENTS = 14_225, 120_000


def generate(out: Path, seed: int = 1, officials: int = OFFICIALS, residents: int = RESIDENTS) -> None:
    """Write a city directory; the same arguments give the same bytes.

    Raises ValueError where there are too few officials to play the planted parts.
    """

    def stream(name: str) -> random.Random:
        """A stream of chance for each part of the city, so that a change to one leaves the others alone."""
        return random.Random(f"{seed}:{name}")

    truth = Truth()
    units = draw_units(stream("units"))
    people = draw_people(stream("people"), officials, residents)
    cast = assemble(stream("cast"), people)
    roster = Roster(stream("roster"), cast, units)
    roster.backlog()
    docket = Docket(stream("docket"), roster.posts())
    plant_sanctions(stream("sanctions"), docket, cast)
    court = Court(stream("court"), cast)
    in_office = cast.uninvolved()  # once all parts are given away
    fill(stream("decisions"), docket, cast, in_office)
    court.fill(in_office)
    roster.change(1)
    roster.change(2)

    _write_head(out, seed)
    write_units(out, unit_days(stream("unit days"), units), truth)
    write_roster(out, roster, truth)
    write_docket(out, stream("lines"), docket, truth)
    write_court(out, court, truth)
    foretell(cast, roster, docket, court, truth)
    truth.write(out / "truth")


def _write_head(out: Path, seed: int) -> None:
    """Write `city.yaml`."""
    salt = sha256(f"finance:{seed}".encode()).hexdigest()[:32]
    days = "".join(f"  - {day}\n" for day in DAYS)
    out.mkdir(parents=True, exist_ok=True)
    head = f'name: {places.CITY_NAME}\nregion_code: "{places.CITY}"\nfinance_salt: "{salt}"\ndays:\n{days}'
    (out / "city.yaml").write_bytes(head.encode())
