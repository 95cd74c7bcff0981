"""What lies in a city directory, read as plainly as can be."""

import csv
import io
from pathlib import Path

from demo.city.parties import key_of


def court_keys(city: Path, days: list[str]) -> set[str]:
    """The keys in the courts' files of some days, as keys compare."""
    keys = set()
    for day in days:
        for path in (city / "court" / day).glob("*.csv"):
            text = path.read_bytes().decode("gb18030", errors="replace")
            keys |= {key_of(row) for row in csv.DictReader(io.StringIO(text)) if row["案号"] and row["当事人序号"]}
    return keys
