"""The scorecard: a month of each department's deliveries, as a table for us, and as figures and a letter for the department."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, HTTPException, Request, status
from fastapi.responses import HTMLResponse, Response

from cadre_cloud import contracts
from cadre_cloud.language import say
from cadre_cloud.pages.page import page
from cadre_cloud.pages.reading import Row, as_reader_of
from cadre_cloud.warehouse.connection import acted_at
from transforms.contract import Contract

router = APIRouter()

FIGURES = ("due", "on_time", "missed", "deliveries", "held", "received", "accepted", "quarantined", "duplicate", "mentions",
           "linked", "review", "nobody", "warnings", "failures", "acts")  # fmt: skip
_EXAMPLES = 3  # rows of each kind that a letter names

_LAST = "select date_trunc('month', max(day))::date as month from ledger.settlement where outcome is not null"

_CARDS = """
select * from mart.scorecard where month = %(month)s and coalesce(department = %(department)s, true)
order by department nulls last, resource"""

# Where a row stands, never what is in it; a key can be a name or a certificate's number.
_REFUSED = f"""
select resource, field, reason, count(*) as rows,
       (array_agg(jsonb_build_object('day', day, 'file', file, 'row_no', row_no) order by day desc, row_no))[1:{_EXAMPLES}]
       as examples
from mart.quarantine where resource = any(%(resources)s) and day between %(month)s and %(until)s
group by resource, field, reason order by resource, rows desc, field, reason"""

_HELD = """
select resource, day, file, message from mart.delivery
where resource = any(%(resources)s) and day between %(month)s and %(until)s and state in ('held', 'rejected')
order by resource, day, file"""


@router.get("/scorecard")
def scorecard(request: Request, user: GetUserDep, month: str = "") -> HTMLResponse:
    """A month of all departments."""
    first, cards = _read(user.get_name(), month)
    shown = {
        "month": first,
        "month_before": first and (first - timedelta(days=1)).replace(day=1),
        "month_after": first and _after(first),
        "departments": [(name, list(group)) for name, group in groupby(cards, lambda card: card["department"])],
        "named": _named(cards),
        "identified": _identified,
    }
    return page(request, "scorecard.html.j2", shown)


@router.get("/scorecard/letter")
def letter(request: Request, user: GetUserDep, department: str, month: str) -> HTMLResponse:
    """What a department is asked to mend, to be printed; it holds nothing about a person."""
    first, cards = _read(user.get_name(), month, department)
    asked = {"resources": [card["resource"] for card in cards], "month": first, "until": cards[0]["until"]}
    with as_reader_of(user.get_name()) as warehouse:
        refused, held = ([*warehouse.execute(query, asked)] if warehouse else [] for query in (_REFUSED, _HELD))
    shown = {
        "department": department,
        "month": first,
        "cards": cards,
        "named": _named(cards),
        "refused": _by_resource(refused),
        "held": _by_resource(held),
        "identified": _identified,
        "has_file": {name: _tells_its_file(contract) for name, contract in _contracts().items()},
        "day_of": date.fromisoformat,
        "today": acted_at().date(),
    }
    return page(request, "letter.html.j2", shown)


@router.get("/scorecard.csv")
def figures(user: GetUserDep, department: str, month: str) -> Response:
    """The same figures, a line each, for the department's own reckoning."""
    first, cards = _read(user.get_name(), month, department)
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow([say(word) for word in ("Month", "Resource", "Title", "Figure", "Column", "Reason", "How many")])
    lines.writerows([f"{first:%Y-%m}", card["resource"], card["title"], *line] for card in cards for line in _lines(card))
    return Response(
        text.getvalue().encode("utf-8-sig"),  # so that spreadsheets know that it is UTF-8
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="scorecard-{first:%Y%m}.csv"', "Cache-Control": "no-store"},
    )


def _read(user_name: str, month: str, department: str | None = None) -> tuple[Any, list[Row]]:
    """A month, by default the last that has a settled day, none before the first; and its cards, of one department or all."""
    with as_reader_of(user_name) as warehouse:
        if not warehouse:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        first = _month(month) or (warehouse.execute(_LAST).fetchone() or {}).get("month")
        cards = warehouse.execute(_CARDS, {"month": first, "department": department}).fetchall()
    if department is not None and not cards:
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    return first, cards


def _month(text: str) -> date | None:
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise HTTPException(status.HTTP_404_NOT_FOUND) from None


def _after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _lines(card: Row) -> Iterator[tuple[object, ...]]:
    """Each figure of a card: what it is, of which column and reason, and how many."""
    named = _named([card])[card["resource"]]
    yield from ((say(name), "", "", card[name]) for name in FIGURES)
    for group in card["reasons"]:
        column = named.get(group["field"], group["field"])
        yield say("quarantined"), column, say("reason " + group["reason"]), group["rows"]
    yield from ((say("Identified by"), say("by " + evidence), "", number) for evidence, number in card["identity"].items())


def _identified(card: Row) -> dict[str, float]:
    """Of the persons who are or may be officials, the share that each evidence made out; the rest has to be asked about."""
    most_first = sorted(card["identity"].items(), key=lambda told: -told[1])
    return {evidence: number / (card["linked"] + card["review"]) for evidence, number in most_first}


def _named(cards: list[Row]) -> dict[str, dict[str, str]]:
    """Of each resource, our names of columns and what the department calls them."""
    known = _contracts()
    columns = {card["resource"]: known[card["resource"]].columns if card["resource"] in known else {} for card in cards}
    return {resource: {column.name: sent for sent, column in sent_as.items()} for resource, sent_as in columns.items()}


def _contracts() -> dict[str, Contract]:
    return {contract.resource: contract for contract in contracts.every()}


def _tells_its_file(contract: Contract) -> bool:
    """Whether a row is found by its file: one that is named by agreement, not by whoever dropped it, who may write a name."""
    return contract.source.kind == "drop" and not contract.source.files.startswith("*")


def _by_resource(rows: list[Row]) -> dict[str, list[Row]]:
    return {resource: list(group) for resource, group in groupby(rows, lambda row: row["resource"])}
