"""Set-up, as far as it can be tried without making a second .venv."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from demo.places import CLONE

PARTS = ("demo/setup.sh", "pyproject.toml", "requirements.lock")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone without .venv, as far as set-up looks at one."""
    for part in PARTS:
        target = tmp_path / "clone" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(CLONE / part, target)
    return tmp_path / "clone"


def set_up(clone: Path, path: str) -> subprocess.CompletedProcess[str]:
    command = [shutil.which("bash") or "bash", "demo/setup.sh"]
    environment = {"PATH": path, "HOME": str(clone)}
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, timeout=60, check=False)


def tools(folder: Path, **scripts: str) -> str:
    """A folder with what set-up needs of a system, and scripts in place of some of it."""
    folder.mkdir()
    for tool in ("awk", "cat", "df", "dirname", "flock", "grep", "id", "mkdir", "rm", "sed", "sha256sum", "tail"):
        os.symlink(shutil.which(tool) or tool, folder / tool)
    for name, script in scripts.items():
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return str(folder)


def test_no_python(clone: Path, tmp_path: Path) -> None:
    done = set_up(clone, tools(tmp_path / "bin", python3="exit 1"))
    assert done.returncode == 1
    assert "Python 3.11, 3.12 or 3.13 is needed" in done.stderr.splitlines()[-1]


def test_no_module_for_environments(clone: Path, tmp_path: Path) -> None:
    done = set_up(clone, tools(tmp_path / "bin", python3='case "$2" in *ensurepip*) exit 1;; esac'))
    assert done.returncode == 1
    assert "install python3-venv" in done.stderr.splitlines()[-1]


def test_no_room(clone: Path, tmp_path: Path) -> None:
    done = set_up(clone, tools(tmp_path / "bin", df="printf 'head\\nx 9 9 12 9%% /\\n'"))
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"Set-up failed: the disk is full: 1,500 MB are needed in {clone}, 12 MB are left."]


def test_no_network(clone: Path, tmp_path: Path) -> None:
    script = 'case "$*" in *venv*--clear*) echo "dns error"; exit 1;; esac'
    done = set_up(clone, tools(tmp_path / "bin", python3=script))
    assert done.returncode == 1
    assert "the package index cannot be reached" in done.stderr.splitlines()[-1]


def test_nothing_to_do_is_quick_and_silent() -> None:
    if not (CLONE / ".venv" / "cadre-cloud.state").exists():
        pytest.skip("this .venv was not made by set-up")
    began = time.monotonic()
    done = subprocess.run(["demo/setup.sh"], cwd=CLONE, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
    assert time.monotonic() - began < 2
