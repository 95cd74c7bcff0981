"""The city's gateway: pages over HTTP, by its published protocol."""

import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import requests
from airflow.sdk import Connection
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from cadre_cloud.settings import SHANGHAI
from cadre_cloud.sources.arrival import Arrival, SourceError
from transforms.contract import ApiSource, Contract
from transforms.formats.pages import SEPARATOR
from transforms.text import tellable

LATE = timedelta(days=3)  # a record may arrive with a cursor this far behind what was already served
PAGE_SIZE = 500
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TIMEOUT = (10, 60)  # seconds to connect, and between two bytes
_TRIES = 4  # of a page whose body is cut or no JSON
_PASSES = 5  # over a set that moves while it is read

# Honours Retry-After, as seconds or as a date, for these and for 503.
_RETRY = Retry(total=5, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504), allowed_methods=None)


def arrivals(contract: Contract, day: date, since: datetime | None) -> list[Arrival]:
    """One pull: every page of what was altered since the cursor and three days before."""
    assert isinstance(contract.source, ApiSource)  # noqa: S101  # chosen by kind
    begin = since - LATE if since else _BEGINNING
    dropped: Counter[str] = Counter()
    pull = partial(_pull, contract, contract.source, begin, dropped)
    return [Arrival(file=contract.source.path, snapshot_on=day, chunks=pull, dropped=dropped)]


def _pull(contract: Contract, source: ApiSource, begin: datetime, dropped: Counter[str]) -> Iterable[bytes]:
    """All pages, again from the first where the set moved meanwhile: a record that is touched pushes others up a page.

    Of an `allow_only` source each page is only its records, and these only what the contract names.
    """
    before, ever = None, set()
    with _Gateway(source) as gateway:
        for number in range(_PASSES):
            now = _Pass(contract)
            for sent, page in gateway.pages(begin):
                body = _allowed(page["data"], set(contract.columns), dropped) if source.allow_only else sent
                now.see(body, page)
                yield SEPARATOR + body
            ever |= now.seen
            complete = number > 0 and len(ever) >= now.most
            if now.stood_still or complete or now.digest() == before:
                return
            before = now.digest()
    raise SourceError(f"{contract.resource}: the gateway's records moved during each of {_PASSES} pulls")


def _allowed(records: list[dict[str, Any]], names: set[str], dropped: Counter[str]) -> bytes:
    """A page of records without the items that are not among some names; counts those by name."""
    dropped.update(tellable(name) for record in records for name in record.keys() - names)
    kept = [{name: value for name, value in record.items() if name in names} for record in records]
    return json.dumps({"data": kept}, ensure_ascii=False).encode()


class _Pass:
    """Whether one reading of all pages saw each record once, and as many as there were throughout."""

    def __init__(self, contract: Contract) -> None:
        sources = {column.name: source for source, column in contract.columns.items()}
        self._key = [sources[name] for name in contract.key]
        self._totals: set[int] = set()
        self._records = 0
        self.seen: set[str] = set()
        self._bodies = hashlib.sha256()
        self.digest = self._bodies.digest

    def see(self, body: bytes, page: dict[str, Any]) -> None:
        self._bodies.update(body)
        self._totals.add(page["total"])
        self._records += len(page["data"])
        self.seen.update(map(self._name, page["data"]))

    def _name(self, record: dict[str, Any]) -> str:
        key = [record.get(item) for item in self._key]
        return json.dumps(record if None in key else key, sort_keys=True)

    @property
    def most(self) -> int:
        return max(self._totals)

    @property
    def stood_still(self) -> bool:
        return len(self._totals) == 1 and len(self.seen) == self._records == self.most


class _Gateway:
    """A session with one gateway, by the Airflow connection that the contract names: login and password are its client."""

    def __init__(self, source: ApiSource) -> None:
        self._source = source
        connection = Connection.get(source.connection)
        scheme = connection.schema or ("https" if connection.conn_type == "https" else "http")
        port = f":{connection.port}" if connection.port else ""
        self._base = f"{scheme}://{connection.host}{port}"
        self._client = (connection.login or "", connection.password or "")
        self._session = requests.Session()
        self._session.trust_env = False
        for scheme_ in ("http://", "https://"):
            self._session.mount(scheme_, HTTPAdapter(max_retries=_RETRY))

    def __enter__(self) -> "_Gateway":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def pages(self, begin: datetime) -> Iterator[tuple[bytes, dict[str, Any]]]:
        """Bodies as sent and as read, until as many records were seen as there are, or a page holds none."""
        number = seen = 0
        while True:
            number += 1
            body, page = self._page(begin, number)
            yield body, page
            seen += len(page["data"])
            if not page["data"] or seen >= page["total"]:
                return

    def _page(self, begin: datetime, number: int) -> tuple[bytes, dict[str, Any]]:
        cause = ""
        for again in range(_TRIES):
            if again:
                time.sleep(0.5 * 2**again)
            try:
                response = self._get(begin, number)
                response.raise_for_status()
                page = json.loads(response.content)
                if not isinstance(page, dict) or page.get("code") != 0:
                    cause = "answered with an error code"
                elif isinstance(page.get("total"), int) and _are_records(page.get("data")):
                    return response.content, page
                else:
                    cause = "answered without a total or a list of records"
            except requests.HTTPError as error:
                raise SourceError(f"{self._what(number)}: HTTP {error.response.status_code}") from None
            except ValueError:
                cause = "sent a body that is cut short or no JSON"
            except requests.RequestException as error:
                cause = f"could not be reached ({type(error).__name__})"
        raise SourceError(f"{self._what(number)}: the gateway {cause}, {_TRIES} times")

    def _get(self, begin: datetime, number: int) -> requests.Response:
        response = self._send(begin, number)
        if response.status_code == requests.codes.unauthorized:  # a token may expire between two pages
            self._session.headers.pop("Authorization", None)
            response = self._send(begin, number)
        return response

    def _send(self, begin: datetime, number: int) -> requests.Response:
        if "Authorization" not in self._session.headers:
            self._session.headers["Authorization"] = f"Bearer {self._token()}"
        request = requests.Request("GET", self._base + self._source.path, params={
            "updated_since": begin.astimezone(SHANGHAI).isoformat(), "page": number, "page_size": PAGE_SIZE,
        })  # fmt: skip
        prepared = self._session.prepare_request(request)
        if self._source.signed:
            stamp = str(int(time.time()))
            signed = f"GET\n{prepared.path_url}\n{stamp}".encode()
            prepared.headers["X-Timestamp"] = stamp
            prepared.headers["X-Signature"] = hmac.new(self._client[1].encode(), signed, hashlib.sha256).hexdigest()
        return self._session.send(prepared, timeout=_TIMEOUT)

    def _token(self) -> str:
        form = {"grant_type": "client_credentials", "client_id": self._client[0], "client_secret": self._client[1]}
        response = self._session.post(f"{self._base}/oauth/token", data=form, timeout=_TIMEOUT)
        response.raise_for_status()
        return str(response.json()["access_token"])

    def _what(self, number: int) -> str:
        return f"{self._source.path}, page {number}"


def _are_records(data: object) -> bool:
    return isinstance(data, list) and all(isinstance(record, dict) for record in data)
