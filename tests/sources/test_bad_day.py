"""A gateway that fails in every way that it has: not one key is missing, nobody is hammered, and one cause is told."""

import gc
import logging
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowTaskTimeout
from airflow.sdk.execution_time.timeout import timeout
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from gateways import PATH, city_of, connection, discipline, gateway, pulled, script
from homes import KEY, without_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from cadre_cloud.sources import Later, SourceError, answer, arrivals, patience
from cadre_cloud.storage import landing
from demo import faults
from demo.faults import FAULTS, ON_PAGES, REFUSALS, FaultyServer

TOKEN = "/oauth/token"
NUMBER = 1_100  # three pages
KEYS = [f"{number:05d}" for number in range(NUMBER)]
RESTS = ("too many", "too many until", "unavailable")
DRIPS = ("drip", "drip headers")
QUICK = [fault for fault in FAULTS if fault not in (*REFUSALS, *ON_PAGES, *RESTS, *DRIPS, "endless")]

pytestmark = pytest.mark.usefixtures("hurried")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with so many decisions of one moment."""
    records = [{"JDWH": key, "GXSJ": "2026-05-01T08:00:00+08:00"} for key in KEYS]
    return city_of(tmp_path_factory.mktemp("bad day"), records)


@pytest.fixture
def land(tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Land one pull."""
    with without_settings() as patch:
        patch.setenv("CADRE_KEY", KEY)
        patch.setenv("CADRE_LANDING", tmp_path.as_uri())
        yield lambda: landing.land("discipline", arrivals(discipline(), datetime(2026, 6, 1).date(), None)[0].chunks())


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in DRIPS])
def test_a_fault_in_mid_paging(city: Path, caplog: pytest.LogCaptureFixture, fault: str) -> None:
    with gateway(city, draw=script(None, fault)) as server:
        assert sorted(set(pulled(discipline()))) == KEYS
    assert server.book.played == {fault: 1}
    assert server.book.early == 0
    if fault not in ON_PAGES:
        assert len(server.book.requests) == 5 + (fault == "unauthorized")  # and a new token
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == (0 if fault in (*ON_PAGES, "unauthorized") else 1)


@pytest.mark.parametrize("fault", [*QUICK, "unavailable"])
def test_a_fault_of_the_token_s(city: Path, fault: str) -> None:
    with gateway(city, draw=script(fault, path=TOKEN)) as server:
        assert pulled(discipline()) == KEYS
    assert [request.path for request in server.book.requests] == [TOKEN, TOKEN, PATH, PATH, PATH]
    assert server.book.early == 0


@pytest.mark.parametrize(("fault", "path"), [("drip", PATH), ("drip headers", PATH), ("drip", TOKEN)])
def test_an_answer_that_drips(city: Path, monkeypatch: pytest.MonkeyPatch, fault: str, path: str) -> None:
    """Byte after byte, so that no wait between two of them is long."""
    monkeypatch.setattr(answer, "_WHOLE", 1.0)
    monkeypatch.setattr(faults, "DRIPS", 600)
    with gateway(city, draw=script(fault, path=path)) as server:
        assert pulled(discipline()) == KEYS
    drip, again, *_ = (request for request in server.book.requests if request.path == path and request.page < 2)
    assert 0.9 < again.at - drip.at < 30


def test_a_token_that_expires_on_each_page(city: Path) -> None:
    with gateway(city, draw=script(None, "expire", None, "expire")) as server:
        assert pulled(discipline()) == KEYS
    assert [request.path for request in server.book.requests].count(TOKEN) == 3


@pytest.mark.parametrize("ahead", [-330, 330])
def test_a_clock_that_is_wrong(city: Path, ahead: float) -> None:
    """Theirs or ours: signatures and dates are by theirs."""
    with gateway(city, signed=True, draw=script("too many until")) as server:
        server.gateway.clock_ahead = ahead
        assert pulled(discipline(signed=True)) == KEYS
    assert server.book.early == 0
    assert len(server.book.requests) == 5


@pytest.mark.parametrize("moves", [1, 2, 50])
def test_records_that_move_between_pages(city: Path, moves: int) -> None:
    """One that was served moves to the end: it is seen twice, and another is jumped over."""
    with gateway(city, draw=script(*["move"] * moves)) as server:
        found = pulled(discipline())
    assert sorted(set(found)) == KEYS
    assert len(server.book.requests) > 4
    assert len(found) <= NUMBER + 500 * moves  # of a second pass only what brings something


