"""The shapes of deliveries that are measured: whose contract reads them, how their rows are drawn and written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench import court, finance, land
from bench.deliveries import CsvWriter, two_days, with_new
from demo.city.loans import SCHEMA

AT_ONCE = 1_000_000  # rows, so that memory holds deliveries of any size
Officials = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Shape:
    """One shape.

    draw: so many rows, numbered from a first. altered: the column that says something else overnight in some rows.
    ending: of its files. writer: opens one for its rows.
    """

    draw: Callable[[np.random.Generator, int, int, Officials], pa.Table]
    altered: str
    ending: str
    writer: Callable[[Path], Any]

    def write_days(self, days: Sequence[Path], rows: int, officials: Officials) -> None:
        """Write the first day's file, and if asked for the second's, with one row in a hundred altered, gone or new."""
        writers = [self.writer(path) for path in days]
        for number, done in enumerate(range(0, rows, AT_ONCE), start=1):
            rng, some = np.random.default_rng(number), min(AT_ONCE, rows - done)
            every = self.draw(rng, with_new(some), 2 * done, officials)
            for writer, table in zip(writers, two_days(rng, every, some, self.altered), strict=False):
                writer.write_table(table)
        for writer in writers:
            writer.close()


SHAPES = {
    "land": Shape(land.draw, "取得价格", "csv", lambda path: CsvWriter(path, land.COLUMNS, "utf-8-sig")),
    "finance": Shape(finance.draw, "balance", "parquet", lambda path: pq.ParquetWriter(path, SCHEMA, compression="zstd")),
    "court": Shape(court.draw, "执行标的", "csv", lambda path: CsvWriter(path, court.COLUMNS, "gb18030")),
}
