"""Our pages, mounted in Airflow's API server: what they have in common when something is not as it should be."""

import logging
from pathlib import Path

import psycopg
from airflow.api_fastapi.app import get_auth_manager
from fastapi import FastAPI, HTTPException, Request, status
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from cadre_cloud.pages import alerts, deliveries, feeds, identity, review, scorecard
from cadre_cloud.pages.forgery import Forged
from cadre_cloud.pages.page import sentence
from cadre_cloud.warehouse.acts import Refused

log = logging.getLogger(__name__)

PREFIX = "/cadre"
app = FastAPI(title="Cadre Cloud", docs_url=None, redoc_url=None, openapi_url=None)
app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
for pages in (alerts, feeds, deliveries, review, scorecard, identity):
    app.include_router(pages.router)


@app.exception_handler(HTTPException)
async def explain(request: Request, error: HTTPException) -> Response:
    """Through the log-in and back; everything else in a sentence."""
    if error.status_code == status.HTTP_401_UNAUTHORIZED:
        asked = f"{request.url.path}?{request.url.query}".rstrip("?")
        here = asked if request.method == "GET" else f"{PREFIX}/feeds"
        return RedirectResponse(get_auth_manager().get_url_login(next_url=here), status.HTTP_303_SEE_OTHER)
    return sentence(request, "There is nothing here that you may read.", error.status_code)


@app.exception_handler(psycopg.errors.InsufficientPrivilege)
async def keep(request: Request, error: psycopg.errors.InsufficientPrivilege) -> Response:
    """What the role of whoever is signed in may not read, such as an analyst's: as where there is nothing."""
    return await explain(request, HTTPException(status.HTTP_404_NOT_FOUND))


@app.exception_handler(Forged)
async def refuse_forged(request: Request, error: Forged) -> Response:
    """Somebody else's page may have sent it."""
    log.warning("%s was asked for by no page of ours: %s", request.url.path, error)
    told = "This did not come from a page of ours, or that page is too old. Load it again, and try once more."
    return sentence(request, told, status.HTTP_403_FORBIDDEN)


@app.exception_handler(Refused)
async def refuse(request: Request, refusal: Refused) -> Response:
    """Why a wish is not taken."""
    return sentence(request, str(refusal), status.HTTP_400_BAD_REQUEST)


@app.exception_handler(psycopg.OperationalError)
async def excuse(request: Request, error: psycopg.OperationalError) -> Response:
    """The warehouse is away, full or too slow: that passes. What the driver says holds its address, and stays here."""
    log.warning("%s cannot be shown, the warehouse is away: %s", request.url.path, type(error).__name__)
    told = "The warehouse cannot be reached at present. Please try again soon."
    return sentence(request, told, status.HTTP_503_SERVICE_UNAVAILABLE)