def test_a_page_that_is_empty_too_early_ends_nothing(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer records than there are, twice alike, are not all of them."""
    empty = {"code": 0, "message": "ok", "total": NUMBER, "page": 2, "page_size": 500, "data": []}
    with gateway(city) as server, pytest.raises(Later, match="fewer than it said"):
        really = server.gateway.page
        monkeypatch.setattr(server.gateway, "page", lambda name, query: empty if "page=2" in query else really(name, query))
        pulled(discipline())


def test_records_without_a_key_that_say_the_same(tmp_path: Path) -> None:
    records = [{"GXSJ": "2026-05-01T08:00:00+08:00", "XM": "张伟"}] * 2
    with gateway(city_of(tmp_path, [*records, {"GXSJ": "2026-05-01T08:00:00+08:00", "JDWH": "1"}])) as server:
        assert pulled(discipline()) == [None, None, "1"]
    assert len(server.book.requests) == 3


@pytest.mark.parametrize("fault", ["error", "hang up", "cut", "html", "code"])
def test_a_gateway_that_does_not_recover(city: Path, land: Callable[[], Any], tmp_path: Path, caplog, fault: str) -> None:
    with gateway(city, draw=script(None, then=fault)) as server, pytest.raises(Later) as told:
        land()
    assert re.fullmatch(rf"{PATH}: the gateway [^/]+; 6 bad answers in this pull", str(told.value))
    assert len(server.book.requests) == 2 + 6
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert caplog.messages == []


def test_a_task_whose_time_is_over_in_mid_answer(city: Path, land: Callable[[], Any], tmp_path: Path, caplog) -> None:
    with gateway(city, draw=script(None, "drip")), pytest.raises(AirflowTaskTimeout), timeout(0.6):
        land()
    gc.collect()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert [message for message in caplog.messages if message != "Process timed out"] == []


@pytest.mark.parametrize("fault", REFUSALS)
def test_a_gateway_that_refuses_is_asked_twice_more(city: Path, land: Callable[[], Any], caplog, fault: str) -> None:
    with gateway(city, draw=script(None, then=fault)) as server, pytest.raises(SourceError) as told:
        land()
    assert not isinstance(told.value, Later)
    assert len([request for request in server.book.requests if request.path == PATH]) <= 5
    assert caplog.messages == []


def test_a_gateway_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_GATEWAY", connection(9))
    with pytest.raises(Later, match="/oauth/token: the gateway cannot be reached; 6 bad answers"):
        pulled(discipline())


def test_the_time_between_two_requests_grows(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_BACKOFF", 0.1)
    monkeypatch.setattr(patience, "_MOST_BACKOFF", 0.4)
    with gateway(city, draw=script(then="error")) as server, pytest.raises(Later):
        pulled(discipline())
    waits = [after.at - before.at for before, after in pairwise(server.book.requests[1:])]
    assert all(wait >= least for wait, least in zip(waits, [0.05, 0.1, 0.2, 0.2, 0.2], strict=True)), waits


def test_all_repeats_of_a_pull_together_are_bounded(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_REPEATS", 2)
    with gateway(city, draw=script("error", None, "error", None, "error")), pytest.raises(Later, match="3 bad answers"):
        pulled(discipline())


def test_a_pull_is_bounded_in_time(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_PULL", -1.0)
    with gateway(city) as server, pytest.raises(SourceError, match="did not end"):
        pulled(discipline())
    assert server.book.requests == []


@pytest.mark.parametrize("fault", RESTS)
def test_a_long_rest_is_not_waited_for(city: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """The slot is given back, and everybody is told."""
    monkeypatch.setattr(faults, "REST", 3_000)
    told: list[float] = []
    with gateway(city, draw=script(None, fault)) as server, pytest.raises(Later) as error:
        b"".join(arrivals(discipline(), datetime(2026, 6, 1).date(), None, told.append)[0].chunks())
    assert told == [error.value.wait]
    assert 2_999 <= told[0] <= 3_001
    assert len(server.book.requests) == 3


@pytest.mark.parametrize(
    ("header", "rest"),
    [
        ("0", 0), ("120", 120), (" 7 ", 7), ("-5", 0), ("soon", 0), ("", 0), ("9" * 400, 3660 * 86_400),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0), ("Sunday, 06-Nov-94 08:49:37 GMT", 0), ("Fri, 31 Dec 9999 23:59:59 GMT", 0),
        ("Sat, 01 Jan 0001 00:00:00 +9999", 0),
    ],
)  # fmt: skip
def test_what_retry_after_may_say(city: Path, monkeypatch: pytest.MonkeyPatch, header: str, rest: float) -> None:
    told: list[float] = []
    refuse = faults._refuse(503, Retry_After=header)
    monkeypatch.setitem(faults.INSTEAD, "error", refuse)
    monkeypatch.setattr(patience, "_SHORT", 0.5)
    with gateway(city, draw=script("error")):
        try:
            b"".join(arrivals(discipline(), datetime(2026, 6, 1).date(), None, told.append)[0].chunks())
        except Later as later:
            assert later.wait == rest
    assert told == ([rest] if rest else [])


def test_a_token_is_for_no_other_host(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as elsewhere:
        thread = threading.Thread(target=elsewhere.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        there = f"http://localhost:{elsewhere.server_port}/"
        monkeypatch.setitem(faults.INSTEAD, "redirect", faults._refuse(302, Location=there))
        with gateway(city, draw=script(then="redirect")), pytest.raises(SourceError, match="HTTP 302"):
            pulled(discipline())
        elsewhere.shutdown()
        thread.join()
    assert asked == []


@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b"[]", b"null", b'"', b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}", b'{"access_token": 5}', b'{"access_token": ""}',
     '{"access_token": "令牌"}'.encode(), b'{"access_token": "a\\r\\nX-Evil: 1"}'],
)  # fmt: skip
def test_bodies_that_are_no_token(city: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setitem(faults.SPOILT, "code", lambda handler, _: handler.send_bytes(body))
    with gateway(city, draw=script("code", path=TOKEN)) as server:
        assert pulled(discipline()) == KEYS
    assert len(server.book.requests) == 5


@pytest.mark.parametrize(
    "body",
    [b'{"code": 0}', b'{"code": 0, "total": "9", "data": []}', b'{"code": 0, "total": 9, "data": {}}',
     b'{"code": 0, "total": 9, "data": [1]}', b'{"total": 9, "data": []}', b'{"code": null, "total": 0, "data": []}'],
)  # fmt: skip
def test_bodies_that_are_no_page(city: Path, monkeypatch: pytest.MonkeyPatch, body: bytes) -> None:
    monkeypatch.setitem(faults.SPOILT, "code", lambda handler, _: handler.send_bytes(body))
    with gateway(city, draw=script("code")) as server:
        assert pulled(discipline()) == KEYS
    assert len(server.book.requests) == 5


@pytest.mark.parametrize("is_trusted", [True, False])
def test_a_certificate(city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_trusted: bool) -> None:
    certificate = make_certificate(tmp_path)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with gateway(city) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that does not trust hangs up
        monkeypatch.setenv("AIRFLOW_CONN_GATEWAY", connection(server.server_port, schema="https", host="localhost"))
        if is_trusted:
            assert pulled(discipline()) == KEYS
        else:
            with pytest.raises(SourceError, match="certificate that we do not trust; 3 bad answers"):
                pulled(discipline())


def make_certificate(folder: Path) -> Path:
    """A certificate of its own making, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path, form = folder / "certificate.pem", serialization.PrivateFormat.PKCS8
    private = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture(scope="module")
def running(city: Path) -> Iterator[FaultyServer]:
    with gateway(city, signed=True) as server:
        yield server


@st.composite
def bursts(draw: st.DrawFn, most: int = 6) -> list[str | None]:
    """Up to three faults in a row that pass, and one refusal among them, before each good answer."""
    played: list[str | None] = []
    for _ in range(draw(st.integers(0, most))):
        burst = draw(st.lists(st.sampled_from(QUICK), max_size=3))
        refusal = draw(st.sampled_from([None, "move", "expire", *REFUSALS]))
        played += [*draw(st.permutations([*burst, *filter(None, [refusal])])), None]
    return played


@settings(max_examples=20, deadline=None)
@given(on_pages=bursts(), on_tokens=st.lists(st.sampled_from(QUICK), max_size=4), ahead=st.integers(-400, 400))
def test_any_faults_that_pass(running: FaultyServer, on_pages: list[str | None], on_tokens: list[str], ahead: int) -> None:
    """Every key, whatever happens on the way, as long as it passes."""
    on_page = script(*on_pages)
    on_token = script(*(fault for pair in zip(on_tokens, [None] * 4, strict=False) for fault in pair), path=TOKEN)
    running.draw = lambda path: on_token(path) if path == TOKEN else on_page(path)
    running.gateway.clock_ahead = ahead
    running.gateway.tokens.clear()
    assert sorted(set(pulled(discipline(signed=True)))) == KEYS


@settings(max_examples=10, deadline=None)
@given(before=bursts(2), fault=st.sampled_from([*QUICK, *REFUSALS]))
def test_faults_that_do_not_pass(running: FaultyServer, before: list[str | None], fault: str) -> None:
    """One cause, after a bounded number of requests."""
    running.draw = script(*before, then=fault)
    asked = len(running.book.requests)
    with pytest.raises(SourceError):
        pulled(discipline(signed=True))
    assert len(running.book.requests) - asked <= 2 * (len(before) + 6)
