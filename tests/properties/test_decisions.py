"""Merging and unmerging: what people decided last stands, whatever the machine says before, between or after.

Only where a mention names somebody else, and the machine says nothing for the official any more, is `same` said of nobody now.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from homes import Home
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cadre_cloud.warehouse import links
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import Warehouse, connect, known_at
from cadre_cloud.warehouse.decisions import Decision, decide, undo
from cadre_cloud.warehouse.links import MACHINE
from transforms.link import STATEMENT

MENTIONS = [("K1", 1), ("K1", 2), ("K2", 1)]
OFFICIALS = ["C1", "C2", "C3"]
MORNING = known_at(date(2026, 6, 1))

# What the machine says of each mention on a morning: one official outright, a question about some, or nothing.
said = st.one_of(
    st.sampled_from(OFFICIALS).map(lambda cadre_no: {cadre_no: "same"}),
    st.sets(st.sampled_from(OFFICIALS)).map(lambda cadre_nos: dict.fromkeys(sorted(cadre_nos), "undecided")),
)
mornings = st.fixed_dictionaries(dict.fromkeys(MENTIONS, said))
# On which mornings rows came that name somebody else than before, and in which mentions.
renamings = st.tuples(mornings, st.sets(st.sampled_from(MENTIONS)))
PEOPLE = ["somebody", "somebody else"]
decisions = st.tuples(st.sampled_from(MENTIONS), st.sampled_from(OFFICIALS), st.sampled_from(["same", "different"]))
# Of one mention alone, so that what one person takes back and another decides meet; none is to take back.
said_of_one = st.tuples(st.just(MENTIONS[0]), st.sampled_from(OFFICIALS), st.sampled_from(["same", "different", "unsure"]))
some = st.lists(st.tuples(st.sampled_from(PEOPLE), st.one_of(said_of_one, said_of_one, st.none())), max_size=2)
acts = st.tuples(some, said_of_one, some, some).map(
    lambda parts: [*parts[0], (PEOPLE[0], parts[1]), *parts[2], (PEOPLE[0], None), *parts[3]]
)
LOADED = """
insert into ledger.settlement (resource, day, loaded_at) values ('court', %s, clock_timestamp())
on conflict (resource, day) do update set loaded_at = excluded.loaded_at"""
asked = mornings.map(lambda morning: {**morning, MENTIONS[0]: dict.fromkeys(OFFICIALS, "undecided")})
# Somebody else decides about the same case, and the first wants to take back.
ALL_ASKED = dict.fromkeys(MENTIONS, dict.fromkeys(OFFICIALS, "undecided"))
OVERTAKEN = [
    (PEOPLE[0], (MENTIONS[0], "C1", "same")), (PEOPLE[1], (MENTIONS[0], "C1", "different")), (PEOPLE[0], None),
]  # fmt: skip
DOUBTS = """
select l.source_key, l.mention_no, l.cadre_no, d.who from core.link_decision d join core.link l on l.link_no = d.about
where d.verdict = 'unsure' and not exists (select from core.link_decision u where u.undoes = d.decision_no) order by 1, 2, 3, 4"""
# Hours apart: somebody may act, by the clock on the wall, before the morning that a rehearsal has reached.
hours = st.integers(-48, 48)


@settings(max_examples=60)
@given(mornings, st.lists(st.tuples(hours, st.one_of(mornings, decisions)), max_size=12))
def test_what_people_decided_last_stands(
    shared_home: Home, first: dict[Any, Any], steps: list[tuple[int, dict[Any, Any] | tuple]]
) -> None:
    decided: dict[tuple, tuple[str, str]] = {}
    with undone() as warehouse:
        state(warehouse, first, 0)
        for number, (hour, step) in enumerate(steps, start=1):
            if isinstance(step, dict):
                state(warehouse, step, number)
            else:
                mention, cadre_no, verdict = step
                if take(warehouse, step, f"person {number}", hour) is not None:
                    decided.setdefault((*mention, cadre_no), ("", ""))
                    if decided[*mention, cadre_no][0] != verdict:
                        decided[*mention, cadre_no] = (verdict, f"person {number}")
            held = present(warehouse)
            assert {pair: held[pair] for pair in decided} == decided
            assert_one_official_at_most(held)


@settings(max_examples=60)
@given(mornings, st.lists(st.tuples(hours, st.one_of(decisions, renamings)), max_size=12))
def test_what_was_decided_of_somebody_else_does_not_stand(
    shared_home: Home, first: dict[Any, Any], steps: list[tuple[int, tuple]]
) -> None:
    with undone() as warehouse:
        state(warehouse, first, 0)
        for number, (hour, step) in enumerate(steps, start=1):
            if len(step) != 2:
                take(warehouse, step, f"person {number}", hour)
                continue
            before, (morning, others) = present(warehouse), step
            state(warehouse, morning, number, others)
            held = present(warehouse)
            assert_one_official_at_most(held)
            freed = {p[:2] for p in same_by_person(before) if p[:2] in others and p[2] not in morning[p[:2]]}
            assert same_by_person(held) == {pair for pair in same_by_person(before) if pair[:2] not in freed}
            different = {pair: said for pair, said in before.items() if said[0] == "different"}
            assert {pair: held[pair] for pair in different} == different
            for mention in freed:
                waits = {no: verdict for no, verdict in morning[mention].items() if (*mention, no) not in different}
                standing = {
                    p[2]: said for p, said in held.items() if p[:2] == mention and said[0] not in ("withdrawn", "different")
                }
                assert standing == {no: (verdict, MACHINE) for no, verdict in waits.items()}


@settings(max_examples=40)
@given(mornings, st.lists(decisions, max_size=4), st.sampled_from(MENTIONS), st.sampled_from(OFFICIALS))
def test_undoing_leaves_what_was_before(
    shared_home: Home, first: dict[Any, Any], before: list[tuple], mention: tuple[str, int], cadre_no: str
) -> None:
    with undone() as warehouse:
        state(warehouse, first, 0)
        for number, step in enumerate(before):
            take(warehouse, step, f"person {number}", 1)
        then = present(warehouse)
        if take(warehouse, (mention, cadre_no, "same"), "somebody", 2):
            take(warehouse, (mention, cadre_no, "different"), "somebody else", 3)
            pair = (*mention, cadre_no)
            assert present(warehouse) == {**then, pair: ("different", "somebody else")}


@settings(max_examples=40)
@example(ALL_ASKED, OVERTAKEN, {})
@example(ALL_ASKED, OVERTAKEN[:1] + OVERTAKEN[2:], {2: (ALL_ASKED, set())})  # the machine judged again, and kept nothing of it
@given(
    asked,
    acts,
    st.dictionaries(st.integers(1, 8), renamings, max_size=1),
)
def test_what_is_taken_back_never_was(
    shared_home: Home, first: dict[Any, Any], steps: list[tuple[str, tuple | None]], renamed: dict[int, tuple]
) -> None:
    """None takes back the newest of a person; what stands then is what the others alone would have made."""
    kept: list[tuple[str, tuple]] = []
    with undone() as warehouse:
        state(warehouse, first, 0)
        for hour, (who, step) in enumerate(steps, start=1):
            if hour in renamed:
                state(warehouse, renamed[hour][0], hour, renamed[hour][1])
                kept.append(("machine", (renamed[hour], hour)))
            if step is not None:
                kept += [(who, step)] if take(warehouse, step, who, hour) else []
            elif take_back(warehouse, who, hour):
                kept.remove([one for one in kept if one[0] == who][-1])
        stood = present(warehouse)
        doubted = warehouse.execute(DOUBTS).fetchall()
    with undone() as warehouse:
        state(warehouse, first, 0)
        for hour, (who, step) in enumerate(kept, start=1):
            if who == "machine":
                state(warehouse, step[0][0], step[1], step[0][1])
            else:
                assert take(warehouse, step, who, hour)
        assert present(warehouse) == stood
        assert warehouse.execute(DOUBTS).fetchall() == doubted


@settings(max_examples=40)
@given(mornings, st.lists(st.tuples(hours, st.one_of(mornings, renamings, decisions)), max_size=6))
def test_no_moment_shows_two_officials(
    shared_home: Home, first: dict[Any, Any], steps: list[tuple[int, dict[Any, Any] | tuple]]
) -> None:
    with undone() as warehouse:
        state(warehouse, first, 0)
        for hour, step in steps:
            if isinstance(step, dict) or len(step) == 2:
                morning, others = (step, ()) if isinstance(step, dict) else step
                state(warehouse, morning, 0, others)
            else:
                take(warehouse, step, "somebody", hour)
        moments = [row["known_from"] for row in warehouse.execute("select distinct known_from from core.link").fetchall()]
        for moment in moments:
            warehouse.execute("select set_config('cadre.as_of', %s, true)", [moment.isoformat()])
            rows = warehouse.execute(
                "select source_key, mention_no, cadre_no, verdict, decided_by from core.held_link"
            ).fetchall()
            assert len(rows) == len(_by_pair(rows))
            assert_one_official_at_most(_by_pair(rows))


@contextmanager
def undone() -> Iterator[Warehouse]:
    with connect() as warehouse:
        yield warehouse
        warehouse.rollback()


@pytest.fixture(autouse=True, scope="module")
def admitted(shared_home: Home) -> None:
    for name in [*PEOPLE, *(f"person {number}" for number in range(13))]:
        shared_home.run("select core.admit_to('cadre_reviewer', %s, '')", [name])


def state(
    warehouse: Warehouse, morning: dict[tuple[str, int], dict[str, str]], number: int, others: Iterable[tuple[str, int]] = ()
) -> None:
    """Have the machine say of every mention what it finds on a morning; `others` name somebody else since people decided."""
    judged = [{"source_key": key, "mention_no": mention_no, "subject": "self"} for key, mention_no in MENTIONS]
    stated = [
        {"source_key": key, "mention_no": mention_no, "cadre_no": cadre_no, "verdict": verdict, "method": "full_id"}
        for (key, mention_no), found in morning.items()
        for cadre_no, verdict in found.items()
    ]
    schema = pa.schema([("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string())])
    at = MORNING + timedelta(days=number)
    renamed = [
        dict(zip(links.PAIR.names, pair, strict=True)) for pair in same_by_person(present(warehouse)) if pair[:2] in others
    ]
    links.write(
        warehouse, "court", pa.Table.from_pylist(judged, schema=schema), pa.Table.from_pylist(stated, schema=STATEMENT),
        pa.Table.from_pylist(renamed, schema=links.PAIR), at, "d",
    )  # fmt: skip
    warehouse.execute(LOADED, [at.date()])


def take(warehouse: Warehouse, step: tuple, who: str, hour: int) -> bool | None:
    """Whether a decision was news; none where it was refused."""
    (key, mention_no), cadre_no, verdict = step
    try:
        decision = Decision("court", key, mention_no, cadre_no, verdict, who, "why")
        return decide(warehouse, decision, MORNING + timedelta(hours=hour))
    except Refused:
        return None


def take_back(warehouse: Warehouse, who: str, hour: int) -> bool:
    """Whether somebody's newest was taken back; not where something has happened to it since."""
    try:
        return bool(undo(warehouse, who, MORNING + timedelta(hours=hour)))
    except Refused:
        return False


def present(warehouse: Warehouse) -> dict[tuple, tuple[str, str]]:
    rows = warehouse.execute("select source_key, mention_no, cadre_no, verdict, decided_by from core.link where known_to is null")
    return _by_pair(rows.fetchall())


def same_by_person(held: dict[tuple, tuple[str, str]]) -> set[tuple]:
    return {pair for pair, (verdict, by) in held.items() if verdict == "same" and by != MACHINE}


def assert_one_official_at_most(held: dict[tuple, tuple[str, str]]) -> None:
    """And where a person said who it is, the machine asks nothing more."""
    for mention in MENTIONS:
        of_it = {pair[2]: verdict for pair, verdict in held.items() if pair[:2] == mention}
        assert sum(verdict == "same" for verdict, _ in of_it.values()) <= 1
        if any(verdict == "same" and by != MACHINE for verdict, by in of_it.values()):
            assert not [by for verdict, by in of_it.values() if verdict == "undecided"]


def _by_pair(rows: list[dict[str, Any]]) -> dict[tuple, tuple[str, str]]:
    return {(row["source_key"], row["mention_no"], row["cadre_no"]): (row["verdict"], row["decided_by"]) for row in rows}
