"""How the same is commonly done otherwise."""

from typing import Any

from bench import place
from bench.stages import BLOCK, SAMPLE, Stage, Work

KEY = "case_no, party_no"
TYPES = {"integer": "bigint", "money": "numeric(18, 2)", "date": "date", "boolean": "boolean"}


def create_table(name: str = "court", more: str = "") -> str:
    """A plain table of the contract's columns."""
    from cadre_cloud import contracts  # noqa: PLC0415

    columns = [f"{column} {TYPES.get(of.type, 'text')}" for column, of in contracts.named("court").named.items()]
    return f"create table {name} ({', '.join(columns)}{more})"


def to_sql() -> Work:
    """What pandas offers, on a sample."""
    import sqlalchemy  # noqa: PLC0415

    frame = place.kept("parts 1")[0].typed.values.drop_columns(["row_no", "source_key"]).slice(0, SAMPLE).to_pandas()
    address = place.address(place.RUN).replace("postgresql:", "postgresql+psycopg:", 1)
    engine = sqlalchemy.create_engine(address)
    return lambda: frame.to_sql("court", engine, index=False)


def read_csv() -> Work:
    """What pandas offers for reading."""
    import pandas as pd  # noqa: PLC0415

    return lambda: pd.read_csv(place.FOLDER / "1.csv", encoding="gb18030", dtype=str)


def upsert() -> Work:
    """A snapshot again, 1 % changed: everything into a table aside, then INSERT … ON CONFLICT DO UPDATE."""
    import psycopg  # noqa: PLC0415

    connection = psycopg.connect(place.address(place.RUN))
    connection.execute(create_table(more=f", primary key ({KEY})"))
    _copy(connection, "court", "1")
    connection.commit()

    def work() -> None:
        connection.execute("create temp table aside (like court)")
        _copy(connection, "aside", "2")
        columns = [row.name for row in connection.execute("select * from aside limit 0").description or []]
        others = [name for name in columns if name not in KEY.split(", ")]
        connection.execute(
            f"insert into court select * from aside on conflict ({KEY}) do update set "
            f"({', '.join(others)}) = row({', '.join(f'excluded.{name}' for name in others)})"
        )
        connection.commit()

    return work


def _copy(connection: Any, table: str, number: str) -> None:
    copy = connection.cursor().copy(f"copy {table} from stdin (format csv)")
    with (place.FOLDER / f"rows_{number}.csv").open("rb") as file, copy as stream:
        while block := file.read(BLOCK):
            stream.write(block)


PEERS = {
    "to_sql": Stage("pandas.to_sql, scaled from a sample", to_sql, imports=("pandas",), rows=SAMPLE, peer=True),
    "read_csv": Stage("pandas.read_csv, all text", read_csv, imports=("pandas",), peer=True),
    "upsert": Stage("a snapshot again by ON CONFLICT DO UPDATE of all", upsert, peer=True, times=1),
}
