"""A city's truth, as its files tell it: in the demo city's form, or in the least that a city directory may have."""

import csv
from collections.abc import Iterator
from pathlib import Path

LEAST = {"resource", "source_key", "cadre_no"}  # columns of owner.csv
WHOLE = LEAST | {"mention_no", "subject", "form", "since"}


class Truth:
    """Reads the files of a `truth` folder, as far as they tell of days up to the last one that was rehearsed."""

    def __init__(self, folder: Path, last_day: str) -> None:
        """Look which form the folder has, if it is there."""
        self.folder, self.last_day = folder, last_day
        columns = self._owner_columns()
        self.is_there, self.is_whole = columns >= LEAST, columns >= WHOLE

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """The rows of a file, one by one: of owners there are many."""
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as lines:
            yield from csv.DictReader(lines)

    def of_days(self, name: str) -> list[dict[str, str]]:
        """The rows of a file whose rows have a `day`, in the order of the days."""
        return sorted((row for row in self.rows(name) if row["day"] <= self.last_day), key=lambda row: row["day"])

    def is_over(self) -> bool:
        """Whether all of the city's days were rehearsed."""
        return all(row["day"] <= self.last_day for row in self.rows("delivery"))

    def _owner_columns(self) -> set[str]:
        try:
            with (self.folder / "owner.csv").open(encoding="utf-8-sig", newline="") as lines:
                return set(next(csv.reader(lines), []))
        except OSError:
            return set()
