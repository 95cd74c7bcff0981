"""Reading a department's table: what a cell holds comes back out of what is landed."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from cadre_cloud import contracts
from cadre_cloud.sources import arrivals
from transforms.formats import csv

DAY = date(2026, 6, 1)
CELLS = ["一行\n两行", "一行\r\n两行", "一行\r两行", "\r", '"', "甲,乙", "\u2028", "\x85", " ", "\\"]


@pytest.mark.parametrize("cell", CELLS, ids=repr)
def test_a_cell_comes_back_as_it_was(cell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "exchange") as exchange:
        exchange.execute("create table a01 (a0000 text, a1701 text)")
        exchange.executemany("insert into a01 values (?, ?)", [("1", "前"), ("2", cell), ("3", "后")])
    exchange.close()
    monkeypatch.setattr("cadre_cloud.sources.database._address", lambda _: f"sqlite:///{tmp_path / 'exchange'}")

    (arrival,) = arrivals(contracts.named("personnel"), DAY, None)
    landed = b"".join(arrival.chunks())

    (table,) = csv.parse(lambda: [landed], "utf-8")
    assert table.select(["a0000", "a1701"]).to_pydict() == {"a0000": ["1", "2", "3"], "a1701": ["前", cell, "后"]}
    assert table["row_error"].null_count == 3
