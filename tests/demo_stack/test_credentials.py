"""Secrets are made once, for this user alone."""

import base64
import json
import stat
from pathlib import Path

import pytest

from demo import credentials
from demo.trouble import Trouble


def test_secrets_are_private_and_kept(var: Path) -> None:
    first = credentials.read(var)
    assert stat.S_IMODE((var / "secrets.json").stat().st_mode) == 0o600
    assert credentials.read(var) == first
    assert len(set(first.values())) == len(first) == len(credentials.MAKERS)


def test_the_key_of_the_platform_has_32_bytes(var: Path) -> None:
    assert len(base64.b64decode(credentials.read(var)["cadre_key"])) == 32


def test_a_secret_that_is_new_joins_the_others(var: Path) -> None:
    credentials.write_private(var / "secrets.json", {"postgres": "as it was"})
    assert credentials.read(var)["postgres"] == "as it was"
    assert set(json.loads((var / "secrets.json").read_text())) == set(credentials.MAKERS)


def test_a_damaged_file_is_told_in_a_sentence(var: Path) -> None:
    (var / "secrets.json").write_text("{")
    with pytest.raises(Trouble, match="is damaged"):
        credentials.read(var)
