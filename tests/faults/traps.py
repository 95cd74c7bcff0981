"""Traps in the warehouse, by which a test gets hold of a task at a known instant.

A trap is a trigger on a table that a step writes at its end. While it is armed, whoever comes by stands still there: `before`
its transaction commits, or `after`, when the commit has been written and the task has not been told of it yet. It is armed by
a file in the server's folder, which no snapshot hides and which outlives the server. Where both are set for a step, the task is
caught before, and the next one that comes by after.
"""

import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self, get_args

import psutil
import psycopg

from demo.stack import Stack

Moment = Literal["before", "after"]
MOMENTS: tuple[Moment, ...] = get_args(Moment)

# Step: the write in which it is caught. The row of a feed's step names its resource, and each resource has its own trap.
PLACES = {
    "extract": "insert on ledger.delivery for each row when (new.purpose = 'daily')",
    "check": "update on ledger.delivery for each row when (old.state = 'landed' and new.state = 'checked')",
    "load": "insert on ledger.standing for each row",
    "settle": "insert on ledger.settlement for each row when (new.revision is not null)",
    "publish": "insert on ledger.publication for each row",
    "evaluate": "insert on core.alert_event for each row",
    "render": "insert on mail.message for each row",
    "send": "update on mail.message for each row when (new.state = 'sent')",
}
FEED_STEPS, LATER_STEPS = ("extract", "check", "load", "settle"), ("publish", "evaluate", "render", "send")

# To stand still after the commit, it waits for a standby server that there is not.
_FUNCTION = """
create schema if not exists trap;
create or replace function trap.stand_still() returns trigger language plpgsql security definer as $$
declare
    place text := trim(tg_argv[0] || ' ' || coalesce(to_jsonb(new) ->> 'resource', ''));
    process text := substring(current_setting('application_name') from '[0-9]+$');
begin
    if (pg_stat_file('traps/before ' || place, true)).size is not null then
        perform set_config('application_name', format('trap before %s/%s', place, process), true);
        while (pg_stat_file('traps/before ' || place, true)).size is not null loop
            perform pg_sleep(0.02);
        end loop;
    elsif (pg_stat_file('traps/after ' || place, true)).size is not null then
        perform set_config('application_name', format('trap after %s/%s', place, process), true);
        perform set_config('synchronous_commit', 'on', true);
    end if;
    return new;
end $$"""

_CAUGHT = """
select substr(split_part(application_name, '/', 1), 6), pid, split_part(application_name, '/', 2)::integer from pg_stat_activity
where application_name like 'trap %' and wait_event in ('PgSleep', 'SyncRep')"""

BACK_WITHIN = 60.0  # seconds, for a server that was killed


@dataclass(frozen=True)
class Caught:
    """A task that stands still: in which trap, its session in the database, and its process."""

    name: str
    session: int
    process: int

    @property
    def has_committed(self) -> bool:
        return self.name.startswith("after ")


class Traps:
    """Traps of some names, such as `before load court` or `after publish`, set for the time of a `with`."""

    def __init__(self, stack: Stack, names: list[str]) -> None:
        self.stack, self.set = stack, set(names)
        self._files = stack.var / "postgres" / "data" / "traps"
        self._connection = self._connect()

    def __enter__(self) -> Self:
        self._wait_for_standby("nobody")
        self._execute(_FUNCTION)
        for step, place in PLACES.items():
            self._execute(f"create or replace trigger a_trap_{step} before {place} execute function trap.stand_still('{step}')")
        self._files.mkdir()
        self._files.chmod(0o755)  # the server may be somebody else
        for name in self.set:
            (self._files / name).touch()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.let_all_go()
        self._connection.close()

    def caught(self) -> list[Caught]:
        """Who stands still now."""
        return [Caught(*row) for row in self._execute(_CAUGHT).fetchall()]

    def let_go(self, caught: Caught) -> None:
        """Take a trap away."""
        self.set.discard(caught.name)
        (self._files / caught.name).unlink(missing_ok=True)
        if caught.has_committed:
            self._end("cancel", caught)

    def forget(self, caught: Caught) -> bool:
        """Let the session go of a task that has died in its trap; whether what it did is done, so that nobody comes again."""
        if caught.has_committed:
            self.let_go(caught)
            return True
        self._end("terminate", caught)
        return False

    def let_all_go(self) -> None:
        """Take all traps away, so that nobody waits for a test that has failed."""
        shutil.rmtree(self._files, ignore_errors=True)
        self._wait_for_standby("")

    def task(self, caught: Caught) -> psutil.Process | None:
        """The process that stands in a trap; none where it has died there, which its session does not notice."""
        with suppress(psutil.NoSuchProcess):
            task = psutil.Process(caught.process)
            return None if task.status() == psutil.STATUS_ZOMBIE else task
        return None

    def _end(self, how: Literal["cancel", "terminate"], caught: Caught) -> None:
        """End what a session does, or the session, if it still stands still."""
        self._execute(
            f"select pg_{how}_backend(pid) from pg_stat_activity where pid = %s and wait_event in ('PgSleep', 'SyncRep')",
            [caught.session],
        )

    def _wait_for_standby(self, name: str) -> None:
        """Who asks for `on` waits for that standby; all others commit as if there were none (`demo.postgres.NOT_DURABLE`)."""
        self._execute(f"alter system set synchronous_standby_names = '{name}'")
        self._execute("select pg_reload_conf()")

    def _execute(self, statement: str, values: Any = None) -> psycopg.Cursor:
        """Each statement for itself, and once more where the server was killed meanwhile; all of them may be repeated."""
        end = time.monotonic() + BACK_WITHIN
        while True:
            try:
                if self._connection.closed:
                    self._connection = self._connect()
                return self._connection.execute(statement, values)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.stack.owner_address, autocommit=True)
