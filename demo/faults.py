"""The departments' gateway on a bad day: now and then it answers badly, as real ones do, and keeps book of who asks when.

All faults pass: whoever asks again, and not too early, gets every record. `GET /_book` tells what was played.

    FAULTS=seed GATEWAY_CLIENT=id:secret python -m demo.faults CITY ENDPOINTS.json PORT
"""

import json
import os
import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Lock
from urllib.parse import parse_qs, urlsplit

from demo.gateway import CLOCK_SLACK, Gateway, GatewayServer, Handler, moment, run

REST = 1  # seconds of a `Retry-After`; as a date one more, as dates have no fractions
DRIP, DRIPS = 0.1, 40  # seconds between two bytes, and how many come
ENDLESS = 80 << 20  # bytes

Draw = Callable[[str], str | None]  # the next fault for a path, if any


@dataclass(frozen=True)
class Request:
    """What was asked for, when (`time.monotonic`), and what was played; `early` if a `Retry-After` was not over yet."""

    at: float
    path: str
    page: int
    fault: str | None
    early: bool


@dataclass
class Book:
    """Every request, and until when nobody may ask."""

    requests: list[Request] = field(default_factory=list)
    not_before: float = 0.0
    lock: Lock = field(default_factory=Lock)

    def note(self, path: str, page: int, fault: str | None) -> None:
        """A request came."""
        now = time.monotonic()
        self.requests.append(Request(now, path, page, fault, now < self.not_before))

    def rest(self, seconds: float) -> None:
        """Nobody may ask for some time."""
        self.not_before = time.monotonic() + seconds

    @property
    def played(self) -> Counter[str]:
        """How often each fault was played."""
        return Counter(request.fault for request in self.requests if request.fault)

    @property
    def early(self) -> int:
        """How many did not wait."""
        return sum(request.early for request in self.requests)


class FaultyHandler(Handler):
    """Plays a fault before, around or in place of the good answer."""

    server: "FaultyServer"
    fault: str | None = None

    def do_GET(self) -> None:
        """Serve a page, or the book."""
        if self.path == "/_book":
            book = self.server.book
            said = {"requests": len(book.requests), "played": dict(sorted(book.played.items())), "early": book.early}
            return super()._answer(HTTPStatus.OK, said)
        return self._play(super().do_GET)

    def do_POST(self) -> None:
        """Give a token, or set the day, which always goes well."""
        return super().do_POST() if self.path == "/_today" else self._play(super().do_POST)

    def _play(self, serve: Callable[[], None]) -> None:
        url = urlsplit(self.path)
        with self.server.book.lock:
            self.fault = self.server.draw(url.path)
            self.server.book.note(url.path, int(parse_qs(url.query).get("page", ["0"])[0]), self.fault)
        instead = INSTEAD.get(self.fault or "")
        if instead is None:
            return serve()
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return instead(self, serve)

    def _answer(self, status: HTTPStatus, content: dict) -> None:
        spoil = SPOILT.get(self.fault or "")
        if spoil is None:
            return super()._answer(status, content)
        return spoil(self, json.dumps(content, ensure_ascii=False).encode())

    def send_bytes(self, body: bytes, status: HTTPStatus = HTTPStatus.OK, length: int | None = None, **headers: str) -> None:
        """Answer with some bytes and close; `length` is what the header says of them."""
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.write(body)

    def write(self, *blocks: bytes, pause: float = 0.0) -> None:
        """Write until the client hangs up."""
        self.close_connection = True
        with suppress(ConnectionError):
            for block in blocks:
                self.wfile.write(block)
                time.sleep(pause)


class FaultyServer(GatewayServer):
    """A gateway that plays what is drawn."""

    handler = FaultyHandler

    def __init__(self, gateway: Gateway, port: int, draw: Draw) -> None:
        """Bind the port; 0 takes a free one."""
        self.draw, self.book = draw, Book()
        super().__init__(gateway, port)


def _refuse(status: HTTPStatus, **headers: str) -> Callable[[FaultyHandler, object], None]:
    def play(handler: FaultyHandler, _: object) -> None:
        handler.send_bytes(b'{"message": "not today"}', status, **headers)

    return play


def _rest(status: HTTPStatus) -> Callable[[FaultyHandler, object], None]:
    def play(handler: FaultyHandler, _: object) -> None:
        handler.server.book.rest(REST)
        handler.send_bytes(b"", status, Retry_After=str(REST))

    return play


def _rest_until(handler: FaultyHandler, _: object) -> None:
    now = handler.server.gateway.now()
    until = int(now) + REST + 1
    handler.server.book.rest(until - now)
    handler.send_bytes(b"", HTTPStatus.TOO_MANY_REQUESTS, Retry_After=handler.date_time_string(until))


