"""The same examples each time: a failure is the code's, never the day's."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

set_hypothesis_home_dir(os.environ["AIRFLOW_HOME"])  # a folder for this session alone, and not in the checkout
settings.register_profile(
    "cadre", derandomize=True, deadline=None, max_examples=100, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("cadre")
