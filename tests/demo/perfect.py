"""A warehouse that has found out all that a city's truth tells up to a day, written into the tables as plainly as can be."""

from collections.abc import Callable
from typing import Any

import psycopg

from cadre_cloud import contracts

RECORDS = [contract.resource for contract in contracts.every() if contract.record]
DAYS = ("2026-06-01", "2026-06-02", "2026-06-03")
KINDS = {"new": "raised", "expired": "expired", "retracted": "retracted"}

_DELIVERY = """
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, received, accepted, unchanged)
values (%(id)s, %(resource)s, %(day)s, %(file)s, %(id)s, 1, '', %(outcome)s, %(rows)s, %(rows)s, %(rows)s)"""
_BAD = """
insert into ledger.quarantine (delivery_id, row_no, source_key, field, reason, message)
values (%(id)s, %(row_no)s, nullif(%(source_key)s, ''), %(field)s, %(reason)s, '') on conflict do nothing"""
_LINK = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
values (%(resource)s, %(source_key)s, %(mention_no)s, %(subject)s, %(cadre_no)s, %(verdict)s, '', 'machine', now())"""
_ALERT = """
insert into core.alert (alert_no, rule, rule_version, cadre_no, matter, severity, state, title, title_en, explanation,
                        explanation_en, basis, evidence, raised_at)
values (%(no)s, %(rule)s, 1, %(cadre_no)s, %(matter)s, %(severity)s, 'new', '', '', '', '', '', '[]', %(at)s)
on conflict (alert_no) do update set severity = excluded.severity"""
_EVENT = """
insert into core.alert_event (alert_no, kind, to_state, at, by, why, alert)
values (%(no)s, %(kind)s, %(state)s, %(at)s, 'machine', '', '{}')"""
_SPELL = """
insert into core.spell (cadre_no, spell_no, kind, started_on, ended_on, text, is_within, raw, confidence, known_from, delivery_id)
values (%(cadre_no)s, %(no)s, %(kind)s, %(began)s, %(ended)s, %(text)s, false, %(line)s, %(confidence)s, now(), '')"""


def fill(address: str, truth: Callable[[str], list[dict[str, str]]], last_day: str = DAYS[-1]) -> None:
    """Write everything; who cannot be known outright waits for a person."""
    with psycopg.connect(address) as warehouse:
        cursor = warehouse.cursor()
        cursor.executemany(_DELIVERY, _deliveries(truth, last_day))
        cursor.executemany(_BAD, [row | {"id": _id(row)} for row in truth("bad_row") if row["day"] <= last_day])
        cursor.executemany(_LINK, _links(truth, last_day))
        for row in truth("alert"):
            if row["day"] <= last_day and row["state"] != "none":
                _live(cursor, row)
        cursor.executemany(_SPELL, [_spell(row, no) for no, row in enumerate(truth("spell"), start=1)])


def _id(row: dict[str, str]) -> str:
    return f"{row['resource']} {row['day']} {row['file']}"


def _deliveries(truth: Callable, last_day: str) -> list[dict[str, str]]:
    return [row | {"id": _id(row)} for row in truth("delivery") if row["day"] <= last_day]


def _links(truth: Callable, last_day: str) -> list[dict[str, str]]:
    joined = {row["cadre_no"]: row["joined_on"] for row in truth("person")}
    by_now = [row for row in truth("owner") if row["resource"] in RECORDS and "" < row["since"] <= last_day]
    owners = {(row["resource"], row["source_key"], row["mention_no"]): row for row in by_now}.values()  # the last one each
    mine = [row for row in owners if row["cadre_no"] and joined[row["cadre_no"]] <= last_day]
    return [row | {"verdict": _verdict(row)} for row in mine]


def _verdict(row: dict[str, str]) -> str:
    return "undecided" if row["form"] in ("name", "other_id", "bare_masked_id") or row["subject"] == "representative" else "same"


def _live(cursor: psycopg.Cursor, row: dict[str, str]) -> None:
    matter = row["matter"] or row["cadre_no"]
    said: dict[str, Any] = row | {"no": f"{row['rule']} {row['cadre_no']} {matter}", "matter": matter}
    said |= {"at": f"{row['day']} 06:00+08", "kind": KINDS.get(row["state"])}
    cursor.execute(_ALERT, said)
    if said["kind"]:
        cursor.execute(_EVENT, said)


def _spell(row: dict[str, str], no: int) -> dict[str, Any]:
    began, ended = (f"{day}-01-01"[:10] if day else None for day in (row["started_on"], row["ended_on"]))
    confidence = "sure" if began else "unread"
    return row | {"no": no, "began": began, "ended": ended, "kind": row["kind"] or None, "confidence": confidence}
