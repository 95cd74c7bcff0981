"""An official's approval form as a file: `python -m cadre_cloud.commands.form --cadre=C0001`.

It says what the record says, and beside it what only the official's last form does. The identity number stands on it if a
reviewer says who and why; that is noted first.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from cadre_cloud import contracts, settings
from cadre_cloud.commands.common import carry_out
from cadre_cloud.feed import forms
from cadre_cloud.warehouse import numbers
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, acted_at, connect
from transforms.forms import lrmx, words
from transforms.forms.core import birth_and_sex
from transforms.forms.facts import Facts, Relative, Schooling, texts_of

_OFFICIAL = """
select c.*, u.name as unit_name, r.form_no, d.resource = %s as is_of_forms
from core.cadre c
join ledger.delivery d using (delivery_id)
left join core.unit u on u.unit_code = c.unit_code and u.known_to is null
left join core.form_reading r on r.cadre_no = c.cadre_no and r.is_latest and r.known_to is null
where c.cadre_no = %s and c.known_to is null and c.left_on is null"""

_EDUCATION = """
select distinct on (mode) mode, level, degree, school, major from core.held_education
where cadre_no = %s and mode is not null order by mode, level, degree"""

_FAMILY = """
select relation, name, employer from core.family
where cadre_no = %s and known_to is null and left_on is null order by version_no"""


def official(warehouse: Warehouse, cadre_no: str, act: Act | None = None) -> Facts:
    """What is known of an official, as a form says it; with the identity number where somebody says who looks, and why.

    Raises:
        Refused: there is no such official, or the number is not for this person.
    """
    row = warehouse.execute(_OFFICIAL, [contracts.of_forms().resource, cadre_no]).fetchone()
    if row is None:
        raise Refused("there is no official with this cadre_no")
    form = next(iter(forms.read(warehouse, row["form_no"])), None) if row["form_no"] else None
    said = form.facts if form else Facts(row["name"])
    if not row["is_of_forms"]:
        said = _as_recorded(warehouse, row, said)
    born_on, sex = birth_and_sex(said)
    number = numbers.reveal(warehouse, cadre_no, act, "command form") if act else None
    return replace(said, born_on=born_on, sex=sex, id_number=number)


def _as_recorded(warehouse: Warehouse, row: dict[str, Any], said: Facts) -> Facts:
    """What the record says, in place of what a form does; a form knows places in words, and what no record has."""
    today = f"{acted_at():%Y%m%d}"
    education = warehouse.execute(_EDUCATION, [row["cadre_no"]]).fetchall()
    relatives = warehouse.execute(_FAMILY, [row["cadre_no"]]).fetchall()
    is_same_party = said.party == row["party"]
    return replace(
        said,
        name=row["name"],
        sex=row["sex"],
        born_on=row["born_on"],
        ethnic_group=row["ethnic_group"],
        native_place=said.native_place or row["native_place"] or "",
        birth_place=said.birth_place or row["birth_place"] or "",
        party=row["party"],
        party_words=said.party_words if is_same_party else "",
        party_joined_on=row["party_joined_on"] if row["party"] in (words.CPC, "民主党派") else None,
        work_started_on=row["work_started_on"],
        specialties=row["specialties"] or said.specialties,
        schooling=tuple(map(_schooling, education)),
        posts=f"{row['unit_name'] or ''}{row['post_title']}",
        resume=row["resume"] or said.resume,
        relatives=tuple(Relative(one["relation"], one["name"], one["employer"] or "") for one in relatives),
        counted_on=today,
        filled_on=today,
    )


def _schooling(row: dict[str, Any]) -> Schooling:
    subject = f"{row['major']}专业" if row["major"] else ""
    school = f"{row['school'] or ''}{subject}"
    degree = words.DEGREES.get(row["degree"], "")
    return Schooling(row["mode"], words.LEVELS[row["level"]], degree, school, school if degree else "")


def main() -> int:
    """Write an official's form."""
    parser = argparse.ArgumentParser(prog="form", description="Writes an official's approval form (.lrmx).")
    parser.add_argument("--cadre", required=True, help="the official's cadre_no")
    parser.add_argument("--file", type=Path, help="where to; below var/ if not given")
    parser.add_argument("--who", default="", help="the reviewer who wants the identity number on it")
    parser.add_argument("--why", default="", help="and why")
    given = parser.parse_args()
    act = Act(given.who, given.why) if given.who or given.why else None
    with connect() as warehouse:
        facts = official(warehouse, given.cadre, act)
    path = given.file or settings.var() / "forms" / f"{given.cadre}.lrmx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(lrmx.write(texts_of(facts)))
    print(f"Written: {path}" + ("" if act else ", without the identity number, for which WHO and WHY are needed"))
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
