"""Alerts, by the difference between what the rules find today and what stands: raised, updated, expired, retracted.

A second run of a day finds no difference and writes nothing.

Every entry of the roster is looked at by itself, and whom several entries are (`warehouse/merges.py`) as one person beside that:
`mart.alert` tells of the one or the other, so that an unmerge finds all as if there had been no merge.
"""

import json
from collections import Counter
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from psycopg import IsolationLevel

from cadre_cloud.alerts.rules import Rule, RuleError, rules
from cadre_cloud.causes import cause_of
from cadre_cloud.warehouse.connection import Warehouse, connect, known_at, stage
from cadre_cloud.warehouse.links import MACHINE
from transforms.link import OUTRIGHT

Row = dict[str, Any]

_STANDING = {
    "rule": "text", "rule_version": "integer", "cadre_no": "text", "matter": "text", "severity": "text", "title": "text",
    "title_en": "text", "explanation": "text", "explanation_en": "text", "basis": "text", "effective_from": "date",
    "effective_until": "date", "evidence": "jsonb", "disputed": "boolean",
}  # fmt: skip
_COLUMNS = ", ".join(_STANDING)
_TOLD = ", ".join(name for name in _STANDING if name not in ("rule", "cadre_no", "matter"))
OPEN = "('new', 'assigned', 'verifying', 'confirmed', 'partly_confirmed', 'unverifiable')"

# Officials who left office keep what they have and get nothing new, but for decisions on their time in office.
_DROP_AFTER_OFFICE = """
delete from pg_temp.standing s using core.left_office l
where l.cadre_no = s.cadre_no and (s.evidence_on >= l.left_on or not s.after_office)
  and not exists (select from core.alert a
                  where (a.rule, a.cadre_no, a.matter, a.merged) = (s.rule, s.cadre_no, s.matter, %(merged)s))"""

# What was found unfounded and is deleted since is not raised again on the same evidence.
_DROP_CLEARED = """
delete from pg_temp.standing s using core.cleared c
where c.digest = core.alert_digest(s.rule, s.cadre_no, s.matter, s.evidence)"""

# What rests on a link that does not decide outright and that no person has confirmed is a notice at most, and says so.
_CAP = """
update pg_temp.standing s
set severity = case when s.severity = 'context' then 'context' else 'notice' end,
    explanation = s.explanation || '身份关联依据不足且未经人工确认，请先核实是否本人。',
    explanation_en = s.explanation_en || ' That this person is meant is weakly evidenced and unconfirmed: please check it first.'
where exists (
    select from jsonb_to_recordset(s.evidence) as e (resource text, source_key text)
    join core.held_link l using (resource, source_key)
    where l.cadre_no = s.cadre_no and l.verdict = 'same' and l.decided_by = %(machine)s and l.method <> all(%(outright)s))"""

# It stands though somebody objects to what it rests on, and says so: an objection is no decision.
_DISPUTE = """
update pg_temp.standing s set disputed = true from core.held_record r
where r.disputed and s.evidence @> jsonb_build_array(jsonb_build_object('resource', r.resource, 'source_key', r.source_key))"""

# Now, or when what is told of them was found.
_ANYBODY_MERGED = f"""
select where exists (select from core.merged_now)
   or exists (select from core.alert where merged and state in {OPEN})"""

_NUMBER = (
    "upper(left(encode(sha256(convert_to("
    "concat_ws('|', rule, cadre_no, matter, case when %(merged)s then 'merged' end), 'UTF8')), 'hex'), 12))"
)

_RAISE = f"""
with raised as (
    insert into core.alert (alert_no, state, raised_at, merged, {_COLUMNS})
    select {_NUMBER}, 'new', %(at)s, %(merged)s, {_COLUMNS} from pg_temp.standing
    on conflict (rule, cadre_no, matter, merged) do nothing returning *)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'raised', null, state, %(at)s, 'machine', 'the rule found it', to_jsonb(raised) from raised"""

