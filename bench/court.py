"""A big court's snapshots, drawn by columns: rows of the shape that the demo city's courts deliver, as many as are wanted."""

import random
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.deliveries import draw_people
from demo.city import identity, places
from demo.city.names import as_typed
from demo.city.parties import CAUSES, CIVIL, COLUMNS, CREDITOR, CRIMINAL, DEBTOR, ENFORCEMENT, HALF_WIDTH, OUTCOMES, SERIES

KINDS = (ENFORCEMENT, CIVIL, CRIMINAL)
ROLES = (DEBTOR, "被告", "被告人")
OFFICIALS_SHARE = 1 / 80  # of the rows
POOL = 150_000  # residents of whom the parties are drawn
FIRST, LAST = np.datetime64("2024-01-01"), np.datetime64("2026-05-20")

Columns = dict[str, npt.NDArray[Any]]


def draw(rng: np.random.Generator, rows: int, first: int, officials: Sequence[dict[str, str]]) -> pa.Table:
    """Draw rows of cases with one party to three, numbered from the first."""
    sizes = rng.choice((1, 1, 2, 2, 3), rows)
    case = np.repeat(np.arange(rows), sizes)[:rows]
    party_no = np.arange(rows) - np.searchsorted(case, case) + 1
    kind = rng.choice(3, rows, p=(0.60, 0.33, 0.07))[case]
    filed = (FIRST + rng.integers(0, (LAST - FIRST).astype(int), rows))[case]
    creditor = (kind == 0) & (party_no == 1) & (sizes[case] > 1)
    ended = (rng.random(rows) < 0.4)[case]  # noqa: PLR2004
    listed = ~ended & (kind == 0) & ~creditor & (rng.random(rows) < 0.25)  # noqa: PLR2004
    columns = _people(rng, rows, officials, first, filed) | {
        "案号": _case_numbers(rng, case, first, kind, filed),
        "当事人序号": party_no.astype(str),
        "诉讼地位": np.where(creditor, CREDITOR, np.array(ROLES, object)[kind]),
        "案件类型": np.array(KINDS, object)[kind],
        "案由": _of_kind(rng, kind, CAUSES),
        "执行标的": np.where(kind == 2, None, _amounts(rng, rows)[case]),  # noqa: PLR2004
        "立案日期": filed.astype(str).astype(object),
        "结案日期": np.where(ended, np.minimum(filed + 30, LAST).astype(str).astype(object), None),
        "是否失信": np.where(kind == 0, np.where(listed, "是", "否"), None),
        "裁判结果": np.where(ended, _of_kind(rng, kind, OUTCOMES), None),
    }
    _dirty(rng, columns)
    return pa.table({name: pa.array(columns[name], pa.string()) for name in COLUMNS})


def _people(
    rng: np.random.Generator, rows: int, officials: Sequence[dict[str, str]], seed: int, filed: npt.NDArray[Any]
) -> Columns:
    """Parties out of a pool of residents and the officials, with their ages on the day of filing."""
    chance = random.Random(seed)  # noqa: S311
    people = draw_people(chance, min(POOL, rows), officials)
    who = people.draw(rng, rows, OFFICIALS_SHARE)
    name, number, sex, born = people.name, people.number, people.sex, people.born
    year, day = born.astype(int) // 10_000, born.astype(int) % 10_000
    today = np.char.replace(filed.astype(str), "-", "").astype(int)
    age = today // 10_000 - year[who] - (today % 10_000 < day[who])
    typed = np.array([as_typed(chance, each) for each in name], object)
    masked = np.array([identity.mask(each) for each in number], object)
    return {
        "当事人姓名": np.where(rng.random(rows) < 0.1, typed[who], name[who]),  # noqa: PLR2004
        "证件号码": np.where(rng.random(rows) < 0.03, None, masked[who]),  # noqa: PLR2004
        "性别": np.where(sex == identity.MALE, "男", "女").astype(object)[who],
        "年龄": age.astype(str).astype(object),
    }


def _case_numbers(
    rng: np.random.Generator, case: npt.NDArray[Any], first: int, kind: npt.NDArray[Any], filed: npt.NDArray[Any]
) -> npt.NDArray[Any]:
    court = np.array([region[2:] for region in places.REGIONS], object)[rng.integers(0, len(places.REGIONS), len(case))][case]
    year = filed.astype("datetime64[Y]").astype(str).astype(object)
    serial = np.char.zfill((case + first + 1).astype(str), 6).astype(object)
    return "（" + year + "）黔" + court + np.array([SERIES[name] for name in KINDS], object)[kind] + serial + "号"


def _amounts(rng: np.random.Generator, rows: int) -> npt.NDArray[Any]:
    return np.array([f"{amount:,}.00" for amount in rng.integers(2_000, 3_000_000, rows)], object)


def _of_kind(rng: np.random.Generator, kind: npt.NDArray[Any], words: dict[str, Sequence[str]]) -> npt.NDArray[Any]:
    """A word for each row, out of those of its kind."""
    drawn = np.empty(len(kind), object)
    for number, name in enumerate(KINDS):
        rows = kind == number
        drawn[rows] = np.array(words[name], object)[rng.integers(0, len(words[name]), rows.sum())]
    return drawn


def _dirty(rng: np.random.Generator, columns: Columns) -> None:
    """Line breaks, half-width numbers, and one row in a thousand that cannot be read."""
    rows = len(columns["案号"])
    _change(columns["案由"], rng.choice(rows, rows // 100, replace=False), lambda text: text[:2] + "\n" + text[2:])
    _change(columns["案号"], rng.choice(rows, rows // 50, replace=False), lambda text: text.translate(HALF_WIDTH))
    _change(columns["年龄"], rng.choice(rows, rows // 2000, replace=False), lambda _: "abc")
    _change(columns["立案日期"], rng.choice(rows, rows // 2000, replace=False), lambda text: text.replace("-", "/"))


def _change(column: npt.NDArray[Any], rows: Iterable[int], how: Any) -> None:
    for row in rows:
        column[row] = how(column[row])
