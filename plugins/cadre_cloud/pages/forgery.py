"""That a wish comes from a page of ours, opened by who signed in, and from no page of somebody else's."""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from airflow.configuration import conf
from fastapi import Request, Response

_COOKIE = "cadre_session"


class Forged(Exception):
    """What is amiss with a request that wants to change something."""


def hand_out(request: Request, response: Response, session: str) -> None:
    """Have the browser keep its session, which `session_of` gave."""
    secure = request.url.scheme == "https"
    path = request.scope.get("root_path") or "/"
    response.set_cookie(_COOKIE, session, path=path, httponly=True, samesite="strict", secure=secure)


def session_of(request: Request) -> str:
    """The browser's session, a new one where it has none."""
    return request.cookies.get(_COOKIE) or secrets.token_urlsafe(32)


def token(session: str, user_name: str) -> str:
    """What a form of ours holds, and nobody can know who cannot read our pages."""
    key = conf.get_mandatory_value("api", "secret_key").encode()
    return hmac.new(key, f"cadre forms\0{session}\0{user_name}".encode(), hashlib.sha256).hexdigest()


def check(request: Request, given: str, user_name: str) -> None:
    """Let pass what was sent from here with the token of this session; raises Forged."""
    if not _is_from_here(request):
        raise Forged("another origin")
    session = request.cookies.get(_COOKIE, "")
    if not session or not hmac.compare_digest(given.encode(), token(session, user_name).encode()):
        raise Forged("no token of this session")


def _is_from_here(request: Request) -> bool:
    """What the browser says of where a request was made; one that says nothing is not believed."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = urlsplit(request.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("host")
