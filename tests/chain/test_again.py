"""The same day again, and events that come in a storm."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from faults.traps import Traps

from demo.processes import wait_until

from .chain import Chain
from .dump import CLOCKS_OF_A_SECOND_RUN, differences, dump

SETTLED = "cadre://day_settled"


@pytest.fixture(autouse=True)
def _evening(chain: Chain) -> None:
    chain.go_to(chain.days[-1])


def test_the_same_day_again_changes_nothing(chain: Chain) -> None:
    """Everything is delivered again, files too, and every feed runs; nothing but clocks tells that it did."""
    with chain.warehouse() as warehouse:
        before, mails = dump(warehouse, CLOCKS_OF_A_SECOND_RUN), len(chain.mails())
    runs = feed_runs(chain)
    with chain.disturbed():
        chain.rehearsal.run_day(chain.days[-1])
    assert len(feed_runs(chain)) == len(runs) + len(chain.rehearsal.expected)
    assert set(feed_runs(chain)[len(runs) :]) == {"success"}
    with chain.warehouse() as warehouse:
        assert differences(dump(warehouse, CLOCKS_OF_A_SECOND_RUN), before) == {}
    assert len(chain.mails()) == mails


def feed_runs(chain: Chain) -> list[str]:
    return [run["state"] for run in chain.stack.api.runs() if run["dag_id"].startswith("feed_")]


def test_a_storm_of_events_and_one_that_comes_while_publish_runs(chain: Chain) -> None:
    """Events that come while a run goes on may be taken together or come late; what they stand for is published."""
    published = number(chain, "select count(*) from ledger.publication")
    with chain.disturbed(), ThreadPoolExecutor(8) as pool, Traps(chain.stack, ["before publish"]) as traps:
        settle(chain, "court")
        list(pool.map(lambda _: emit(chain), range(25)))
        assert wait_until(lambda: bool(traps.caught()), 60)
        late = pool.submit(settle, chain, "unit")
        assert wait_until(lambda: waits_for_its_turn(chain), 10)
        emit(chain)
        assert not late.done()
        traps.let_go(traps.caught()[0])
        late.result(timeout=30)
        assert wait_until(lambda: is_published(chain) and not chain.stack.api.running_states(), 60)
    assert number(chain, "select count(*) from ledger.publication") == published + 2
    assert {run["state"] for run in chain.stack.api.runs("publish")} == {"success"}


def settle(chain: Chain, resource: str) -> None:
    """What a resource's settle does to the ledger where something has become different."""
    with closing(psycopg.connect(chain.stack.owner_address)) as warehouse:
        warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre settle'))")
        warehouse.execute(
            "update ledger.settlement set revision = nextval('ledger.revision') where resource = %s and day = %s",
            [resource, chain.days[-1]],
        )
        warehouse.commit()


def emit(chain: Chain) -> None:
    """Emit the event of a day that is complete."""
    asset = chain.stack.api._call("GET", "/assets", query={"uri_pattern": SETTLED})["assets"][0]
    chain.stack.api._call("POST", "/assets/events", {"asset_id": asset["id"], "extra": {"day": chain.days[-1]}})


def waits_for_its_turn(chain: Chain) -> bool:
    """Whether a settle stands behind the publication that goes on."""
    # By one number, not two: no lock of a trap.
    return number(chain, "select count(*) from pg_locks where locktype = 'advisory' and not granted and objsubid = 1") > 0


def is_published(chain: Chain) -> bool:
    query = "select (select max(revision) from ledger.publication) = (select max(revision) from ledger.settlement)"
    return bool(number(chain, query))


def number(chain: Chain, query: str) -> int:
    return next(iter(chain.rows(query)[0].values()))
