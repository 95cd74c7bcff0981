"""The stages that are measured. Each prepares what it begins with, and gives the work that is timed."""

import os
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import place

Work = Callable[[], object]
FIRST, SECOND = place.DAYS
SAMPLE = 50_000  # rows for what is too slow to be given all
GREAT_EXPECTATIONS = ("great_expectations",)


@dataclass(frozen=True)
class Stage:
    """One stage.

    title: what it is, for people. prepare: gives the work. target: most CPU that it may use, as a multiple of the COPY's.
    state: the state of the warehouse that it begins with. imports: what a worker has imported long before.
    rows: how many rows it works on, 0 for all. peer: whether it is somebody else's way. times: how often, 0 for as often as all.
    any_size: whether it runs on deliveries of any size. only: of the shapes that it is measured on, empty for all.
    packages: a folder of packages that it takes before those of the platform.
    """

    title: str
    prepare: Callable[[], Work]
    target: float | None = None
    state: str = ""
    imports: tuple[str, ...] = ()
    rows: int = 0
    peer: bool = False
    times: int = 0
    any_size: bool = False
    only: tuple[str, ...] = ()
    packages: Path | None = None

    @property
    def runs(self) -> bool:
        """Whether it is part of this run."""
        return (self.any_size or place.is_small()) and (not self.only or place.resource() in self.only)

    @property
    def environment(self) -> dict[str, str]:
        """What it finds around it."""
        found = place.environment(place.RUN)
        return found | {"PYTHONPATH": str(self.packages)} if self.packages else found


def _contract() -> Any:
    from cadre_cloud import contracts  # noqa: PLC0415

    return contracts.named(place.resource())


def copy() -> Work:
    """The yardstick: CSV bytes that lie ready, into a table without keys."""
    import psycopg  # noqa: PLC0415

    connection = psycopg.connect(place.address(place.RUN))
    connection.execute(_create_table())
    connection.commit()

    def work() -> None:
        with connection.cursor().copy("copy bench from stdin (format csv)") as stream:
            for block in place.blocks(place.FOLDER / "rows_1.csv"):
                stream.write(block)
        connection.commit()

    return work


def land() -> Work:
    """Hash, encrypt and write what came, block by block."""
    from cadre_cloud.storage import landing  # noqa: PLC0415

    return lambda: landing.land(place.resource(), place.blocks(place.sent("1")))


def open_landed() -> Work:
    """Read and decrypt it."""
    from cadre_cloud.storage import landing  # noqa: PLC0415

    where = place.kept("landing 1")
    return lambda: _drain(landing.read(where))


def parse() -> Work:
    """Bytes into columns of text, part by part."""
    from cadre_cloud.feed import read  # noqa: PLC0415

    contract, where = _contract(), place.kept("landing 1")
    return lambda: _drain(read.texts(contract, where))


def workbook() -> Work:
    """A sample of the rows as a workbook."""
    from transforms.formats import workbook  # noqa: PLC0415

    columns = list(_contract().columns)
    return lambda: workbook.parse(place.WORKBOOK.read_bytes(), sheet="Sheet", columns=columns, fill_down=[], date_columns=[])


def read_types() -> Work:
    """Text into values, with the reasons of what is none."""
    from transforms.rows import read_types  # noqa: PLC0415

    contract, parts = _contract(), place.kept("parts 1")
    return lambda: _drain(read_types(part.text, contract) for part in parts)


def judge() -> Work:
    """Run the resource's suite."""
    from cadre_cloud.feed.quality import Sample  # noqa: PLC0415

    parts = place.kept("parts 1")

    def work() -> None:
        sample = Sample(place.resource())
        for part in parts:
            sample.add(part.typed)
        sample.judge(0)

    return work


def compare_first() -> Work:
    """Everything is new."""
    return _compare("1", None)


def compare_again() -> Work:
    """One row in a hundred is."""
    return _compare("2", place.kept("index"))


def _compare(number: str, before: Any) -> Work:
    from transforms.difference import Comparison  # noqa: PLC0415

    contract, parts = _contract(), place.kept(f"parts {number}")
    given = [(part.typed.good, part.typed.refused["source_key"].combine_chunks()) for part in parts]

    def work() -> None:
        with Comparison(before, mode=contract.mode, columns=contract.content, cursor=contract.cursor, seed="s") as comparison:
            for rows, refused_keys in given:
                comparison.add(rows, refused_keys)
            comparison.end()

    return work