def _expire(handler: FaultyHandler, serve: Callable[[], None]) -> None:
    handler.server.gateway.tokens.clear()
    serve()


def _move(handler: FaultyHandler, serve: Callable[[], None]) -> None:
    """Serve a page, and then have the first of what was asked for move to the end, as a record does that is altered meanwhile."""
    serve()
    gateway, url = handler.server.gateway, urlsplit(handler.path)
    resource = next(name for name, point in gateway.resources.items() if point.path == url.path)
    served = gateway.served(resource)
    first = bisect_left(served.cursors, moment(parse_qs(url.query)["updated_since"][0]))
    if first < len(served.records):
        served.records.append(served.records.pop(first))
        served.cursors.append(served.cursors[-1])
        del served.cursors[first]


def _hang_up(handler: FaultyHandler, _: object) -> None:
    handler.close_connection = True


def _drip_headers(handler: FaultyHandler, _: object) -> None:
    drops = b"HTTP/1.1 200 OK\r\nX-Slow: " + b"." * DRIPS
    handler.write(*(drops[place : place + 1] for place in range(DRIPS)), pause=DRIP)


def _drip(handler: FaultyHandler, body: bytes) -> None:
    handler.send_bytes(b"", length=len(body))
    handler.write(*(body[place : place + 1] for place in range(DRIPS)), pause=DRIP)


def _endless(handler: FaultyHandler, _: bytes) -> None:
    handler.send_bytes(b"", length=1 << 40)
    handler.write(*[b" " * (1 << 20)] * (ENDLESS >> 20))


# In place of the good answer, or before it. Those of the first line look like refusals, which nobody asks again for often.
REFUSALS: dict[str, Callable] = {
    "unauthorized": _refuse(HTTPStatus.UNAUTHORIZED),
    "forbidden": _refuse(HTTPStatus.FORBIDDEN),
    "redirect": _refuse(HTTPStatus.FOUND, Location="http://127.0.0.1:9/elsewhere"),
}
ON_PAGES: dict[str, Callable] = {"expire": _expire, "move": _move}
INSTEAD: dict[str, Callable] = {
    **REFUSALS,
    **ON_PAGES,
    "too many": _rest(HTTPStatus.TOO_MANY_REQUESTS),
    "too many until": _rest_until,
    "unavailable": _rest(HTTPStatus.SERVICE_UNAVAILABLE),
    "error": _refuse(HTTPStatus.INTERNAL_SERVER_ERROR),
    "bad gateway": _refuse(HTTPStatus.BAD_GATEWAY),
    "hang up": _hang_up,
    "drip headers": _drip_headers,
}
# The good answer, not as it should be.
SPOILT: dict[str, Callable[[FaultyHandler, bytes], None]] = {
    "cut": lambda handler, body: handler.send_bytes(body[: len(body) // 2], length=len(body)),
    "wrong length": lambda handler, body: handler.send_bytes(body, length=len(body) // 2),
    "html": lambda handler, _: handler.send_bytes("<html>系统维护中</html>".encode(), Content_Type="text/html"),
    "code": lambda handler, _: handler.send_bytes('{"code": 50001, "message": "系统繁忙"}'.encode()),
    "drip": _drip,
    "endless": _endless,
}
FAULTS = sorted({**INSTEAD, **SPOILT})


def drawn(seed: str) -> Draw:
    """Faults in an order that the seed decides for each path, up to three in a row; all come before one comes again."""
    decks: dict[str, Iterator[str | None]] = {}
    return lambda path: next(decks.setdefault(path, _deck(random.Random(f"{seed} {path}"), is_token=path == "/oauth/token")))


def _deck(chance: random.Random, *, is_token: bool) -> Iterator[str | None]:
    kinds = [kind for kind in FAULTS if not is_token or kind not in {**REFUSALS, **ON_PAGES}]
    in_a_row = 0
    while True:
        for kind in chance.sample(kinds, len(kinds)):
            yield kind
            in_a_row += 1
            if kind in REFUSALS or in_a_row == 3 or chance.random() < 0.4:  # noqa: PLR2004
                yield None
                in_a_row = 0


def main(seed: str) -> None:
    """Serve as `demo.gateway` does, by a clock that is wrong by more than signatures may be."""

    def server_of(gateway: Gateway, port: int) -> FaultyServer:
        gateway.clock_ahead = random.Random(seed).choice((-1, 1)) * (CLOCK_SLACK + 20.0)
        return FaultyServer(gateway, port, drawn(seed))

    run(server_of)


if __name__ == "__main__":
    main(os.environ["FAULTS"])
