"""The gateway keeps the protocol, its awkward corners included."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from demo.gateway import Endpoint, serve

CLIENT, SECRET = "platform", "s3cret"
RESOURCES = {
    "discipline": Endpoint("/discipline/v1/decisions", "GXSJ", ("JDWH",)),
    "public_security": Endpoint("/police/v1/decisions", "GXSJ", ("WSBH",), signed=True),
}
DISCIPLINE = RESOURCES["discipline"].path
POLICE = RESOURCES["public_security"].path
SHARED = "2026-05-30T09:00:00+08:00"


def deliver(city: Path, resource: str, day: str, records: list[dict]) -> None:
    folder = city / resource / day
    folder.mkdir(parents=True)
    text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    (folder / "changes.jsonl").write_text(text, "utf-8")


def decision(number: str, moment: str, **more: str) -> dict:
    return {"JDWH": number, "GXSJ": moment} | more


@pytest.fixture
def small_city(tmp_path: Path) -> Path:
    batch = [decision(f"纪〔2026〕{n:04d}号", SHARED) for n in reversed(range(700))]
    first = [
        *batch,
        decision("A", "2026-05-31T10:00:00+08:00", XM="newer"),
        decision("A", "2026-05-29T10:00:00+08:00", XM="older, further down"),
        decision("Ｂ", "2026-05-31T11:00:00+08:00", XM="full width"),
    ]
    second = [
        decision("late", "2026-05-30T08:00:00+08:00"),
        decision("B", "2026-06-01T11:00:00+08:00", XM="half width"),
    ]
    deliver(tmp_path, "discipline", "2026-06-01", first)
    deliver(tmp_path, "discipline", "2026-06-02", second)
    deliver(tmp_path, "public_security", "2026-06-01", [{"WSBH": "1", "GXSJ": "2026-05-31T00:00:00+08:00"}])
    return tmp_path


class Client:
    """Asks a gateway as a platform would."""

    def __init__(self, url: str) -> None:
        self.url, self.session = url, requests.Session()

    def log_in(self, secret: str = SECRET) -> requests.Response:
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret}
        answer = self.session.post(f"{self.url}/oauth/token", data=form, timeout=5)
        if answer.ok:
            self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return answer

    def today(self, day: str) -> requests.Response:
        return self.session.post(f"{self.url}/_today", data=day, timeout=5)

    def get(self, target: str, **headers: str) -> requests.Response:
        return self.session.get(self.url + target, headers=headers, timeout=5)

    def page(self, page: int = 1, size: int = 500, since: str = "2020-01-01T00:00:00+08:00") -> dict:
        return self.get(f"{DISCIPLINE}?updated_since={quote(since)}&page={page}&page_size={size}").json()

    def signed(self, target: str, timestamp: int, secret: str = SECRET) -> requests.Response:
        message = f"GET\n{target}\n{timestamp}".encode()
        signature = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
        return self.get(target, **{"X-Timestamp": str(timestamp), "X-Signature": signature})


@pytest.fixture
def open_gateway(small_city: Path) -> Iterator:
    servers = []

    def open_it(city: Path = small_city, **options: float) -> Client:
        server = serve(city, RESOURCES, CLIENT, SECRET, 0, **options)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return Client(f"http://127.0.0.1:{server.server_address[1]}")

    yield open_it
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def client(open_gateway) -> Client:
    client = open_gateway()
    client.today("2026-06-01")
    client.log_in()
    return client


def test_pages_follow_cursor_and_key(client):
    one, two, three = (client.page(number, 400) for number in (1, 2, 3))
    assert (one["code"], one["message"], one["total"], one["page"], one["page_size"]) == (0, "ok", 702, 1, 400)
    assert (len(one["data"]), len(two["data"]), three["data"]) == (400, 302, [])
    numbers = [record["JDWH"] for record in one["data"] + two["data"]]
    assert numbers == [f"纪〔2026〕{n:04d}号" for n in range(700)] + ["A", "Ｂ"]


def test_the_later_cursor_wins_whatever_the_order_of_lines(client):
    assert client.page(2, 500)["data"][-2]["XM"] == "newer"


def test_updated_since_is_inclusive_whatever_its_offset(client):
    assert client.page(since=SHARED)["total"] == 702
    assert client.page(since="2026-05-30T01:00:00+00:00")["total"] == 702
    assert client.page(since="2026-05-30T09:00:01+08:00")["total"] == 2


def test_a_later_day_brings_late_records_and_newer_states(client):
    assert client.page(since="2026-05-30T00:00:00+08:00")["data"][0]["JDWH"] != "late"
    assert client.today("2026-06-02").json()["code"] == 0
    answer = client.page(since="2026-05-30T00:00:00+08:00")
    assert answer["total"] == 703
    assert answer["data"][0]["JDWH"] == "late"
    assert client.page(2, 500)["data"][-1] == decision("B", "2026-06-01T11:00:00+08:00", XM="half width")


def test_all_days_are_served_until_a_day_is_set(open_gateway):
    client = open_gateway()
    client.log_in()
    assert client.page()["total"] == 703
    client.today("2026-05-31")
    assert client.page()["total"] == 0


def test_queries_that_are_errors_answer_200_with_a_code(client):
    plus = client.get(f"{DISCIPLINE}?updated_since=2026-05-30T09:00:00+08:00&page=1&page_size=10")
    assert plus.status_code == 200
    assert plus.json()["code"] != 0
    assert "data" not in plus.json()
    assert client.page(size=501)["code"] != 0
    assert client.page(page=0)["code"] != 0
    assert client.get(f"{DISCIPLINE}?page=x").json()["code"] != 0


def test_tokens_are_wanted_and_expire(open_gateway):
    client = open_gateway(token_seconds=0.3)
    assert client.get(DISCIPLINE).status_code == 401
    assert client.get(DISCIPLINE, Authorization="Bearer made-up").status_code == 401
    assert client.log_in(secret="wrong").status_code == 401
    assert client.log_in().json()["token_type"] == "Bearer"
    assert client.get(DISCIPLINE).status_code == 200
    time.sleep(0.35)
    assert client.get(DISCIPLINE).status_code == 401
    client.log_in()
    assert client.get(DISCIPLINE).status_code == 200


def test_tokens_last_ten_minutes_unless_told_otherwise(open_gateway):
    assert open_gateway().log_in().json()["expires_in"] == 600


def test_signatures_are_wanted_where_they_are_agreed(client):
    now = int(time.time())
    target = f"{POLICE}?updated_since={quote('2026-05-01T00:00:00+08:00')}&page=1&page_size=500"
    assert client.get(target).status_code == 403
    assert client.signed(target, now).json()["total"] == 1
    assert client.signed(target, now, secret="other").status_code == 403
    assert client.signed(target, now - 301).status_code == 403
    assert client.signed(target, now - 290).status_code == 200
    stolen = client.signed(target, now).request.headers
    kept = {name: stolen[name] for name in ("X-Timestamp", "X-Signature")}
    assert client.get(target.replace("page=1", "page=2"), **kept).status_code == 403
    del client.session.headers["Authorization"]
    assert client.signed(target, now).status_code == 401


def test_unknown_paths_and_days(client):
    assert client.get("/elsewhere").status_code == 404
    assert client.today("tomorrow").status_code == 400
    assert client.page()["total"] == 702


def test_a_made_city_is_served_whole(open_gateway, city, truth):
    client = open_gateway(city)
    client.log_in()
    served = [record for page in range(1, 4) for record in client.page(page)["data"]]
    keys = {row["source_key"] for row in truth("owner") if row["resource"] == "discipline"}
    assert len(served) == len(keys) + 1  # and the line that has no key
    (stale,) = (
        row["matter"] or row["cadre_no"] for row in truth("alert") if "older state" in row["why"] and row["state"] == "new"
    )
    numbers = {row["cadre_no"]: row["id_number"] for row in truth("person")}
    (line,) = (record for record in served if record["SFZH"] == numbers[stale])
    assert line["CLLX"] == "11"
