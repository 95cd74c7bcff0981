"""The departments' gateway, as it stands in for them in a rehearsal: serves a city's `api` resources over HTTP.

`POST /oauth/token` gives a token, `GET {path}?updated_since=…&page=…&page_size=…` pages of records in the order of
cursor and key, and `POST /_today` with a date as its body sets the day up to which deliveries are served.

    GATEWAY_CLIENT=id:secret python -m demo.gateway CITY ENDPOINTS.json PORT

`ENDPOINTS.json` maps each resource to its `path`, `cursor`, `key` (a list) and, where requests are signed, `signed`.
"""

import argparse
import hashlib
import hmac
import json
import os
import secrets
import time
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs, urlsplit

MOST_ROWS, TOKEN_SECONDS, CLOCK_SLACK = 500, 600, 300
BAD_REQUEST_CODE = 40001
CHINA = timezone(timedelta(hours=8))
EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Endpoint:
    """Where a resource is served, and which of its source columns are its cursor and its key."""

    path: str
    cursor: str
    key: tuple[str, ...]
    signed: bool = False


@dataclass(frozen=True)
class Served:
    """The records of a resource, newest state of each key, in the order of cursor and key."""

    cursors: list[datetime]
    records: list[dict]


@dataclass
class Gateway:
    """What the gateway knows: the city, the client, the tokens given out, and the day."""

    city: Path
    resources: Mapping[str, Endpoint]
    client_id: str
    client_secret: str
    token_seconds: float = TOKEN_SECONDS
    clock_ahead: float = 0.0  # seconds by which its clock is wrong
    today: date | None = None  # before the first `POST /_today`, all days are served
    tokens: dict[str, float] = field(default_factory=dict)
    _served: dict[str, Served] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def issue_token(self, form: dict[str, str]) -> str | None:
        """A new token for the right client, `None` for any other."""
        id_fits = hmac.compare_digest(form.get("client_id", "").encode(), self.client_id.encode())
        secret_fits = hmac.compare_digest(form.get("client_secret", "").encode(), self.client_secret.encode())
        if form.get("grant_type") != "client_credentials" or not (id_fits and secret_fits):
            return None
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.monotonic() + self.token_seconds
        return token

    def knows(self, authorization: str) -> bool:
        """Whether an `Authorization` header carries a token that has not expired."""
        return self.tokens.get(authorization.removeprefix("Bearer "), 0) > time.monotonic()

    def is_signed(self, target: str, timestamp: str, signature: str) -> bool:
        """Whether a request is signed with the client's secret, at about this time."""
        if not timestamp.isdecimal() or abs(self.now() - int(timestamp)) > CLOCK_SLACK:
            return False
        message = f"GET\n{target}\n{timestamp}".encode()
        expected = hmac.new(self.client_secret.encode(), message, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.encode())

    def now(self) -> float:
        """The gateway's own clock."""
        return time.time() + self.clock_ahead

    def set_today(self, today: date) -> None:
        """Serve what has been delivered up to a day."""
        with self._lock:
            self.today = today
            self._served.clear()

    def served(self, resource: str) -> Served:
        """The records of a resource as of today, read when they are first asked for."""
        with self._lock:
            if resource not in self._served:
                self._served[resource] = read_served(self.city / resource, self.today, self.resources[resource])
            return self._served[resource]

    def page(self, resource: str, query: str) -> dict:
        """The answer to a query; one that cannot be understood has another `code` than 0."""
        try:
            since, page, size = read_query(query)
            served = self.served(resource)
        except ValueError as error:
            return {"code": BAD_REQUEST_CODE, "message": str(error)}
        # Records whose cursor cannot be read come first, whatever is asked for: nobody can say that they are older.
        unreadable = bisect_right(served.cursors, EARLIEST)
        first = max(bisect_left(served.cursors, since), unreadable)
        total = unreadable + len(served.records) - first
        places = range(total)[(page - 1) * size : page * size]
        data = [served.records[place if place < unreadable else first + place - unreadable] for place in places]
        return {"code": 0, "message": "ok", "total": total, "page": page, "page_size": size, "data": data}


def read_served(folder: Path, today: date | None, endpoint: Endpoint) -> Served:
    """Read what a resource has delivered up to a day; of one key the later cursor wins, whatever the order of lines."""
    newest: dict[tuple[str, ...], tuple[datetime, dict]] = {}
    for path in sorted(folder.glob("*/changes.jsonl")):
        if today and path.parent.name > today.isoformat():
            continue
        for number, record in records_in(path):
            key = tuple(normal(record.get(column)) for column in endpoint.key)
            if "" in key:  # without a key it is no form of another record
                key = (*key, path.parent.name, str(number))
            cursor = cursor_of(record.get(endpoint.cursor))
            if key not in newest or newest[key][0] <= cursor:
                newest[key] = (cursor, record)
    order = sorted(newest, key=lambda key: (newest[key][0], key))
    return Served([newest[key][0] for key in order], [newest[key][1] for key in order])


def records_in(path: Path) -> Iterator[tuple[int, dict]]:
    """The records of a file with their line numbers; raises ValueError for a line that is no JSON object."""
    # Only a line feed ends a line: JSON strings may hold what else Python takes for an end.
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if line.strip():
            try:
                record = json.loads(line)
            except ValueError:
                record = None
            if not isinstance(record, dict):
                raise ValueError(f"{path.parent.parent.name}/{path.parent.name}, line {number}: no JSON object")
            yield number, record


