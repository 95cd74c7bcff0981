"""*Whose records*: how well records are linked, load by load and against what is known; figures, and nobody's data."""

from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pyarrow as pa
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import HTMLResponse

from cadre_cloud.pages import sparkline
from cadre_cloud.pages.page import page
from cadre_cloud.pages.reading import Reader, Row, as_reader_of
from transforms.link import quality
from transforms.link.sample import Stratum, estimate

router = APIRouter()

DAYS = 30  # that are looked back
OUTCOMES = ("automatic", "stopped", "review", "nobody")
BREAKDOWNS = ("resource", "form", "method", "frequency")
# As a head says them, with the bounds of what is a share beside it.
COLUMNS = ("officials", "automatic", "false", "precision", "recall", "review", "found", "asked")
SAMPLED = ("links", "labelled", "precision", "unsure", "different")
CALIBRATED = ("pairs", "predicted", "borne_out")
SHARES = ("precision", "recall", "borne_out")

_COUNTS = ", ".join(f"coalesce(sum(mentions) filter (where outcome = '{name}'), 0)::bigint as {name}" for name in OUTCOMES)
_LOADS = f"""
select resource, day, {_COUNTS}
from mart.linking
where day > (select max(day) from mart.linking) - {DAYS}
group by resource, day order by resource, day"""

_METHODS = f"""
select resource, method, outcome, sum(mentions)::bigint as mentions from mart.linking
where day > (select max(day) from mart.linking) - {DAYS} and outcome <> 'nobody'
group by resource, method, outcome order by resource, mentions desc, method"""

_STOPS = "select * from mart.linking_stop order by released_at desc nulls first, day desc, resource limit 20"
_OUTCOME = "select * from mart.identity_outcome where day = (select max(day) from mart.identity_outcome)"
_SAMPLE = """
select resource, method, links, labelled, same, unsure, different from mart.identity_sample
where labelled > 0 order by resource, method"""
_CALIBRATION = "select * from mart.identity_calibration where day = (select max(day) from mart.identity_outcome)"


@router.get("/identity")
def identity(request: Request, user: GetUserDep) -> HTMLResponse:
    """What links are worth, as far as it is known, and what each load made of those whom it names."""
    with as_reader_of(user.get_name()) as warehouse:
        if not warehouse:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        audited = warehouse.execute(_OUTCOME).fetchall()
        shown = {
            "audited_on": audited[0]["day"] if audited else None,
            "breakdowns": _breakdowns(audited),
            "calibrated": _calibrated(warehouse.execute(_CALIBRATION).fetchall()),
            "sampled": (sampled := [_labelled(row) for row in warehouse.execute(_SAMPLE).fetchall()]),
            "estimate": estimate([Stratum(row["links"], row["labelled"], row["same"]) for row in sampled]),
            "sample_columns": SAMPLED,
            "stops": warehouse.execute(_STOPS).fetchall(),
            "loads": _loads(warehouse),
            "columns": COLUMNS,
            "calibrated_columns": CALIBRATED,
            "shares": SHARES,
            "outcomes": OUTCOMES,
            "sparkline": sparkline,
        }
    return page(request, "identity.html.j2", shown)


def _breakdowns(audited: list[Row]) -> dict[str, list[dict[str, Any]]]:
    """What was found, by each thing that it may depend on."""
    if not audited:
        return {}
    table = pa.Table.from_pylist(audited, schema=quality.OUTCOME)
    return {by: quality.figures(table, by) for by in BREAKDOWNS}


def _calibrated(rows: list[Row]) -> list[dict[str, Any]]:
    return quality.calibrated(pa.Table.from_pylist(rows, schema=quality.CALIBRATION), "least") if rows else []


def _labelled(row: Row) -> dict[str, Any]:
    return {**row, **quality.share("precision", row["same"], row["labelled"])}


def _loads(warehouse: Reader) -> dict[str, dict[str, Any]]:
    """Of each resource the counts of its loads, by day the share linked of those recognised, and by what evidence."""
    methods = {name: list(rows) for name, rows in groupby(warehouse.execute(_METHODS).fetchall(), lambda row: row["resource"])}
    rows = warehouse.execute(_LOADS).fetchall()
    last = max((row["day"] for row in rows), default=None)
    return {
        resource: _load([*days], last, methods.get(resource, [])) for resource, days in groupby(rows, lambda row: row["resource"])
    }


def _load(days: list[Row], last: date | None, methods: list[Row]) -> dict[str, Any]:
    shares = {row["day"]: share for row in days if (share := _share(row)) is not None}
    span = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)] if last else []
    return {
        "last": days[-1],
        "sum": {name: sum(row[name] for row in days) for name in OUTCOMES},
        "share": _share(days[-1]),
        "shares": [shares.get(day) for day in span],
        "methods": methods,
    }


def _share(row: Row) -> float | None:
    """Of the mentions in which somebody is recognised the share that is linked; None where nobody is."""
    recognised = row["automatic"] + row["stopped"] + row["review"]
    return row["automatic"] / recognised if recognised else None
