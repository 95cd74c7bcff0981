"""What a task's process imports: what costs seconds is imported in the scheduler, of which it is a fork, or not at all."""

import json
import subprocess
import sys

from demo.places import CLONE

COSTLY = ("great_expectations", "splink", "pandas")
LIGHT = (
    "feed.extract", "feed.settle", "steps", "publication", "alerts.evaluation", "upkeep",
    "mail.outbox", "mail.digest", "mail.notices", "mail.bounces",
)  # fmt: skip
WITHOUT = """
import importlib, json, sys
for name in sys.argv[1:]:
    importlib.import_module(f"cadre_cloud.{name}")
print(json.dumps(sorted(sys.modules)))
"""
FORKED = """
import os, runpy, sys, time
sys.argv = ["airflow", "scheduler"]
runpy.run_path("demo/airflow_local_settings.py")
if os.fork() == 0:
    began = time.process_time()
    import great_expectations, pandas
    print(time.process_time() - began, flush=True)
    os._exit(0)
os.wait()
"""


def _python(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], cwd=CLONE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_light_task_imports_nothing_costly() -> None:
    imported = json.loads(_python("-c", WITHOUT, *LIGHT))
    assert "cadre_cloud.warehouse.ledger" in imported
    assert not {name.split(".")[0] for name in imported} & set(COSTLY)


def test_a_task_s_process_has_what_is_costly_from_the_scheduler() -> None:
    assert float(_python("-c", FORKED).splitlines()[-1]) < 0.1  # of a CPU; the import itself takes nine seconds of one
