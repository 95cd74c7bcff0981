"""A city of nine officials with files, records, links and alerts, some of whom leave."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_cases import States
from homes import Home, settled_in
from own_files import FILES

# A form of C0001's, and one of somebody who may be C0001 or C0002, once said to be the first.
FORMS = """
with form as (
    insert into core.form (form_no, name, original, known_from, delivery_id)
    select no, '某', '{}', now(), 'd' from unnest(array['f1', 'f2']) no),
reading as (
    insert into core.form_reading (form_no, cadre_no, method, candidates, is_latest, name, unread, known_from, known_to,
                                   delivery_id)
    values ('f1', 'C0001', 'full_id', '{}', true, '某', '{}', now(), null, 'd'),
           ('f2', 'C0001', 'decided', '{}', false, '某', '{}', now(), now(), 'd'),
           ('f2', null, 'several', '{C0001,C0002}', false, '某', '{}', now(), null, 'd'))
insert into core.form_decision (form_no, verdict, cadre_no, who, why, at)
values ('f1', 'new', null, 'w', 'y', now()), ('f2', 'same', 'C0001', 'w', 'y', now()), ('f2', 'nobody', null, 'w', 'y', now())"""
TOLD = """
with message as (
    insert into mail.message (message_id, day, role, address, subject, body_text, body_html)
    values ('m', '2026-06-01', 'supervisor', 'a', '', '', '') returning message_id)
insert into mail.alert_told select event_no, 'a', message_id from core.alert_event, message"""


# C0001 and C0005 object to records, were answered, and were looked at.
OBJECTED = """
with objection as (
    insert into core.objection (resource, source_key, cadre_no, who, why, at)
    select min(resource), min(source_key), cadre_no, 'w', 'y', now() from mart.record where cadre_no in ('C0001', 'C0005')
    group by cadre_no returning objection_no)
insert into core.objection_answer (objection_no, verdict, who, why, at)
select objection_no, 'dismissed', 'w', 'y', now() from objection"""
LOOKED = """
insert into core.look (at, who, why, through, cadre_no)
select now(), 'w', 'y', 'command reveal', c from unnest(array['C0001', 'C0005', 'C0001']) as c"""
# Links of C0001 and C0005 were decided and drawn by lot, and somebody found that they are two.
JUDGED = """
with link as (
    select min(link_no) as link_no from core.link where cadre_no in ('C0001', 'C0005') group by cadre_no),
decision as (
    insert into core.link_decision (about, verdict, who, why, at) select link_no, 'unsure', 'w', 'y', now() from link),
sample as (insert into core.link_sample (about, drawn_at) select link_no, now() from link returning sample_no),
label as (insert into core.link_label (sample_no, verdict, who, why, at) select sample_no, 'same', 'w', 'y', now() from sample)
insert into core.merge (cadre_no, duplicate_no, verdict, who, why, known_from)
values ('C0001', 'C0005', 'different', 'w', 'y', now()), ('C0003', 'C0004', 'different', 'w', 'y', '2026-06-01')"""


@pytest.fixture
def city(states: States, tmp_path: Path) -> Iterator[Home]:
    """A city in which the product's code works."""
    home = states.lodging(tmp_path / "home", "personnel/newcomer")
    for statement in (FILES, FORMS, TOLD, OBJECTED, LOOKED, JUDGED):
        home.run(statement)
    with settled_in(home):
        yield home
