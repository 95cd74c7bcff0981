"""Secrets that are neither in the environment nor in a database, but in what Airflow calls a secrets backend."""

import json
import os
import subprocess
import sys
from pathlib import Path

from homes import KEY, OURS, Home

from cadre_cloud.storage.vault import vault

BACKEND = "airflow.secrets.local_filesystem.LocalFilesystemBackend"


def listed_as_held(home: Home, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command of the platform's own, in a process that knows nothing of this home but what it is told."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return subprocess.run(
        [sys.executable, "-m", "cadre_cloud.commands.held"], env=known | {"CADRE_VAR": str(home.var)} | settings,
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_connections_and_key(home: Home, tmp_path: Path) -> None:
    connections, variables = tmp_path / "connections.json", tmp_path / "variables.json"
    connections.write_text(json.dumps({"warehouse": home.environment["AIRFLOW_CONN_WAREHOUSE"]}))
    variables.write_text(json.dumps({"CADRE_KEY": KEY}))
    files = {"connections_file_path": str(connections), "variables_file_path": str(variables)}
    done = listed_as_held(home, AIRFLOW__SECRETS__BACKEND=BACKEND, AIRFLOW__SECRETS__BACKEND_KWARGS=json.dumps(files))
    assert (done.returncode, done.stderr) == (0, "")
    assert home.one("select key_name from core.sealed_under") == vault().sealing
