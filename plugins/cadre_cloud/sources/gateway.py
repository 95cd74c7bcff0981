"""The city's gateway by its published protocol: a token, signed requests, pages."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx
from airflow.sdk import Connection

from cadre_cloud.settings import SHANGHAI
from cadre_cloud.sources.answer import Answer, Line, http_date
from cadre_cloud.sources.arrival import Rest
from cadre_cloud.sources.patience import Failure, Patience
from transforms.contract import ApiSource

PAGE_SIZE = 500
_TOKEN = "/oauth/token"  # noqa: S105  # a path
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_LONGEST_REST = timedelta(days=3660)


class Gateway:
    """A gateway during one pull, by the Airflow connection that the contract names: login and password are its client."""

    def __init__(self, source: ApiSource, rest: Rest) -> None:
        """Nothing is asked yet; `rest` is told whenever the gateway wants to be left alone."""
        self._source = source
        connection = Connection.get(source.connection)
        scheme = connection.schema or ("https" if connection.conn_type == "https" else "http")
        port = f":{connection.port}" if connection.port else ""
        self._client = (connection.login or "", connection.password or "")
        self._line = Line(f"{scheme}://{connection.host}{port}")
        self._token, self._token_served = "", False
        self._ahead = timedelta()  # their clock before ours
        self.patience = Patience(rest)

    def close(self) -> None:
        """Let the gateway go."""
        self._line.close()

    def page(self, begin: datetime, number: int) -> tuple[bytes, dict[str, Any]]:
        """One page's body as sent, and as read; raises SourceError."""
        return self.patience.insist(partial(self._page, begin, number))

    def _page(self, begin: datetime, number: int) -> tuple[bytes, dict[str, Any]]:
        if not self._token:
            self._token, self._token_served = self._new_token(), False
        answer = self._ask(self._page_request(begin, number))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._token = ""
            if self._token_served:  # it may expire between two pages
                return self._page(begin, number)
        page = self._read(answer, self._source.path)
        if page.get("code") != 0:
            raise self._failure(answer, self._source.path, "answered with an error code")
        if not isinstance(page.get("total"), int) or not _are_records(page.get("data")):
            raise self._failure(answer, self._source.path, "answered without a total or a list of records")
        self._token_served = True
        return answer.body, page

    def _page_request(self, begin: datetime, number: int) -> httpx.Request:
        request = self._line.request(
            "GET", self._source.path, headers={"Authorization": f"Bearer {self._token}"},
            params={"updated_since": begin.astimezone(SHANGHAI).isoformat(), "page": number, "page_size": PAGE_SIZE},
        )  # fmt: skip
        if self._source.signed:
            stamp = str(int((datetime.now(UTC) + self._ahead).timestamp()))
            signed = f"GET\n{request.url.raw_path.decode()}\n{stamp}".encode()
            request.headers["X-Timestamp"] = stamp
            request.headers["X-Signature"] = hmac.new(self._client[1].encode(), signed, hashlib.sha256).hexdigest()
        return request

    def _new_token(self) -> str:
        form = {"grant_type": "client_credentials", "client_id": self._client[0], "client_secret": self._client[1]}
        answer = self._ask(self._line.request("POST", _TOKEN, data=form))
        token = self._read(answer, _TOKEN).get("access_token")
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise self._failure(answer, _TOKEN, "answered without a token")
        return token

    def _ask(self, request: httpx.Request) -> Answer:
        """An answer, by which their clock is told from ours: signatures carry the time."""
        answer = self._line.ask(request)
        if answer.dated:
            self._ahead = answer.dated - answer.came_at
        return answer

    def _read(self, answer: Answer, path: str) -> dict[str, Any]:
        """The JSON object of an answer; raises Failure where it is none."""
        if answer.status != HTTPStatus.OK:
            is_passing = answer.status in _PASSING or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            raise self._failure(answer, path, f"answered HTTP {answer.status}", is_lasting=not is_passing)
        try:
            found = json.loads(answer.body.decode())
        except (ValueError, RecursionError):
            raise self._failure(answer, path, "sent a body that is cut short or no JSON") from None
        if not isinstance(found, dict):
            raise self._failure(answer, path, "sent a body that is no JSON object")
        return found

    def _failure(self, answer: Answer, path: str, cause: str, *, is_lasting: bool = False) -> Failure:
        return Failure(path, cause, is_lasting=is_lasting, rest=self._rest_of(answer))

    def _rest_of(self, answer: Answer) -> float:
        """The seconds of a `Retry-After`, which is a number or a date by their clock; 0 without one."""
        text = answer.headers.get("Retry-After", "").strip()
        if text.isdecimal():
            return min(float(text), _LONGEST_REST.total_seconds())
        until = http_date(text)
        return max(0.0, min(until - (answer.came_at + self._ahead), _LONGEST_REST).total_seconds()) if until else 0.0


def _are_records(data: object) -> bool:
    return isinstance(data, list) and all(isinstance(record, dict) for record in data)
