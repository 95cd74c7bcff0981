"""A record that may be about one of two officials, and what a machine says of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from homes import Home

from cadre_cloud.warehouse.connection import known_at

KEY = "王明|〔2026〕1号"
OFFICIALS = ["C1", "C2", "C3"]

_CADRE = """
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, work_started_on, duty_level, unit_code,
                        post_title, status, updated_at, original, valid_from, known_from, delivery_id)
values (%s, '王明', '', '', '', 'male', '198001', '2002-08-01', '141', 'U', 'P', '1', now(), '{}', '2002-08-01', %s, 'd')"""
_RECORD = """
insert into core.record (resource, source_key, occurred_on, summary, detail, original, valid_from, known_from, delivery_id)
values (%s, %s, '2026-03-02', '被执行人', %s, '{}', '2026-03-02', %s, 'd')"""
_MENTION = """
insert into core.mention (resource, source_key, mention_no, subject, name, known_from, delivery_id)
values (%s, %s, %s, 'self', '王明', %s, 'd')"""
_LINK = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, delivery_id)
values (%s, %s, %s, 'self', %s, %s, %s, 'machine', %s, 'd')"""
DETAIL = '{"case_no": "〔2026〕1号", "case_type": "enforcement", "party_role": "debtor", "amount": "1000.00", "dishonest": true}'
AT = known_at(date(2026, 6, 1))
REVIEWERS = ["李审", "赵审", "钱审", "孙审"]


@pytest.fixture
def home(shared_home: Home) -> Home:
    """One home for all tests of a file, empty at the beginning of each."""
    # What is append-only can be emptied by a superuser alone who puts the triggers aside.
    shared_home.run(
        "set session_replication_role = replica; "
        "truncate core.alert_event, core.unfounded, core.alert, core.link_decision, core.link_label, core.link_sample, "
        "core.link, core.mention, core.record, core.cadre, mail.alert_told"
    )
    for name in REVIEWERS:
        shared_home.run("select core.admit_to('cadre_reviewer', %s, '')", [name])
    return shared_home


@pytest.fixture
def machine(home: Home) -> Callable[..., None]:
    """Have the machine bring up a pair, of a record that there is then."""
    for cadre_no in OFFICIALS:
        home.run(_CADRE, [cadre_no, AT])

    def says(
        cadre_no: str, verdict: str = "undecided", *, resource: str = "court", key: str = KEY, mention_no: int = 1,
        method: str = "masked_id_incomplete",
    ) -> None:  # fmt: skip
        if not home.one("select count(*) from core.record where resource = %s and source_key = %s", [resource, key]):
            home.run(_RECORD, [resource, key, DETAIL, AT])
        home.run(_MENTION + " on conflict do nothing", [resource, key, mention_no, AT])
        home.run(_LINK, [resource, key, mention_no, cadre_no, verdict, method, AT])

    return says


@pytest.fixture
def held(home: Home) -> Callable[..., dict[str, tuple[str, str]]]:
    """Who is held to be what at present, and who says so: verdict and author by official."""

    def read(key: str = KEY, mention_no: int = 1) -> dict[str, tuple[Any, ...]]:
        rows = home.rows(
            "select cadre_no, verdict, decided_by from core.link where source_key = %s and mention_no = %s and known_to is null",
            [key, mention_no],
        )
        return {row["cadre_no"]: (row["verdict"], row["decided_by"]) for row in rows}

    return read
