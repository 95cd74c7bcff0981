"""What a driver asks of a running Airflow, over its REST API."""

import datetime as dt
from typing import Any
from uuid import uuid4

import requests
from requests.adapters import HTTPAdapter, Retry

PAGE = 100
UNAUTHORIZED, CONFLICT, SERVER_ERROR = 401, 409, 500


def is_away(error: Exception) -> bool:
    """Tell whether an error of a question says no more than that nobody is there to answer it now."""
    if isinstance(error, requests.HTTPError):
        return error.response.status_code >= SERVER_ERROR
    ended_early = requests.exceptions.ChunkedEncodingError  # killed while it answered
    return isinstance(error, (requests.ConnectionError, requests.Timeout, ended_early))


class AirflowApi:
    """Airflow's REST API at an address, as one of its users. Errors are requests' own."""

    def __init__(self, address: str, user: str, password: str) -> None:
        """Keep whom to ask and as whom; nothing is sent before the first question."""
        self.address = address
        self._login = {"username": user, "password": password}
        self._session = requests.Session()
        self._session.trust_env = False  # this Airflow is on this machine: no proxy, no .netrc
        self._session.mount("http://", HTTPAdapter(max_retries=Retry(total=3, connect=0, backoff_factor=0.2)))

    def trigger(self, dag_id: str, conf: dict[str, Any], run_id: str = "") -> str:
        """Start a run of a DAG and return its id; under a given one it can be asked for again when no answer came."""
        run_id = run_id or f"manual__{uuid4().hex}"
        body = {"dag_run_id": run_id, "logical_date": None, "conf": conf}
        try:
            self._call("POST", f"/dags/{dag_id}/dagRuns", body)
        except requests.HTTPError as error:
            if error.response.status_code != CONFLICT:
                raise
        return run_id

    def run_state(self, dag_id: str, run_id: str) -> str:
        """Return the state of a run: queued, running, success or failed."""
        return self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["state"]

    def running_states(self, dag_id: str = "~") -> dict[tuple[str, str], str]:
        """Return the state, queued or running, of all runs that have not ended, by DAG and run; `~` means all DAGs."""
        runs = self._list(f"/dags/{dag_id}/dagRuns", "dag_runs", state=["queued", "running"])
        return {(run["dag_id"], run["dag_run_id"]): run["state"] for run in runs}

    def runs(self, dag_id: str = "~") -> list[dict[str, Any]]:
        """Return all runs, those that have ended too, oldest first."""
        return self._list(f"/dags/{dag_id}/dagRuns", "dag_runs", order_by="id")

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the tasks of a run, each with `task_id`, `state`, `start_date`, `duration` and more."""
        return self._list(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", "task_instances")

    def dags(self) -> dict[str, dict[str, Any]]:
        """Return all DAGs that have been read, by id."""
        return {dag["dag_id"]: dag for dag in self._list("/dags", "dags")}

    def import_errors(self) -> dict[str, str]:
        """Return the DAG files that could not be read, with the reason."""
        return {error["filename"]: error["stack_trace"] for error in self._list("/importErrors", "import_errors")}

    def missing_since(self, moment: dt.datetime) -> set[str]:
        """Return which components have given no sign of life since a moment."""
        try:
            health = self._session.get(f"{self.address}/api/v2/monitor/health", timeout=10).json()
        except (requests.ConnectionError, requests.Timeout, ValueError):
            return {"api-server"}
        signs = {
            "scheduler": health["scheduler"].get("latest_scheduler_heartbeat"),
            "dag-processor": health["dag_processor"].get("latest_dag_processor_heartbeat"),
        }
        return {name for name, sign in signs.items() if not sign or dt.datetime.fromisoformat(sign) < moment}

    def _list(self, path: str, key: str, **query: Any) -> list[dict[str, Any]]:
        """Return all pages of a listing."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._call("GET", path, query={**query, "limit": PAGE, "offset": len(found)})
            found += page[key]
            if not page[key] or len(found) >= page["total_entries"]:
                return found

    def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, query: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Ask once, and once more with a new token if the old one has run out."""
        answer = self._send(method, path, body, query)
        if answer.status_code == UNAUTHORIZED:
            self._log_in()
            answer = self._send(method, path, body, query)
        answer.raise_for_status()
        return answer.json()

    def _send(self, method: str, path: str, body: dict[str, Any] | None, query: dict[str, Any] | None) -> requests.Response:
        return self._session.request(method, f"{self.address}/api/v2{path}", json=body, params=query, timeout=60)

    def _log_in(self) -> None:
        answer = self._session.post(f"{self.address}/auth/token", json=self._login, timeout=60)
        answer.raise_for_status()
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
