"""A page as it goes out: rendered, kept by no cache, and bound to what comes from here."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request, status
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cadre_cloud.language import beside, say

# No script and no style but our own files, in no frame but Airflow's.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def page(request: Request, template: str, values: Mapping[str, Any], status_code: int = status.HTTP_200_OK) -> HTMLResponse:
    """A page of ours; `root` in it is where they are mounted."""
    root = request.scope.get("root_path", "")
    text = _templates().get_template(template).render(values, root=root, say=say, beside=beside)
    return HTMLResponse(text, status_code, headers=_HEADERS)


def sentence(request: Request, message: str, status_code: int) -> HTMLResponse:
    """A page that says one thing."""
    return page(request, "sentence.html.j2", {"sentence": say(message)}, status_code)


@cache
def _templates() -> Environment:
    folder = Path(__file__).parents[1] / "templates"
    made = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    made.filters |= {"number": "{:,}".format, "share": _share}
    return made


def _share(value: float) -> str:
    return f"{value:.0%}" if value in (0, 1) or value >= 0.1 else f"{value:.1%}"  # noqa: PLR2004  # of small ones a digit more