# Never before what happened to it last: somebody may have decided since the morning whose day is run again.
_AT = "greatest(%(at)s, (select max(h.at) from core.alert_event h where h.alert_no = {}.alert_no))"

# What had ended and is found again is new again, with its history; what was found unfounded, on new evidence alone.
_REOPEN = f"""
with reopened as (
    update core.alert a set state = 'new', raised_at = {_AT.format("a")}, ({_TOLD}) = (select {_TOLD} from pg_temp.standing x
        where (x.rule, x.cadre_no, x.matter) = (a.rule, a.cadre_no, a.matter))
    from pg_temp.standing s, core.alert old
    where (s.rule, s.cadre_no, s.matter, %(merged)s) = (a.rule, a.cadre_no, a.matter, a.merged) and old.alert_no = a.alert_no
      and (a.state in ('expired', 'retracted') or (a.state = 'unfounded' and a.evidence <> s.evidence))
    returning a.*, old.state as from_state)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'reopened', from_state, state, raised_at, 'machine', 'the rule found it again', to_jsonb(reopened) - 'from_state'
from reopened"""

_UPDATE = f"""
with updated as (
    update core.alert a set ({_TOLD}) = (select {_TOLD} from pg_temp.standing x
        where (x.rule, x.cadre_no, x.matter) = (a.rule, a.cadre_no, a.matter))
    from pg_temp.standing s
    where (s.rule, s.cadre_no, s.matter, %(merged)s) = (a.rule, a.cadre_no, a.matter, a.merged) and a.state in {OPEN}
      and ({", ".join(f"a.{c}" for c in _TOLD.split(", "))}) is distinct from ({", ".join(f"s.{c}" for c in _TOLD.split(", "))})
    returning a.*)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'updated', state, state, {_AT.format("updated")}, 'machine', 'its evidence or period changed', to_jsonb(updated)
from updated"""

# It ends by itself where its evidence still holds; where none of it does any more, it should not have stood.
_END = f"""
with gone as (
    select a.alert_no, a.state as from_state, exists (
        select from jsonb_to_recordset(a.evidence) as e (resource text, source_key text)
        where (exists (select from core.known_record r
                       where r.resource = e.resource and r.source_key = e.source_key and r.cadre_no = a.cadre_no)
            or exists (select from core.known_file f
                       where f.resource = e.resource and f.source_key = e.source_key and f.cadre_no = a.cadre_no))
          and not exists (select from pg_temp.void v where v.rule = a.rule and v.cadre_no = a.cadre_no
                          and v.evidence @> jsonb_build_array(to_jsonb(e)))
    ) as evidence_holds
    from core.alert a
    where a.rule = any(%(rules)s) and a.state in {OPEN} and a.merged = %(merged)s
      and not exists (select from pg_temp.standing s where (s.rule, s.cadre_no, s.matter) = (a.rule, a.cadre_no, a.matter))),
ended as (
    update core.alert a set state = case when g.evidence_holds then 'expired' else 'retracted' end, disputed = false
    from gone g where g.alert_no = a.alert_no returning a.*, g.from_state)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, state, from_state, state, {_AT.format("ended")}, 'machine',
       case state when 'expired' then 'it no longer applies' else coalesce(
           (select max(v.why) from pg_temp.void v
            where v.rule = ended.rule and v.cadre_no = ended.cadre_no and v.evidence @> ended.evidence),
           'what it rested on was undone, corrected or unlinked') end,
       to_jsonb(ended) - 'from_state'
from ended
returning kind"""