def normal(value: object) -> str:
    """A key item as keys compare; null and absent are the same."""
    return unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()


def moment(text: str) -> datetime:
    """An ISO 8601 timestamp; without an offset it is China's time. Raises ValueError."""
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=CHINA)


def cursor_of(value: object) -> datetime:
    """A record's cursor; one that is no timestamp comes before all others, so that its record is still served."""
    try:
        return moment(str(value))
    except ValueError:
        return EARLIEST


def read_query(query: str) -> tuple[datetime, int, int]:
    """`updated_since`, `page` and `page_size` of a query. An unescaped `+` has become a space, and is no timestamp."""
    given = {name: values[-1] for name, values in parse_qs(query).items()}
    since = given.get("updated_since")
    page, size = int(given.get("page", "1")), int(given.get("page_size", str(MOST_ROWS)))
    if page < 1 or not 1 <= size <= MOST_ROWS:
        raise ValueError(f"page counts from 1, page_size from 1 to {MOST_ROWS}")
    return (moment(since) if since else EARLIEST), page, size


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the gateway that its server holds."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or every answer waits 40 ms for the client's acknowledgement
    server: "GatewayServer"

    def do_POST(self) -> None:
        """Give a token, or set the day."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        path = urlsplit(self.path).path
        if path == "/oauth/token":
            self._give_token(body)
        elif path == "/_today":
            self._set_today(body)
        else:
            self._answer(HTTPStatus.NOT_FOUND, {"message": "no such path"})

    def do_GET(self) -> None:
        """Serve a page to whoever has a token, and a signature where one is wanted."""
        gateway, url = self.server.gateway, urlsplit(self.path)
        resource = next((name for name, point in gateway.resources.items() if point.path == url.path), None)
        if resource is None:
            return self._answer(HTTPStatus.NOT_FOUND, {"message": "no such path"})
        if not gateway.knows(self.headers.get("Authorization", "")):
            return self._answer(HTTPStatus.UNAUTHORIZED, {"message": "the token is missing, wrong or expired"})
        timestamp, signature = self.headers.get("X-Timestamp", ""), self.headers.get("X-Signature", "")
        if gateway.resources[resource].signed and not gateway.is_signed(self.path, timestamp, signature):
            return self._answer(HTTPStatus.FORBIDDEN, {"message": "the signature is wrong"})
        return self._answer(HTTPStatus.OK, gateway.page(resource, url.query))

    def _give_token(self, body: str) -> None:
        gateway = self.server.gateway
        token = gateway.issue_token({name: values[-1] for name, values in parse_qs(body).items()})
        if token is None:
            return self._answer(HTTPStatus.UNAUTHORIZED, {"message": "unknown client"})
        seconds = int(gateway.token_seconds)
        return self._answer(HTTPStatus.OK, {"access_token": token, "token_type": "Bearer", "expires_in": seconds})

    def _set_today(self, body: str) -> None:
        try:
            self.server.gateway.set_today(date.fromisoformat(body.strip()))
        except ValueError:
            return self._answer(HTTPStatus.BAD_REQUEST, {"message": "the body is to be a date"})
        return self._answer(HTTPStatus.OK, {"code": 0, "message": "ok"})

    def _answer(self, status: HTTPStatus, content: dict) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header `Date`, by the gateway's own clock."""
        return super().date_time_string(timestamp or self.server.gateway.now())

    def log_message(self, *_: object) -> None:
        """Say nothing: a query may hold what belongs in no log."""


class GatewayServer(ThreadingHTTPServer):
    """An HTTP server on this machine alone, with a gateway behind it."""

    daemon_threads = True
    handler: type[Handler] = Handler

    def __init__(self, gateway: Gateway, port: int) -> None:
        """Bind the port; 0 takes a free one."""
        self.gateway = gateway
        super().__init__(("127.0.0.1", port), self.handler)


def serve(
    city: Path,
    resources: Mapping[str, Endpoint],
    client_id: str,
    client_secret: str,
    port: int,
    *,
    token_seconds: float = TOKEN_SECONDS,
) -> GatewayServer:
    """Bind a gateway; the caller runs its `serve_forever()`, in a thread of its own if need be."""
    return GatewayServer(Gateway(city, resources, client_id, client_secret, token_seconds), port)


def run(server_of: Callable[[Gateway, int], GatewayServer]) -> None:
    """Read the command line and serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("city", type=Path)
    parser.add_argument("endpoints", type=Path, help="JSON: resource to path, cursor, key and signed")
    parser.add_argument("port", type=int)
    given = parser.parse_args()
    listed = json.loads(given.endpoints.read_text("utf-8"))
    resources = {
        name: Endpoint(point["path"], point["cursor"], tuple(point["key"]), point.get("signed", False))
        for name, point in listed.items()
    }
    client_id, _, client_secret = os.environ["GATEWAY_CLIENT"].partition(":")
    gateway = Gateway(given.city, resources, client_id, client_secret)
    with server_of(gateway, given.port) as server, suppress(KeyboardInterrupt):
        server.serve_forever()


if __name__ == "__main__":
    run(GatewayServer)
