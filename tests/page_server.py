"""The pages behind a real HTTP server, in front of a home's warehouse; who is signed in is what a header says."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest
import requests
import uvicorn
from airflow.api_fastapi.core_api.security import get_user
from fastapi import FastAPI, Request
from homes import Home

from cadre_cloud.pages import reading
from cadre_cloud.pages.app import PREFIX, app


@dataclass
class User:
    name: str

    def get_name(self) -> str:
        return self.name


def signed_in(request: Request) -> User:
    return User(request.headers["x-user"])


@dataclass
class Pages:
    """The pages' address, and how people get there."""

    home: Home
    address: str

    def admit(self, user: str, region: str | None, kind: str = "admit") -> None:
        with psycopg.connect(self.home.owner) as owner:
            owner.execute(f"select core.{kind}(%s, %s)", [user, region])

    def browser(self, user: str) -> requests.Session:
        """What somebody opens pages with; it tells where it comes from, as browsers do."""
        session = requests.Session()
        session.trust_env = False
        session.headers.update({"x-user": user, "Origin": self.address})
        return session

    def get(self, browser: requests.Session, path: str) -> requests.Response:
        return browser.get(f"{self.address}{PREFIX}{path}", timeout=30, allow_redirects=False)

    def post(self, browser: requests.Session, path: str, **form: str) -> requests.Response:
        return browser.post(f"{self.address}{PREFIX}{path}", data=form, timeout=30, allow_redirects=False)


@contextmanager
def serving(home: Home) -> Iterator[Pages]:
    """Serve the pages of a home in which the product's code works."""
    root = FastAPI()
    root.mount(PREFIX, app)
    app.dependency_overrides[get_user] = signed_in
    with pytest.MonkeyPatch.context() as patch, socket.create_server(("127.0.0.1", 0)) as listening:
        patch.setenv("AIRFLOW_CONN_WAREHOUSE_WEB", home.address("cadre_web").replace("postgresql:", "postgres:"))
        reading._pool.cache_clear()
        server = uvicorn.Server(uvicorn.Config(root, log_level="warning", timeout_keep_alive=120))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield Pages(home, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        thread.join()
        reading._pool().close()
        reading._pool.cache_clear()
    app.dependency_overrides.clear()
