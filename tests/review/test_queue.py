"""What waits is there at once for whoever asks, however many wait."""

from collections.abc import Iterator
from typing import Any

import psycopg
from homes import Home

PAIRS = 300
CADRES = """
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, status, updated_at, original, valid_from, known_from, delivery_id)
select 'Q' || n, '王明', '', '', '', 'male', '198001', '2002-08-01', '141', 'U', 'P', '1', now(), '{}', '2002-08-01',
       '2026-06-01', 'd'
from generate_series(1, %s) as n"""
OF_THE_CITY = """
insert into core.cadre_now (cadre_no, name, sex, born_on, work_started_on, duty_level, unit_code, unit_name, region_code,
                            post_title, status, id_masked)
select 'Q' || n, '王明', 'male', '198001', '2002-07-01', '141', 'U', '云岭市财政局', null, 'P', '1', ''
from generate_series(1, %s) as n"""
RECORDS = """
insert into core.record (resource, source_key, occurred_on, summary, detail, original, valid_from, known_from, delivery_id)
select 'court', 'q' || n, '2026-03-02', '被执行人', '{}', '{}', '2026-03-02', '2026-06-01', 'd'
from generate_series(1, %s) as n"""
MENTIONS = """
insert into core.mention (resource, source_key, mention_no, subject, name, known_from, delivery_id)
select 'court', 'q' || n, 1, 'self', '王明', '2026-06-01', 'd'
from generate_series(1, %s) as n"""
LINKS = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, delivery_id)
select 'court', 'q' || n, 1, 'self', 'Q' || n, 'undecided', 'name_unit', 'machine', '2026-06-01', 'd'
from generate_series(1, %s) as n"""


def test_it_costs_a_pair_the_same_however_many_wait(home: Home) -> None:
    """A planner that knows nothing of what row policies leave takes it for one row, and would go through all for each pair."""
    for fill in (CADRES, OF_THE_CITY, RECORDS, MENTIONS, LINKS):
        home.run(fill, [PAIRS])
    with psycopg.connect(home.owner) as warehouse:
        warehouse.execute("analyze core.link, core.mention, core.record, core.cadre, core.cadre_now")
        warehouse.execute("set local role cadre_reviewer_all")
        warehouse.execute("set local enable_hashjoin = off")
        warehouse.execute("set local enable_mergejoin = off")
        ((plan,),) = warehouse.execute("explain (analyze, format json) select * from mart.link_review").fetchall()
    assert plan[0]["Plan"]["Actual Rows"] == PAIRS
    assert sum(read(node) for node in nodes(plan[0]["Plan"])) < 50 * PAIRS


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from nodes(inner)


def read(node: dict[str, Any]) -> float:
    """Rows that a node gave or put away."""
    kinds = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")
    return sum(node.get(kind, 0) for kind in kinds) * node["Actual Loops"]
