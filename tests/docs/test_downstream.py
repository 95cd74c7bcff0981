"""The examples for applications that read the warehouse: each is run, by a reader of one county, and shows something."""

import os
import subprocess
import sys

import duckdb
import pytest
from documents import Block, blocks
from homes import Home
from readers import PASSWORD, admit

from cadre_cloud.export import export
from demo import postgres
from demo.settings import address

NAME = "docs/downstream.md"
READER = "reader_of_examples"


@pytest.fixture
def warehouse(morning: Home) -> str:
    admit(morning, READER, "5299")
    return address(READER, PASSWORD, morning.stack.ports["postgres"], morning.name)


def of(language: str, heading: str = "Examples") -> list[Block]:
    return blocks(language, NAME, heading)


def test_every_example_is_run() -> None:
    assert len(of("python")) + len(of("sql")) + len(of("sql", "Files instead")) == len(
        [block for block in blocks("python", NAME) + blocks("sql", NAME)]
    )


@pytest.mark.parametrize("block", of("python"), ids=lambda block: block.text.splitlines()[-1])
def test_python(warehouse: str, block: Block) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block.text],
        env={**os.environ, "WAREHOUSE": warehouse},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("block", of("sql"), ids=lambda block: block.text.splitlines()[0])
def test_psql(warehouse: str, block: Block) -> None:
    done = subprocess.run(
        [postgres.program("psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--tuples-only", warehouse],
        input=block.text, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "C0001" in done.stdout


def test_duckdb(morning: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    role = morning.one("select core.admit('an analyst', '5299')::text")
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE_WEB", morning.address("cadre_web").replace("postgresql:", "postgres:"))
    with duckdb.connect() as files:
        monkeypatch.chdir(export(role, morning.one("select max(day) from ledger.publication")))
        (block,) = of("sql", "Files instead")
        assert files.execute(block.text).fetchall()
