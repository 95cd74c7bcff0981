"""How the same is commonly done otherwise."""

import subprocess
from collections import deque
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from bench import place
from bench.stages import SAMPLE, Stage, Work
from demo.places import CLONE

RECORDLINKAGE = "recordlinkage==0.16"  # a peer alone needs it, so that it is in no lock
SPLINK_LINKS = 0.9  # the least probability of what Splink is said to link

TYPES = {"integer": "bigint", "money": "numeric(18, 2)", "date": "date", "boolean": "boolean"}


def _contract() -> Any:
    from cadre_cloud import contracts  # noqa: PLC0415

    return contracts.named(place.resource())


def create_table(name: str = "bench", more: str = "") -> str:
    """A plain table of the contract's columns."""
    columns = [f"{column} {TYPES.get(of.type, 'text')}" for column, of in _contract().named.items()]
    return f"create table {name} ({', '.join(columns)}{more})"


def to_sql() -> Work:
    """What pandas offers, on a sample."""
    import sqlalchemy  # noqa: PLC0415

    frame = place.kept("parts 1")[0].typed.values.drop_columns(["row_no", "source_key"]).slice(0, SAMPLE).to_pandas()
    address = place.address(place.RUN).replace("postgresql:", "postgresql+psycopg:", 1)
    engine = sqlalchemy.create_engine(address)
    return lambda: frame.to_sql("bench", engine, index=False)


def read_file() -> Work:
    """What pandas offers for reading."""
    import pandas as pd  # noqa: PLC0415

    path, source = place.sent("1"), _contract().source
    if path.suffix == ".parquet":
        return lambda: pd.read_parquet(path)
    return lambda: pd.read_csv(path, encoding=source.encoding, dtype=str)


def upsert() -> Work:
    """A snapshot again, 1 % changed: everything into a table aside, then INSERT … ON CONFLICT DO UPDATE."""
    import psycopg  # noqa: PLC0415

    key = _contract().key
    connection = psycopg.connect(place.address(place.RUN))
    connection.execute(create_table(more=f", primary key ({', '.join(key)})"))
    _copy(connection, "bench", "1")
    connection.commit()

    def work() -> None:
        connection.execute("create temp table aside (like bench)")
        _copy(connection, "aside", "2")
        others = [name for name in _contract().named if name not in key]
        connection.execute(
            f"insert into bench select * from aside on conflict ({', '.join(key)}) do update set "
            f"({', '.join(others)}) = row({', '.join(f'excluded.{name}' for name in others)})"
        )
        connection.commit()

    return work


def splink() -> Work:
    """Splink alone, on DuckDB: trained on the feed, it scores all pairs that share a number or a name."""
    import splink.comparison_library as compare  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    places, mentions, officials = _persons()
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.ExactMatch("name_key").configure(term_frequency_adjustments=True),
            compare.ExactMatch("number"),
        ],
        blocking_rules_to_generate_predictions=[block_on("number"), block_on("name_key")],
    )

    def work() -> pa.Table:
        db = DuckDBAPI()
        linker = Linker([db.register(table) for table in (mentions, officials)], settings)
        linker.training.estimate_probability_two_random_records_match([block_on("number")], recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("name_key"))
        found = linker.inference.predict(threshold_match_probability=SPLINK_LINKS).as_pyarrow_table()
        at = pc.index_in(found["unique_id_l"], value_set=mentions["unique_id"].combine_chunks())
        return places.take(at).append_column("cadre_no", found["unique_id_r"])

    return work


def recordlinkage() -> Work:
    """recordlinkage alone, on pandas: all pairs that share a number or a name, told apart by expectation maximisation."""
    import recordlinkage as toolkit  # noqa: PLC0415

    places, mentions, officials = _persons()
    left, right = (table.to_pandas().set_index("unique_id") for table in (mentions, officials))

    def work() -> pa.Table:
        index = toolkit.Index()
        index.block("number")
        index.block("name_key")
        compare = toolkit.Compare()
        compare.exact("name_key", "name_key")
        compare.exact("number", "number")
        features = compare.compute(index.index(left, right), left, right)
        found = toolkit.ECMClassifier().fit_predict(features)
        at = pa.array(left.index.get_indexer(found.get_level_values(0)))
        return places.take(at).append_column("cadre_no", pa.array(found.get_level_values(1)))

    return work


def _persons() -> tuple[pa.Table, pa.Table, pa.Table]:
    """Where rows name somebody, `source_key, mention_no`; who that is, and officials: `unique_id, name_key, number`.

    Numbers are in the form that is common to those of before 2000 and those of today, where they have one.
    """
    from transforms.id_number import old_form  # noqa: PLC0415
    from transforms.mentions import mentions_of, with_keys  # noqa: PLC0415

    contract, roster = _contract(), place.kept("roster")
    told = with_keys(pa.concat_tables(mentions_of(rows, contract) for rows in place.kept_rows()))
    named = roster.officials.join(roster.names.group_by("cadre_no").aggregate([("name_key", "min")]), "cadre_no")
    ids = pa.array([f"m{number}" for number in range(len(told))])

    def person(unique_id: pa.Array, name_key: pa.ChunkedArray, of: pa.Table) -> pa.Table:
        number = pc.coalesce(of["id_old"], old_form(of["id_number"]), of["id_number"])
        return pa.table({"unique_id": unique_id, "name_key": name_key, "number": number})

    mentions, officials = person(ids, told["name_key"], told), person(named["cadre_no"], named["name_key_min"], named)
    return told.select(["source_key", "mention_no"]), mentions, officials


def install_recordlinkage() -> None:
    """Beside the platform, of whose packages it wants others: of pandas an older one."""
    uv = [str(CLONE / ".venv" / "bin" / "uv"), "pip", "install", "--quiet", "--target", str(place.RECORDLINKAGE)]
    if not place.RECORDLINKAGE.exists():
        subprocess.run([*uv, RECORDLINKAGE, "pyarrow"], check=True)


def openpyxl() -> Work:
    """What is commonly read workbooks with, on a sample."""
    from openpyxl import load_workbook  # noqa: PLC0415

    def work() -> None:
        deque(load_workbook(place.WORKBOOK, read_only=True).active.iter_rows(values_only=True), maxlen=0)  # type: ignore[union-attr]

    return work


def _copy(connection: Any, table: str, number: str) -> None:
    copy = connection.cursor().copy(f"copy {table} from stdin (format csv)")
    with copy as stream:
        for block in place.blocks(place.FOLDER / f"rows_{number}.csv"):
            stream.write(block)


PEERS = {
    "to_sql": Stage("pandas.to_sql, scaled from a sample", to_sql, imports=("pandas",), rows=SAMPLE, peer=True),
    "read_file": Stage("pandas.read_csv or read_parquet", read_file, imports=("pandas",), peer=True),
    "upsert": Stage("a snapshot again by ON CONFLICT DO UPDATE of all", upsert, peer=True, times=1),
    "splink": Stage(
        "Splink alone: train, and score",
        splink,
        imports=("pandas", "splink"),
        peer=True,
        times=1,
        only=("land",),
    ),
    "recordlinkage": Stage(
        "recordlinkage alone: compare, and classify",
        recordlinkage,
        imports=("pandas", "recordlinkage"),
        peer=True,
        times=1,
        only=("land",),
        packages=place.RECORDLINKAGE,
    ),
    "openpyxl": Stage("openpyxl, scaled from a sample", openpyxl, rows=SAMPLE, peer=True, times=1, only=("land",)),
}
