"""The roster as linking wants it: everything that an official can be recognised by."""

import pyarrow as pa
import pyarrow.compute as pc

from transforms.duck import Scratch
from transforms.id_number import born_on, masked, old_form
from transforms.names import match_keys

ROSTER_NAME = pa.schema([("cadre_no", pa.string()), ("name_key", pa.string())])
ROSTER_UNIT = pa.schema([
    ("cadre_no", pa.string()), ("unit_key", pa.string()), ("uscc", pa.string()), ("post_key", pa.string()),
    ("began", pa.date32()), ("ended", pa.date32()),
])  # fmt: skip


def roster_table(cadres: pa.Table, salt: str | None = None) -> pa.Table:
    """Officials: `cadre_no, id_number, id_old, id_masked, id_hash, sex, born_on`.

    Args:
        cadres: `cadre_no, id_number` (18 digits, valid), `sex` (male or female).
        salt: of hashed numbers, sha256(salt + number); without one `id_hash` is null.
    """
    number = cadres["id_number"]
    return pa.table({
        "cadre_no": cadres["cadre_no"],
        "id_number": number,
        "id_old": old_form(number),
        "id_masked": masked(number),
        "id_hash": _hashes(number, salt) if salt else pa.nulls(len(cadres), pa.string()),
        "sex": cadres["sex"],
        "born_on": born_on(number),
    })  # fmt: skip


def roster_names(names: pa.Table) -> pa.Table:
    """The match keys of every name an official has or had: `cadre_no, name_key`, each once.

    Args:
        names: `cadre_no, name`, present and former.
    """
    keyed = pa.table({"cadre_no": names["cadre_no"], "name_key": match_keys(names["name"])}, schema=ROSTER_NAME)
    return keyed.group_by(["cadre_no", "name_key"]).aggregate([]).cast(ROSTER_NAME)


def roster_units(posts: pa.Table) -> pa.Table:
    """The posts an official has or had, their units under every name they have or had: of the form `ROSTER_UNIT`, each once.

    Args:
        posts: `cadre_no, unit_name, uscc, post_title, started_on, ended_on`.
    """
    keyed = {
        "cadre_no": posts["cadre_no"],
        "unit_key": match_keys(posts["unit_name"]),
        "uscc": posts["uscc"],
        "post_key": match_keys(posts["post_title"]),
        "began": posts["started_on"],
        "ended": posts["ended_on"],
    }
    return pa.table(keyed, schema=ROSTER_UNIT).group_by(ROSTER_UNIT.names).aggregate([]).cast(ROSTER_UNIT)


def _hashes(numbers: pa.Array, salt: str) -> pa.Array:
    salted = pa.table({"text": pc.binary_join_element_wise(salt, numbers, "")})
    with Scratch(number=salted) as db:
        return db.table("select sha256(text) as hash from number")["hash"]
