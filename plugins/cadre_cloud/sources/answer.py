"""One request over HTTP and its whole answer, within a time and a size."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from cadre_cloud.sources.patience import Failure

_CONNECT, _WHOLE = 10.0, 60.0  # seconds to connect, and until all is there, however steadily its bytes drip
_LARGEST = 64 << 20  # bytes
_EPOCH = 1970
_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "cadre-cloud"}


@dataclass(frozen=True)
class Answer:
    """What a server answered; `came_at` is by our clock, `dated` by its own."""

    status: int
    headers: httpx.Headers
    body: bytes
    came_at: datetime

    @property
    def dated(self) -> datetime | None:
        """When it was, by the server's clock."""
        return http_date(self.headers.get("Date", ""))


class Line:
    """A line to one server. Each request has a connection of its own: nothing of a bad answer is left for the next one.

    Redirects are not followed, proxies of the environment not asked: what is sent is for this server alone.
    """

    def __init__(self, base: str) -> None:
        """Nothing is sent yet."""
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            base_url=base,
            headers=_HEADERS,
            verify=httpx.create_ssl_context(),  # knows SSL_CERT_FILE, for an authority of the city's own
            timeout=httpx.Timeout(None, connect=_CONNECT),
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
        )

    def request(self, method: str, path: str, **content: Any) -> httpx.Request:
        """A request that is not yet sent."""
        return self._client.build_request(method, path, **content)

    def ask(self, request: httpx.Request) -> Answer:
        """Send a request; raises Failure where no whole answer comes."""
        path = request.url.path
        try:
            return self._runner.run(self._answer(request))
        except TimeoutError:
            raise Failure(path, f"did not answer within {_WHOLE:g} seconds") from None
        except httpx.HTTPError as error:
            raise Failure(path, _what_broke(error), is_lasting=_is_untrusted(error)) from None

    def close(self) -> None:
        """Let the server go, in the middle of an answer as well."""
        self._runner.close()

    async def _answer(self, request: httpx.Request) -> Answer:
        async with asyncio.timeout(_WHOLE):
            response = await self._client.send(request, stream=True)
            came_at, body = datetime.now(UTC), bytearray()
            try:
                async for block in response.aiter_bytes():
                    body += block
                    if len(body) > _LARGEST:
                        raise Failure(request.url.path, f"sent more than {_LARGEST >> 20} MiB")
            finally:
                await response.aclose()
            return Answer(response.status_code, response.headers, bytes(body), came_at)


def http_date(text: str) -> datetime | None:
    """A date as HTTP writes it; none where it is no such, or beyond all reckoning."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if _EPOCH <= found.year < MAXYEAR else None


def _what_broke(error: httpx.HTTPError) -> str:
    if _is_untrusted(error):
        return "showed a certificate that we do not trust"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return "cannot be reached"
    return f"broke off ({type(error).__name__})"


def _is_untrusted(error: BaseException | None) -> bool:
    while error:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
