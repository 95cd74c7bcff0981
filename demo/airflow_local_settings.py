"""Airflow reads this at the start of each of its processes, from its config folder; `demo.airflow` puts it there.

The scheduler forks the processes of the tasks. What it has imported by then costs them nothing: without this, each
task pays some ten seconds for Great Expectations alone. Imports only: a library that was used before a fork, with
threads or handles open, may hang behind it.
"""

import contextlib
import importlib
import sys

HEAVY = (
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.operators.empty",
    "airflow.providers.standard.operators.python",
    "airflow.providers.smtp.hooks.smtp",
    "pandas",
    "pyarrow.csv",
    "pyarrow.parquet.encryption",
    "python_calamine",
    "opencc",
    "stdnum.cn.uscc",
    "duckdb",
    "great_expectations",
    "psycopg",
    "sqlalchemy",
    "jinja2",
)

if sys.argv[1:2] == ["scheduler"]:
    for module in HEAVY:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
