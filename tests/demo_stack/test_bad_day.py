"""A rehearsal's bad day ends what it began, as soon as somebody has met with it."""

import threading
from pathlib import Path
from types import SimpleNamespace

import psycopg

from demo.bad_day import BadDay
from demo.processes import wait_until
from demo.stack import Stack


def test_a_reading_is_ended_and_a_folder_comes_back(stack: Stack, tmp_path: Path) -> None:
    folder, states = tmp_path / "court", ["running", "up_for_reschedule"]
    folder.mkdir()
    api = SimpleNamespace(
        running_states=lambda dag_id: {(dag_id, "run"): "running"},
        tasks=lambda *_: [{"task_id": "extract", "state": states.pop(0)}],
    )
    with psycopg.connect(stack.exchange_address, autocommit=True) as department:
        department.execute("create table a_table as select 1 as code")
    platform = stack.environment["AIRFLOW_CONN_EXCHANGE"].replace("postgres:", "postgresql:")
    ended: list[str] = []

    def read() -> None:
        with psycopg.connect(platform) as reader:
            try:
                reader.execute("select * from a_table")
            except psycopg.errors.AdminShutdown:
                ended.append("read")

    reading = threading.Thread(target=read)
    try:
        with BadDay(SimpleNamespace(exchange_address=stack.exchange_address, api=api), "a_table", folder) as bad_day:
            assert not folder.exists()
            reading.start()
            assert wait_until(lambda: bad_day.look() or (ended and folder.exists()), 20)
            read()  # nobody stands still now
        assert ended == ["read"]
    finally:
        reading.join()
        with psycopg.connect(stack.exchange_address, autocommit=True) as department:
            department.execute("drop table a_table")


def test_a_day_on_which_nobody_met_with_it_leaves_nothing_behind(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "court"
    folder.mkdir()
    with psycopg.connect(stack.exchange_address, autocommit=True) as department:
        department.execute("create table a_table as select 1 as code")
        with BadDay(stack, "a_table", folder):
            assert not folder.exists()
        assert list(tmp_path.iterdir()) == [folder]
        department.execute("set lock_timeout = '5s'; drop table a_table")
