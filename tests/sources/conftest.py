"""Waits that a test can bear."""

import pytest

from cadre_cloud.sources import answer, patience


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again at once."""
    monkeypatch.setattr(patience, "_BACKOFF", 0.01)
    monkeypatch.setattr(patience, "_MOST_BACKOFF", 0.02)
    monkeypatch.setattr(answer, "_LARGEST", 4 << 20)
