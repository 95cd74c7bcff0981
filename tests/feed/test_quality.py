"""Suites that judge how many rows are refused: where many come, and most cannot be read, the delivery is broken."""

import pyarrow as pa
import pytest

from cadre_cloud import contracts
from cadre_cloud.feed import quality
from transforms.rows import read_types

SENT = {
    "wsh": "云税通0000001", "nsrsbh": "529901197909030058", "nsrmc": "张伟", "fddbrxm": None, "fddbrzjh": None, "sz": "契税",
    "qjje": "100.00", "skssq": "202604-202604", "tzrq": "2026-05-20", "zt": "0", "gxsj": "2026-06-01T16:00:00+08:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "good", "holds"),
    [
        pytest.param(30, 0, True, id="a column that nobody can read"),
        pytest.param(16, 14, True, id="more than half"),
        pytest.param(3, 97, False, id="a dirty day"),
        pytest.param(29, 0, False, id="a few rows, all of them bad"),
        pytest.param(0, 0, False, id="nothing new"),
    ],
)
def test_many_refused_rows_hold_a_changes_feed(bad: int, good: int, holds: bool) -> None:
    dates = ["20260520"] * bad + ["2026-05-20"] * good
    columns = {name: pa.array([value] * len(dates), pa.string()) for name, value in SENT.items()} | {
        "tzrq": pa.array(dates, pa.string()),
        "row_no": pa.array(range(1, len(dates) + 1), pa.int64()),
        "row_error": pa.nulls(len(dates), pa.string()),
    }
    sample = quality.Sample("taxation")
    sample.add(read_types(pa.table(columns), contracts.named("taxation")))
    broken = [finding for finding in sample.judge(0) if not finding.success and finding.severity == "critical"]
    assert bool(broken) == holds
