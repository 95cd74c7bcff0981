"""Makes what the memory of tasks is measured on: a roster in the warehouse, two days' files of each big register."""

from bench import finance, land, place
from bench.roster import load_roster
from cadre_cloud import settings
from cadre_cloud.steps import bound_duckdb


def main() -> None:
    """Prepare everything."""
    bound_duckdb()
    officials = load_roster()
    folders = [place.drop_folder(str(number)) for number, _ in enumerate(place.DAYS, start=1)]
    land.write_days(
        [folder / "land" / f"land_{day:%Y%m%d}.csv" for folder, day in zip(folders, place.DAYS, strict=True)],
        place.rows_wanted(), officials,
    )  # fmt: skip
    finance.write_days(
        [folder / "finance" / f"finance_{day:%Y%m%d}.parquet" for folder, day in zip(folders, place.DAYS, strict=True)],
        place.rows_wanted(), officials, settings.salt("finance"),
    )  # fmt: skip


if __name__ == "__main__":
    main()
