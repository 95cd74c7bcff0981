"""When a scheduler that lives is taken for ended."""

import time

import pytest

from demo.watchdog import SILENCE, Pulse


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds, to be set."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_silence_is_counted_from_the_last_new_sign(clock: list[float]) -> None:
    pulse = Pulse()
    clock[0] += SILENCE - 1
    assert not pulse.has_stopped("09:00")
    clock[0] += SILENCE
    assert not pulse.has_stopped("09:00")
    clock[0] += 1
    assert pulse.has_stopped("09:00")


def test_a_new_sign_ends_the_silence(clock: list[float]) -> None:
    pulse = Pulse()
    for second in range(5):
        clock[0] += SILENCE - 1
        assert not pulse.has_stopped(f"09:0{second}")


def test_nothing_is_held_against_it_while_the_database_is_away(clock: list[float]) -> None:
    pulse = Pulse()
    assert not pulse.has_stopped("09:00")
    clock[0] += SILENCE + 1
    assert not pulse.has_stopped(None)
    clock[0] += 1
    assert not pulse.has_stopped("09:00")
