"""What is landed is judged again by Airflow's own mapped tasks, one a resource."""

from typing import Any

import requests

from demo.processes import wait_until

from .chain import Chain
from .test_pages import signed_in

LOST = """
update core.link set known_to = clock_timestamp() where link_no in (
    select link_no from core.link
    where resource in ('court', 'land') and known_to is null and verdict = 'same' and decided_by = 'machine'
    order by link_no limit 5)
returning resource, source_key, mention_no, cadre_no"""
HELD = """
select resource, source_key, mention_no, cadre_no from core.link
where known_to is null and verdict = 'same' and resource in ('court', 'land')"""


def test_it_shows_what_is_said_otherwise_and_then_takes_over(chain: Chain) -> None:
    chain.go_to(chain.days[-1])
    with chain.disturbed():
        lost = chain.rows(LOST)
        assert len(lost) == 5
        before = chain.rows(HELD)
        judged, told = relink(chain, apply=False)
        assert judged > 10
        assert (told, chain.rows(HELD)) == (len(lost), before)
        assert relink(chain, apply=True) == (judged, len(lost))
        held = chain.rows(HELD)
        assert all(pair in held for pair in lost) and len(held) == len(before) + len(lost)


def relink(chain: Chain, *, apply: bool) -> tuple[int, int]:
    """Have it run; gives how many mapped tasks there were, and how many pairs it told of."""
    api = chain.stack.api
    run = api.trigger("relink", {"day": chain.days[-1], "apply": apply})
    wait_until(lambda: api.run_state("relink", run) in ("success", "failed"), seconds=180)
    assert {task["state"] for task in api.tasks("relink", run)} == {"success"}
    mapped = [task["rendered_map_index"] for task in api.tasks("relink", run) if task["task_id"] == "judge_again"]
    assert {"court", "land"} <= set(mapped)
    return len(mapped), returned(chain, run, "follow_up")


def returned(chain: Chain, run: str, task: str) -> Any:
    admin = {"Authorization": f"Bearer {signed_in(chain, 'admin').cookies['_token']}"}
    address = f"{chain.stack.api.address}/api/v2/dags/relink/dagRuns/{run}/taskInstances/{task}/xcomEntries/return_value"
    return requests.get(address, headers=admin, timeout=30).json()["value"]
