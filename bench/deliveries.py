"""What big deliveries have in common: the people they are about, what changes overnight, and how CSV is written."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from demo.city import identity, places
from demo.city.names import draw_name

ALTERED, GONE, NEW = 0.008, 0.001, 0.001  # of the rows, overnight: one in a hundred in all

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class People:
    """Residents and, from `first_official` on, the officials: a column each, in the same order."""

    name: Array
    number: Array
    sex: Array
    born: Array
    first_official: int

    def draw(self, rng: np.random.Generator, rows: int, officials_share: float) -> Array:
        """Whom each of so many rows is about."""
        who = rng.integers(0, self.first_official, rows)
        is_official = rng.random(rows) < officials_share
        who[is_official] = rng.integers(self.first_official, len(self.name), is_official.sum())
        return who


def draw_people(chance: random.Random, residents: int, officials: Sequence[dict[str, str]]) -> People:
    """So many residents, and the officials (`name, id_number, sex, born`)."""
    taken: set[str] = set()
    people = [(official["name"], official["id_number"], official["sex"], official["born"]) for official in officials]
    prefixes = (*places.COUNTIES, *places.OTHER_PREFIXES)
    for _ in range(residents):
        sex = chance.choice("12")
        born = f"{chance.randint(1940, 2005)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        number = identity.draw_number(chance, chance.choice(prefixes), born, sex, taken)
        people.append((draw_name(chance, sex), number, sex, born))
    columns = (np.array(column, object) for column in zip(*people[len(officials) :], *people[: len(officials)], strict=True))
    return People(*columns, first_official=residents)


def with_new(rows: int) -> int:
    """How many rows to draw, so that some are new on the second day."""
    return rows + round(rows * NEW)


def two_days(rng: np.random.Generator, every: pa.Table, rows: int, altered: str) -> tuple[pa.Table, pa.Table]:
    """A delivery of so many rows, and the next: some rows are gone, some new, and in some a column says what another's says."""
    source = np.arange(len(every))
    source[rng.choice(rows, round(rows * ALTERED), replace=False)] = rng.integers(0, rows, round(rows * ALTERED))
    kept = np.ones(len(every), dtype=bool)
    kept[rng.choice(rows, round(rows * GONE), replace=False)] = False
    place = every.schema.get_field_index(altered)
    later = every.set_column(place, altered, every[altered].take(pa.array(source)))
    return every.slice(0, rows), later.filter(pa.array(kept))


class CsvWriter:
    """Writes tables of strings as CSV with CRLF line ends, quoted where a value asks for it."""

    def __init__(self, path: Path, names: Sequence[str], encoding: str) -> None:
        """Begin it with the header."""
        self._file, self._encoding = path.open("wb"), encoding
        self._file.write((",".join(names) + "\r\n").encode(encoding))

    def write_table(self, table: pa.Table) -> None:
        """Write more rows."""
        fields = []
        for column in table.columns:
            text = pc.fill_null(column, "")
            quoted = pc.binary_join_element_wise('"', text, '"', "")
            fields.append(pc.if_else(pc.match_substring_regex(text, "[,\n]"), quoted, text))
        lines = [*pc.binary_join_element_wise(*fields, ",").to_pylist(), ""]
        self._file.write("\r\n".join(lines).encode(self._encoding.removesuffix("-sig")))

    def close(self) -> None:
        """End it."""
        self._file.close()
