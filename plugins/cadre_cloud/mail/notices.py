"""What data engineers have to know: each thing has a name of its own (`notice`), by which it is told once."""

from datetime import date
from operator import itemgetter
from typing import Any

from cadre_cloud import contracts
from cadre_cloud.language import say
from cadre_cloud.warehouse.connection import Warehouse

Row = dict[str, Any]

_HELD = """
select 'held:' || delivery_id as notice, 'Held delivery' as kind, 'cadre/deliveries/' || delivery_id as page, resource,
       day::text as day, file || '：' || message as message
from ledger.delivery where state = 'held' and day <= %(day)s"""

_FAILED = """
select 'failed:' || resource || ':' || day as notice, 'Failed' as kind, 'dags/feed_' || resource as page, resource,
       day::text as day, message
from ledger.settlement where outcome = 'failed' and day <= %(day)s"""

_LINKING_STOPPED = """
select 'linking:' || t.delivery_id as notice, 'Linking stopped' as kind, 'cadre/identity' as page, t.resource,
       t.day::text as day, s.message
from ledger.linking_stop t join ledger.settlement s using (resource, day)
where t.released_at is null and t.day <= %(day)s and s.message is not null"""

# What is no feed has no settlement that tells how it ended: of a step whose tries were used up on a day, the last cause.
_STEP_FAILED = """
select distinct on (resource, day, step) 'failed:' || resource || ':' || step || ':' || day as notice, 'Failed' as kind,
       'dags/' || resource as page, resource, day::text as day, step || ': ' || cause as message
from ledger.failure
where is_last and resource in ('publish', 'alerts', 'mail', 'wishes', 'export', 'upkeep', 'relink') and day <= %(day)s
order by resource, day, step, failure_no desc"""

# An address and what is wrong with it once, and again only when mail has reached it in between.
_NO_MAIL = """
select distinct on (notice) * from (
    select concat_ws(':', m.state, m.address, m.code, max(g.day)) as notice, 'Mail ' || m.state as kind, 'dags/mail' as page,
           'mail' as resource, m.day::text as day, concat_ws(' ', m.address, nullif(m.code, 'no answer')) as message
    from mail.message m
    left join mail.message g on g.address = m.address and g.state = 'sent' and g.rendered_at < m.rendered_at
    where m.state in ('refused', 'bounced') or m.state = 'uncertain' and m.unanswered = 2
    group by m.message_id
) as unread
order by notice, day"""

_UNKNOWN_UNIT = """
select 'unknown_unit:' || md5(string_agg(cadre_no, ',' order by cadre_no)) as notice, 'Unknown unit' as kind,
       'dags/feed_unit' as page, 'unit' as resource, %(day)s::text as day, count(*) || ' × unit_code' as message
from core.cadre_now where region_code is null and unit_code is not null and not gone having count(*) > 0"""

# Beside its own history a delivery has too many rows or too few, or a column that is filled otherwise.
_UNUSUAL = """
select 'unusual:' || d.delivery_id as notice, 'Unusual' as kind, 'cadre/deliveries/' || d.delivery_id as page, d.resource,
       d.day::text as day,
       d.file || '：' || string_agg(coalesce(q.column_name || ' ' || round(100 * q.observed) || '%%', '行数 ' || q.observed), '，'
                                   order by q.position) as message
from ledger.quality q join ledger.delivery d using (delivery_id)
where not q.success and q.severity = 'warning' and q.asked ? 'usual' and d.day <= %(day)s group by d.delivery_id"""

_QUERIES = (_HELD, _FAILED, _STEP_FAILED, _LINKING_STOPPED, _UNUSUAL, _NO_MAIL, _UNKNOWN_UNIT)


def notices(warehouse: Warehouse, day: date) -> list[Row]:
    """All that wants a look up to a business day, told before or not: `notice, kind, page, resource, day, message`."""
    by_kind = [warehouse.execute(query, {"day": day}).fetchall() for query in _QUERIES]
    return [
        row for rows in [*by_kind, _stale(warehouse, day)] for row in sorted(rows, key=itemgetter("day", "resource", "notice"))
    ]


def _stale(warehouse: Warehouse, day: date) -> list[Row]:
    """Resources whose last good day is longer ago than their contract allows; said once for each such day."""
    expected = [contract.resource for contract in contracts.expected()]  # one may be gone since the last publication
    stale = "select resource, last_good_day from mart.freshness where stale_on <= %s and resource = any(%s)"
    rows = warehouse.execute(stale, [day, expected]).fetchall()
    return [
        {
            "notice": f"stale:{row['resource']}:{row['last_good_day']}",
            "kind": "Stale",
            "page": f"dags/feed_{row['resource']}",
            "resource": row["resource"],
            "day": str(day),
            "message": _last_good(row["last_good_day"]),
        }
        for row in rows
    ]


def _last_good(day: date | None) -> str:
    return say("last good day {day}", day=day) if day else say("never had a good day")
