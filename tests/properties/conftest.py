"""The same examples each time: a failure is the code's, never the day's."""

import os
from pathlib import Path

import pytest
from feed_cases import States
from homes import Home
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(os.environ["AIRFLOW_HOME"])  # a folder for this session alone, and not in the checkout
settings.register_profile(
    "cadre", derandomize=True, deadline=None, max_examples=100, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("cadre")


@pytest.fixture(scope="module")
def roster(states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home to be cloned, in which the units and the officials stand."""
    return states.lodging(tmp_path_factory.mktemp("roster") / "home", "personnel/roster")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For the clones."""
    return tmp_path_factory.mktemp("clones")
