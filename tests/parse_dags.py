"""Parses a folder's DAGs in a process of its own, where no connection can be made, and prints what came of it as JSON.

python parse_dags.py DAGS_FOLDER
"""

import json
import socket
import sys

from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization


def refuse(*_: object) -> None:
    raise AssertionError("parsing a DAG connects to nobody")


def described(dag) -> dict:
    tasks = {task.task_id: {"owner": task.owner, "upstream": sorted(task.upstream_task_ids)} for task in dag.tasks}
    return {
        "tags": sorted(dag.tags),
        "doc_md": dag.doc_md,
        "description": dag.description,
        "max_active_runs": dag.max_active_runs,
        "catchup": dag.catchup,
        "tasks": tasks,
        "serialized": DagSerialization.to_dict(dag),
    }


socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
bag = DagBag(sys.argv[1])
print(json.dumps({
    "dags": {dag_id: described(dag) for dag_id, dag in sorted(bag.dags.items())},
    "errors": bag.import_errors,
    "seconds": {stat.file: stat.duration.total_seconds() for stat in bag.dagbag_stats},
}, default=str))  # fmt: skip
