"""Relatives whom officials declared, as linking looks for them: by number, each number one person, whoever declared it."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from transforms.link import STATEMENT, link
from transforms.link.model import Model
from transforms.roster import ROSTER_UNIT, roster_names, roster_table

_NO_UNITS = ROSTER_UNIT.empty_table()


@dataclass(frozen=True)
class Relatives:
    """persons, names: as of a roster, with the number in place of `cadre_no`. declared: `person, cadre_no, family_no`."""

    persons: pa.Table
    names: pa.Table
    declared: pa.Table

    def only(self, cadre_nos: pa.Array) -> "Relatives":
        """Those whom some officials declared."""
        declared = self.declared.filter(pc.is_in(self.declared["cadre_no"], value_set=cadre_nos))
        numbers = declared["person"].combine_chunks()
        persons, names = (table.filter(pc.is_in(table["cadre_no"], value_set=numbers)) for table in (self.persons, self.names))
        return Relatives(persons, names, declared)


def relatives_of(family: pa.Table, salt: str | None = None) -> Relatives:
    """Declared relatives: `family_no, cadre_no, name, id_number`; one whom an official declared twice is the first of both."""
    every = family.rename_columns({"id_number": "person"})
    numbers = every.group_by("person").aggregate([])["person"]
    persons = pa.table({"cadre_no": numbers, "id_number": numbers, "sex": pa.nulls(len(numbers), pa.string())})
    names = pa.table({"cadre_no": every["person"], "name": every["name"]})
    declared = every.group_by(["person", "cadre_no"]).aggregate([("family_no", "min")])
    declared = declared.rename_columns({"family_no_min": "family_no"})
    return Relatives(roster_table(persons, salt), roster_names(names), declared)


def link_relatives(mentions: pa.Table, relatives: Relatives, model: Model, resource: str = "") -> pa.Table:
    """State which mentions are relatives whom officials declared, of the form `STATEMENT`: one for each official who did."""
    found = link(mentions, relatives.persons, relatives.names, _NO_UNITS, model, resource).drop_columns("family_no")
    found = found.rename_columns({"cadre_no": "person"}).join(relatives.declared, "person", join_type="inner")
    return found.select(STATEMENT.names).cast(STATEMENT)
