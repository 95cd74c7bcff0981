"""Rotating the key: what was sealed under CADRE_KEY_BEFORE is sealed anew under CADRE_KEY.

    python -m cadre_cloud.commands.rotate_keys

The warehouse's numbers and their look-ups move in one transaction. Of what lies on disk only the wrapped data keys are made
anew. It may be interrupted anywhere and run again; steps that run are waited for, and those that begin meanwhile wait.
"""

import argparse
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import pyarrow as pa
from airflow.exceptions import AirflowNotFoundException
from airflow.sdk import ObjectStoragePath
from cryptography.exceptions import InvalidTag
from psycopg import sql

from cadre_cloud import settings
from cadre_cloud.causes import cause_of
from cadre_cloud.feed import forms, persons
from cadre_cloud.storage import landing
from cadre_cloud.storage.vault import HEADER, vault
from cadre_cloud.warehouse import keys, roster
from cadre_cloud.warehouse.connection import Warehouse, connect, stage
from cadre_cloud.warehouse.ledger import Row

_AT_ONCE = 20_000  # rows
_BLOCK = 1 << 20  # bytes
# The core tables with sealed numbers: by which columns each number is bound to its row, and how.
_BOUND: dict[str, tuple[list[str], Callable[..., str]]] = {
    "cadre": (["cadre_no"], roster.context),
    "form": (["form_no"], forms.context),
    "family": (["family_no"], roster.relative_context),
    "mention": (["resource", "source_key", "mention_no"], persons.context),
}
_TYPES = {"version_no": "bigint", "id_cipher": "bytea", "id_lookup": "bytea"}


@dataclass
class Outcome:
    """How many numbers and files were sealed anew, and the files that none of the keys opens."""

    numbers: int = 0
    files: int = 0
    shut: list[str] = field(default_factory=list)


def rotate() -> Outcome:
    """Seal everything anew that is not sealed under the first key, `CADRE_KEY`.

    Raises:
        OtherKeys: it is sealed under none of the keys.
    """
    outcome, present = Outcome(), vault().names[0]
    with connect(keys.take) as warehouse:
        vault().seal_under(present)
        if keys.named(warehouse) != present:
            outcome.numbers = sum(_reseal(warehouse, table) for table in _BOUND)
            keys.name(warehouse, present)
        warehouse.commit()
        for path in _files():
            warehouse.execute("select")  # whoever has lost the connection is not alone any more
            _rewrap(path, outcome)
    return outcome


def _reseal(warehouse: Warehouse, table: str) -> int:
    """Seal the numbers of all versions in a core table anew; returns how many."""
    bound_by, context = _BOUND[table]
    wanted = sql.SQL(", ").join(map(sql.Identifier, ["version_no", "id_cipher", *bound_by]))
    parts = {"table": sql.Identifier("core", table), "wanted": wanted}
    done = 0
    with warehouse.cursor(name="sealed") as cursor:
        cursor.execute(sql.SQL("select {wanted} from {table} where id_cipher is not null").format(**parts))
        while rows := cursor.fetchmany(_AT_ONCE):
            stage(warehouse, "resealed", _sealed(rows, [context(*(row[c] for c in bound_by)) for row in rows]), _TYPES)
            warehouse.execute(
                sql.SQL(
                    "update {table} as t set id_cipher = r.id_cipher, id_lookup = r.id_lookup "
                    "from pg_temp.resealed as r where r.version_no = t.version_no"
                ).format(**parts)
            )
            done += len(rows)
    return done


def _sealed(rows: list[Row], contexts: list[str]) -> pa.Table:
    numbers = [vault().open_value(row["id_cipher"], context) for row, context in zip(rows, contexts, strict=True)]
    return pa.table({
        "version_no": pa.array([row["version_no"] for row in rows], pa.int64()),
        "id_cipher": pa.array(map(vault().seal_value, numbers, contexts), pa.binary()),
        "id_lookup": pa.array(map(vault().lookup, numbers), pa.binary()),
    })  # fmt: skip


def _files() -> list[ObjectStoragePath]:
    """Whatever lies where sealed things lie."""
    rooms = [settings.landing(), *((settings.var() / name).as_uri() for name in ("index", "work"))]
    return [path for room in rooms for path in ObjectStoragePath(room).rglob("*") if path.is_file()]


def _rewrap(path: ObjectStoragePath, outcome: Outcome) -> None:
    """Put a file that is sealed under an older key in its own place with another header; what is not sealed is left alone."""
    with path.open("rb") as sealed:
        try:
            header = vault().rewrapped(sealed.read(HEADER))
        except InvalidTag:
            outcome.shut.append(path.path)
            return
        if header is None:
            return
        copy = path.with_name(f"{path.name}.rotated")  # of this name, so that none is left over from an interrupted run
        with copy.open("wb") as file:
            file.write(header)
            shutil.copyfileobj(sealed, file, _BLOCK)
    landing.put(copy, path)
    outcome.files += 1


def main() -> int:
    """Rotate, and say what was done."""
    argparse.ArgumentParser(prog="rotate_keys", description=__doc__.splitlines()[0]).parse_args()
    try:
        outcome = rotate()
    except (KeyError, RuntimeError, ValueError, keys.OtherKeys) as error:
        return _fail(f"Nothing was rotated: {error}.")
    except AirflowNotFoundException:
        return _fail("There is no connection `warehouse`; AIRFLOW_CONN_WAREHOUSE sets it.")
    except (psycopg.Error, OSError) as error:
        return _fail(f"Not all was rotated, run it again: {cause_of(error)}.")
    print(f"Sealed anew under CADRE_KEY: {outcome.numbers} identity numbers, {outcome.files} files.")
    if outcome.shut:
        return _fail("None of the keys opens:\n" + "\n".join(outcome.shut))
    print("Nothing is sealed under another key any more: CADRE_KEY_BEFORE can go.")
    return 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