def link() -> Work:
    """Whose each row is."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    from transforms.mentions import mentions_of  # noqa: PLC0415

    contract, roster = _contract(), place.kept("roster")

    def work() -> pa.Table:
        told = pa.concat_tables(roster.recognisable(mentions_of(rows, contract)) for rows in place.kept_rows())
        found = roster.link(told)
        return found.filter(pc.equal(found["verdict"], "same"))

    return work


def write() -> Work:
    """Link, and put into PostgreSQL what is about officials: every row of the first day is new."""
    import pyarrow as pa  # noqa: PLC0415

    from cadre_cloud.feed import records  # noqa: PLC0415
    from cadre_cloud.feed.judge import judge  # noqa: PLC0415
    from cadre_cloud.feed.sift import officials, sift  # noqa: PLC0415
    from cadre_cloud.warehouse.connection import connect, known_at  # noqa: PLC0415

    contract, roster = _contract(), place.kept("roster")
    parts = [(part.typed.good, part.text, pa.repeat(False, len(part.typed.good))) for part in place.kept("parts 1")]

    def work() -> None:
        with connect() as warehouse:
            sieve = officials(warehouse, contract)
            news = [sift(contract, *part, sieve) for part in parts]
            judged = judge(warehouse, contract, news, roster)
            records.write(warehouse, contract, judged, known_at(FIRST), "bench")

    return work


def load_first() -> Work:
    """The task `load` of the first day alone."""
    return _load(FIRST)


def load_again() -> Work:
    """The task `load` of the second day alone."""
    return _load(SECOND)


def chain() -> Work:
    """The first day, on which every row is new."""
    return _day(FIRST)


def chain_again() -> Work:
    """The second day."""
    return _day(SECOND)


def same_bytes() -> Work:
    """Landed once more, known by their hash, and no more than noted."""
    from cadre_cloud.feed.check import check  # noqa: PLC0415
    from cadre_cloud.feed.extract import extract  # noqa: PLC0415

    contract = _contract()
    os.environ["CADRE_DROP"] = place.drop_folder("same").as_uri()

    def work() -> None:
        extract(contract, SECOND)
        if check(contract, SECOND):
            raise RuntimeError("the same bytes were taken for new ones")

    return work


def _load(day: Any) -> Work:
    """What comes behind the task `check`."""
    from cadre_cloud.feed.check import check  # noqa: PLC0415
    from cadre_cloud.feed.load import load  # noqa: PLC0415

    contract = _contract()
    if not check(contract, day):
        raise RuntimeError("nothing passed the checks")
    return lambda: load(contract, day, day)


def _day(day: Any) -> Work:
    """From landed bytes to what is loaded: the tasks `check` and `load`."""
    from cadre_cloud.feed.check import check  # noqa: PLC0415
    from cadre_cloud.feed.load import load  # noqa: PLC0415

    contract = _contract()

    def work() -> None:
        if not check(contract, day):
            raise RuntimeError("nothing passed the checks")
        load(contract, day, day)

    return work


STAGES = {
    "copy": Stage("raw COPY of prebuilt CSV through psycopg 3", copy, any_size=True),
    "land": Stage("land: hash, encrypt, write", land, 0.6, any_size=True),
    "open": Stage("open what was landed", open_landed, any_size=True),
    "parse": Stage("open and parse what was landed", parse, 0.4, any_size=True),
    "workbook": Stage("a workbook, scaled from a sample", workbook, rows=SAMPLE, only=("land",)),
    "types": Stage("types, normal forms and row checks", read_types, 1.3),
    "judge": Stage("Great Expectations, its import apart", judge, 1.5, imports=GREAT_EXPECTATIONS),
    "compare_first": Stage("difference, nothing before", compare_first),
    "compare_again": Stage("difference with an index, 1 % changed", compare_again),
    "link": Stage("mentions, and link with the roster", link, 0.8, any_size=True),
    "write": Stage("link, and load what is about officials", write, state=place.LANDED),
    "load": Stage("task load: rows that were checked, all new", load_first, None, place.LANDED, GREAT_EXPECTATIONS),
    "load_again": Stage("task load: a snapshot again, 1 % changed", load_again, 0.7, place.CHANGED, GREAT_EXPECTATIONS),
    "chain": Stage("whole chain, landed bytes to loaded", chain, 3.0, place.LANDED, GREAT_EXPECTATIONS, any_size=True),
    "chain_again": Stage("whole chain, again, 1 % changed", chain_again, None, place.CHANGED, GREAT_EXPECTATIONS, any_size=True),
    "same_bytes": Stage("the same bytes again", same_bytes, 0.15, place.SAME, any_size=True),
}


def _drain(parts: Iterable[object]) -> None:
    """Take every part and keep none."""
    deque(parts, maxlen=0)


def _create_table() -> str:
    from bench.peers import create_table  # noqa: PLC0415

    return create_table()
