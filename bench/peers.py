"""How the same is commonly done otherwise."""

from collections import deque
from typing import Any

from bench import place
from bench.stages import SAMPLE, Stage, Work

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
    import pyarrow as pa  # noqa: PLC0415
    import splink.comparison_library as compare  # noqa: PLC0415
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # noqa: PLC0415

    from transforms.mentions import mentions_of, with_keys  # noqa: PLC0415

    contract, roster = _contract(), place.kept("roster")
    mentions = with_keys(pa.concat_tables(mentions_of(part.typed.good, contract) for part in place.kept("parts 1")))
    named = roster.officials.join(roster.names.group_by("cadre_no").aggregate([("name_key", "min")]), "cadre_no")
    tables = [
        pa.table({"unique_id": list(range(len(mentions))), "name_key": mentions["name_key"], "number": mentions["id_number"]}),
        pa.table({"unique_id": named["cadre_no"], "name_key": named["name_key_min"], "number": named["id_number"]}),
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            compare.ExactMatch("name_key").configure(term_frequency_adjustments=True),
            compare.ExactMatch("number"),
        ],
        blocking_rules_to_generate_predictions=[block_on("number"), block_on("name_key")],
    )

    def work() -> None:
        db = DuckDBAPI()
        linker = Linker([db.register(table) for table in tables], settings)
        linker.training.estimate_probability_two_random_records_match([block_on("number")], recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
        linker.training.estimate_parameters_using_expectation_maximisation(block_on("name_key"))
        linker.inference.predict(threshold_match_probability=0.9)

    return work


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
    "splink": Stage("Splink alone: train, and score", splink, peer=True, times=1, only=("land",)),
    "openpyxl": Stage("openpyxl, scaled from a sample", openpyxl, rows=SAMPLE, peer=True, times=1, only=("land",)),
}
