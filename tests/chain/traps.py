"""Traps in the warehouse, by which a test gets hold of a task at a known instant, and the killing of what is caught.

A trap is a trigger on a table that a step writes at its end. While it is set, whoever comes by stands still there: `before`
its transaction commits, or `after`, when the commit has been written and the task has not been told of it yet.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import Literal, Self

import psutil
import psycopg

from demo.stack import Stack

Moment = Literal["before", "after"]

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
create or replace function trap.stand_still() returns trigger language plpgsql as $$
declare
    name text := trim(tg_argv[0] || ' ' || coalesce(to_jsonb(new) ->> 'resource', ''));
begin
    if not pg_try_advisory_xact_lock_shared(hashtext('trap'), hashtext(name)) then
        perform set_config('application_name', 'trap ' || name, true);
        if tg_argv[1] = 'before' then
            perform pg_advisory_xact_lock_shared(hashtext('trap'), hashtext(name));
        else
            perform set_config('synchronous_commit', 'on', true);
        end if;
    end if;
    return new;
end $$"""

_CAUGHT = """
select substr(application_name, 6), pid, client_port from pg_stat_activity
where application_name like 'trap %' and wait_event in ('advisory', 'SyncRep')"""


@dataclass(frozen=True)
class Caught:
    """A task that stands still: in which trap, its session in the database, and the port that it came from."""

    name: str
    session: int
    port: int


class Traps:
    """Traps of some names, such as `load court` or `publish`, set for the time of a `with`."""

    def __init__(self, stack: Stack, names: list[str], moment: Moment = "before") -> None:
        self.stack, self.set, self.moment = stack, set(names), moment

    def __enter__(self) -> Self:
        self.connection = psycopg.connect(self.stack.owner_address, autocommit=True)
        self._wait_for_standby("nobody" if self.moment == "after" else "")
        self.connection.execute(_FUNCTION)
        for step, place in PLACES.items():
            self.connection.execute(
                f"create or replace trigger a_trap_{step} before {place} "
                f"execute function trap.stand_still('{step}', '{self.moment}')"
            )
        for name in self.set:
            self.connection.execute("select pg_advisory_lock(hashtext('trap'), hashtext(%s))", [name])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.let_all_go()
        self.connection.close()

    def caught(self) -> list[Caught]:
        """Who stands still now."""
        return [Caught(*row) for row in self.connection.execute(_CAUGHT).fetchall()]

    def let_go(self, caught: Caught) -> None:
        """Take a trap away."""
        self.connection.execute("select pg_advisory_unlock(hashtext('trap'), hashtext(%s))", [caught.name])
        if self.moment == "after":
            self.connection.execute("select pg_cancel_backend(%s)", [caught.session])
        self.set.discard(caught.name)

    def let_all_go(self) -> None:
        """Take all traps away, so that nobody waits for a test that has failed."""
        self.connection.execute("select pg_advisory_unlock_all()")
        self._wait_for_standby("")

    def kill(self, caught: Caught) -> None:
        """Kill a task's process as the kernel does when memory runs out; its supervising process lives on."""
        process = psutil.Process(self._process_at(caught.port))
        assert self._scheduler() in [parent.pid for parent in process.parents()]
        process.kill()
        process.wait(10)

    def _process_at(self, port: int) -> int:
        every = psutil.net_connections("tcp4")
        return next(c.pid for c in every if c.laddr.port == port and c.raddr and c.raddr.port == self.stack.ports["postgres"])

    def _scheduler(self) -> int:
        return json.loads((self.stack.run / "scheduler.json").read_text())["pid"]

    def _wait_for_standby(self, name: str) -> None:
        self.connection.execute(f"alter system set synchronous_standby_names = '{name}'")
        self.connection.execute("select pg_reload_conf()")


@contextmanager
def killing(traps: Traps) -> Iterator[list[str]]:
    """Kill whatever the traps catch, each once, while something else goes on; gives the names of what was killed."""
    killed: list[str] = []
    over = Event()
    with ThreadPoolExecutor(1) as pool:
        hunt = pool.submit(_hunt, traps, killed, over)
        try:
            yield killed
        finally:
            over.set()
            hunt.result()


def _hunt(traps: Traps, killed: list[str], over: Event) -> None:
    try:
        while not over.wait(0.05):
            for caught in traps.caught():
                if caught.name in traps.set:
                    traps.kill(caught)
                    killed.append(caught.name)
                    traps.let_go(caught)
    finally:
        traps.let_all_go()
