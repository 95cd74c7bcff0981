"""The pages behind the links in our mails: what an alert says, to whom may read about that official."""

import logging
import re
from functools import cache
from pathlib import Path

import psycopg
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import FastAPI, HTTPException, Request, status
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cadre_cloud.language import beside, say
from cadre_cloud.pages.reading import as_reader_of

log = logging.getLogger(__name__)

PREFIX = "/cadre"
app = FastAPI(title="Cadre Cloud", docs_url=None, redoc_url=None, openapi_url=None)

_ALERT_NO = re.compile(r"[0-9A-F]{12}")

_ALERT = """
select a.*, c.name, c.unit_name, c.post_title from mart.alert a join mart.cadre c using (cadre_no)
where a.alert_no = %s"""

_EVIDENCE = """
select r.resource, r.source_key, r.summary, r.occurred_on, r.link_method
from mart.alert a, jsonb_to_recordset(a.evidence) as e (resource text, source_key text)
join mart.record r using (resource, source_key)
where a.alert_no = %s and r.cadre_no = a.cadre_no order by r.occurred_on, r.source_key"""


@app.get("/alerts/{alert_no}")
def alert(alert_no: str, user: GetUserDep) -> HTMLResponse:
    """One alert with its evidence; not found is also what somebody reads who may not read about the official."""
    if not _ALERT_NO.fullmatch(alert_no):
        raise HTTPException(status.HTTP_404_NOT_FOUND)
    with as_reader_of(user.get_name()) as warehouse:
        found = warehouse and warehouse.execute(_ALERT, [alert_no]).fetchone()
        if not warehouse or not found:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        evidence = warehouse.execute(_EVIDENCE, [alert_no]).fetchall()
    page = _templates().get_template("alert.html.j2").render(alert=found, evidence=evidence, say=say, beside=beside)
    return HTMLResponse(page, headers={"Cache-Control": "no-store"})


@app.exception_handler(HTTPException)
async def explain(request: Request, error: HTTPException) -> Response:
    """Through the log-in and back; everything else in a sentence."""
    if error.status_code == status.HTTP_401_UNAUTHORIZED:
        here = request.url.path
        return RedirectResponse(get_auth_manager().get_url_login(next_url=here), status.HTTP_303_SEE_OTHER)
    return _sentence("There is nothing here that you may read.", error.status_code)


@app.exception_handler(psycopg.OperationalError)
async def excuse(request: Request, error: psycopg.OperationalError) -> Response:
    """The warehouse is away, full or too slow: that passes. What the driver says holds its address, and stays here."""
    log.warning("%s cannot be shown, the warehouse is away: %s", request.url.path, type(error).__name__)
    return _sentence("The warehouse cannot be reached at present. Please try again soon.", status.HTTP_503_SERVICE_UNAVAILABLE)


def _sentence(message: str, status_code: int) -> HTMLResponse:
    page = _templates().get_template("sentence.html.j2").render(sentence=say(message))
    return HTMLResponse(page, status_code, headers={"Cache-Control": "no-store"})


@cache
def _templates() -> Environment:
    folder = Path(__file__).parents[1] / "templates"
    return Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True)
