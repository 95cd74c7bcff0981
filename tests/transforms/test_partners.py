"""Columns that come under another name find their partner by what stands in them, and by how alike their names are."""

import pyarrow as pa
import pytest

from transforms.contract import Column
from transforms.partners import partners

NUMBERS = pa.array(["529901197503120010", "529902198007250028", None])
DAYS = pa.array(["20260501", "20260502", "20260503"])
WORDS = pa.array(["甲", "乙", "丙"])
ID, DAY, TEXT = (
    Column(name="id_number", type="id18"),
    Column(name="on", type="date", format="%Y%m%d"),
    Column(name="why", type="text"),
)


@pytest.mark.parametrize(
    ("missing", "new", "found"),
    [
        ({"SFZH": ID}, {"ZJHM": NUMBERS, "RQ": DAYS}, {"SFZH": "ZJHM"}),
        ({"SFZH": ID, "JDRQ": DAY}, {"X": DAYS, "Y": NUMBERS}, {"SFZH": "Y", "JDRQ": "X"}),
        ({"AY": TEXT, "JDRQ": DAY}, {"AYMC": WORDS, "CFRQ": DAYS}, {"AY": "AYMC", "JDRQ": "CFRQ"}),
        ({"AY": TEXT}, {"BZ": WORDS, "AYMC": WORDS}, {"AY": "AYMC"}),
        ({"SFZH": ID}, {"SFZH2": WORDS}, {}),
        ({"SFZH": ID}, {"LEER": pa.array([None, None, None], pa.string())}, {}),
        ({"SFZH": ID}, {}, {}),
    ],
)
def test_partners(missing: dict[str, Column], new: dict[str, pa.Array], found: dict[str, str]) -> None:
    assert partners(missing, dict.fromkeys(missing, pa.table(new))) == found