def evaluate(day: date, at: datetime | None = None) -> dict[str, int]:
    """Bring all alerts up to a business day.

    `at` is since when that is known, by default like what the day delivered. Returns how many were raised (or reopened),
    updated, expired and retracted.
    """
    with connect() as warehouse:
        warehouse.execute("select pg_advisory_lock(hashtext('cadre alerts'))")
        warehouse.commit()
        # Every rule sees the same state, whatever is loaded meanwhile; it is looked at when it is our turn.
        warehouse.isolation_level = IsolationLevel.REPEATABLE_READ
        counts = Counter(raised=0, updated=0, expired=0, retracted=0)
        counts.update(_bring_up(warehouse, day, at or known_at(day), merged=False))
        if warehouse.execute(_ANYBODY_MERGED).fetchone() is not None:
            counts.update(_bring_up(warehouse, day, at or known_at(day), merged=True))
        return dict(counts)


def _bring_up(warehouse: Warehouse, day: date, at: datetime, *, merged: bool) -> Counter[str]:
    """Bring the alerts of all entries up to a day, or of whom several entries are; returns what was done how often."""
    warehouse.execute("select set_config('cadre.apart', %s, true)", ["off" if merged else "on"])
    library = rules()
    found = [row for rule in library for row in find(warehouse, rule, day)]
    if merged:
        theirs = {row["cadre_no"] for row in warehouse.execute("select cadre_no from core.merged_now")}
        found = [row for row in found if row["cadre_no"] in theirs]
    _stage(warehouse, [row for row in found if not row["void"]], [row for row in found if row["void"]])
    values = {"at": at, "rules": [rule.rule for rule in library], "merged": merged}
    warehouse.execute(_DROP_AFTER_OFFICE, values)
    warehouse.execute(_DROP_CLEARED)
    warehouse.execute(_CAP, {"machine": MACHINE, "outright": [*OUTRIGHT, "merged"]})
    warehouse.execute(_DISPUTE)
    reopened = warehouse.execute(_REOPEN, values).rowcount
    counts = Counter(updated=warehouse.execute(_UPDATE, values).rowcount)
    counts["raised"] = reopened + warehouse.execute(_RAISE, values).rowcount
    counts.update(row["kind"] for row in warehouse.execute(_END, values).fetchall())
    warehouse.execute("select set_config('cadre.apart', '', true)")
    return counts


def find(warehouse: Warehouse, rule: Rule, day: date) -> list[Row]:
    """What one rule finds, with its words."""
    try:
        rows = warehouse.execute(rule.select, {"business_day": day}).fetchall()
        found = [_told(rule, row) for row in rows]
    except Exception as error:
        raise RuleError(f"rule {rule.rule}: {cause_of(error)}") from error
    return [row for row in found if row["rule_version"] is not None]


def _told(rule: Rule, found: Row) -> Row:
    row: Row = {
        "severity": rule.severity,  # where it names one; else the SELECT says which
        "why": None,  # of a void one, where the SELECT says it
        **found,
        "rule": rule.rule,
        "rule_version": rule.version_on(found["evidence_on"]),
        "after_office": rule.after_office,
        "title": rule.title,
        "title_en": rule.title_en,
        "basis": rule.basis,
        "explanation": "",
        "explanation_en": "",
        "disputed": False,
    }
    if not row["void"]:
        row["explanation"], row["explanation_en"] = rule.explanations({**row, **row["facts"]})
    return row


def _stage(warehouse: Warehouse, standing: list[Row], void: list[Row]) -> None:
    types = {**_STANDING, "evidence_on": "date", "after_office": "boolean"}
    stage(warehouse, "standing", _table(standing, types), types)
    stage(warehouse, "void", _table(void, {"rule": "", "cadre_no": "", "evidence": "", "why": ""}),
          {"rule": "text", "cadre_no": "text", "evidence": "jsonb", "why": "text"})  # fmt: skip


def _table(rows: list[Row], columns: dict[str, str]) -> pa.Table:
    kinds = {"integer": pa.int64(), "date": pa.date32(), "boolean": pa.bool_()}
    arrays = {}
    for name, kind in columns.items():
        values = [json.dumps(row[name], ensure_ascii=False) if name == "evidence" else row[name] for row in rows]
        arrays[name] = pa.array(values, kinds.get(kind, pa.string()))
    return pa.table(arrays)
