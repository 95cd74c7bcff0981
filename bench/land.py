"""A big land register's snapshots, drawn by columns: rows of the shape that the demo city's register delivers."""

import random
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.deliveries import Array, draw_people
from demo.city import identity, places
from demo.city.land import COLUMNS, ENTERPRISE, ID_CARD, NEW_NUMBERS, OFFICER, STATES, THIS_YEAR, USES, WEIGHTS
from demo.city.names import traditional

OFFICIALS_SHARE = 0.01
RESIDENTS_SHARE = 0.25  # residents a row


def draw(rng: np.random.Generator, rows: int, first: int, officials: Sequence[dict[str, str]]) -> pa.Table:
    """Draw the rows of properties with one holder or two, numbered from the first."""
    serial = np.repeat(np.arange(rows), rng.choice((1, 1, 1, 2), rows))[:rows]
    holder_no = np.arange(rows) - np.searchsorted(serial, serial) + 1
    year = rng.integers(1985, THIS_YEAR, rows)[serial]
    home = np.array(list(places.COUNTIES), object)[rng.integers(0, len(places.COUNTIES), rows)][serial]
    region = np.array([places.REGIONS[code] for code in places.COUNTIES], object)
    status = np.array(STATES, object)[np.searchsorted(WEIGHTS, rng.integers(0, WEIGHTS[-1], rows), side="right")]
    numbered = serial + first
    columns = _holders(rng, rows, officials, first, year) | {
        "不动产单元号": _joined(home, _padded(numbered % 1000, 3), _padded(numbered % 997, 3), "GB00000F", _padded(numbered, 8)),
        "权利人序号": _text(holder_no),
        "共有方式": np.where(holder_no > 1, "共同共有", "单独所有"),
        "坐落": _joined(region[rng.integers(0, len(region), rows)][serial], "建设路", _text(numbered), "号"),
        "面积": _joined(_text(rng.integers(40, 250, rows)), ".", _padded(rng.integers(0, 100, rows), 2)),
        "用途": np.array(USES, object)[rng.integers(0, len(USES), rows)],
        "登记日期": _joined(_text(year), "/", _text(rng.integers(1, 13, rows)), "/", _text(rng.integers(1, 29, rows))),
        "取得价格": _joined(_text(rng.integers(10, 1000, rows)), "000.00"),
        "权利状态": status,
    }
    return pa.table({name: pa.array(columns[name], pa.string()) for name in COLUMNS})


def _holders(
    rng: np.random.Generator, rows: int, officials: Sequence[dict[str, str]], seed: int, year: Array
) -> dict[str, Array | pa.Array]:
    """Names as old clerks typed them, with numbers of their time; a few show another paper, or are enterprises."""
    people = draw_people(random.Random(seed), round(rows * RESIDENTS_SHARE), officials)  # noqa: S311
    who, is_old = people.draw(rng, rows, OFFICIALS_SHARE), year < NEW_NUMBERS
    old_names = np.array([traditional(name) if place % 2 else " ".join(name) for place, name in enumerate(people.name)], object)
    old_numbers = np.array([identity.old_form(number) for number in people.number], object)
    paper = np.array((ID_CARD, OFFICER, ENTERPRISE), object)[rng.choice(3, rows, p=(0.97, 0.015, 0.015))]
    other = np.where(paper == OFFICER, "军字第20012345号", "91529901300000001X")
    number = np.where(is_old, old_numbers[who], people.number[who])
    return {
        "权利人": np.where(is_old & (rng.random(rows) < 0.3), old_names[who], people.name[who]),  # noqa: PLR2004
        "证件种类": paper,
        "证件号": np.where(paper == ID_CARD, number, other),
    }


def _text(numbers: Array) -> pa.Array:
    return pa.array(numbers).cast(pa.string())


def _padded(numbers: Array, width: int) -> pa.Array:
    return pc.utf8_lpad(_text(numbers), width, "0")


def _joined(*pieces: Array | pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(
        *(pa.array(piece, pa.string()) if isinstance(piece, np.ndarray) else piece for piece in pieces), ""
    )
