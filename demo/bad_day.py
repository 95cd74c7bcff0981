"""What goes wrong on a day beside the gateway: the exchange database ends a reading, and a drop folder is away for a while."""

from pathlib import Path
from typing import Self

import psycopg
from psycopg import sql

from demo.stack import Stack

_END_READING = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and usename = 'exchange_reader' and wait_event_type = 'Lock'"""


class BadDay:
    """As a context manager: each mischief lasts until a feed has met with it, or until the day is over. `look` has to be called.

    - `table`: of the exchange database, of which a reading is ended
    - `folder`: of a resource, which is not there
    """

    def __init__(self, stack: Stack, table: str, folder: Path) -> None:
        """Nothing goes wrong yet."""
        self._stack, self._table, self._folder = stack, table, folder
        self._away = folder.with_name(f".{folder.name}")

    def __enter__(self) -> Self:
        """Hold the table, so that who comes to read it stands still, and take the folder away."""
        self._folder.rename(self._away)
        self._department = psycopg.connect(self._stack.exchange_address)
        self._department.execute(sql.SQL("lock table {} in access exclusive mode").format(sql.Identifier(self._table)))
        return self

    def __exit__(self, *_: object) -> None:
        """Leave everything as it was."""
        self._department.close()
        self._bring_back()

    def look(self) -> None:
        """End what somebody has met with."""
        if not self._department.closed:
            with psycopg.connect(self._stack.exchange_address) as now:  # a transaction that goes on sees no newcomers
                if now.execute(_END_READING).fetchall():
                    self._department.close()
        if self._away.exists() and self._was_missed():
            self._bring_back()

    def _was_missed(self) -> bool:
        dag_id = f"feed_{self._folder.name}"
        running = self._stack.api.running_states(dag_id)
        tasks = [task for _, run_id in running for task in self._stack.api.tasks(dag_id, run_id)]
        return any(task["task_id"] == "extract" and task["state"] == "up_for_reschedule" for task in tasks)

    def _bring_back(self) -> None:
        if self._away.exists():
            self._away.rename(self._folder)
