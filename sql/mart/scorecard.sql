-- Of each resource and month that has a settled day; everything in it is looked up by the resource's days.
create view mart.scorecard with (security_invoker) as
with month as (
    select resource, date_trunc('month', day)::date as month, max(day) as until
    from ledger.settlement
    where outcome is not null and core.is_told(day)
    group by resource, date_trunc('month', day)
)
select m.resource, f.department, f.title, m.month, m.until, p.on_time + p.missed as due, p.on_time, p.missed, d.deliveries, d.held,
       d.received, d.accepted, d.quarantined, d.duplicate, r.reasons, d.mentions, d.linked, d.review, d.nobody, i.identity,
       q.warnings, w.failures, w.acts,
       (select max(b.day) from ledger.linking_stop as b
        where b.resource = m.resource and b.day <= m.until
          and coalesce((b.released_at at time zone 'Asia/Shanghai')::date >= m.month, true)) as linking_stopped_on
from month m
left join ledger.feed f using (resource)
-- It is due half of what makes it stale after the one before, and a tenth of that later: 1, 7, 34 and 402 days.
cross join lateral (select greatest(f.late_after * 11 / 20, 1) as days) as allowed
cross join lateral (
    select count(*) filter (where o.is_arrival and o.day >= m.month and o.day <= o.before + allowed.days) as on_time,
           coalesce(sum((o.next - 1 - o.day) / allowed.days
                        - greatest(m.month - 1 - o.day, 0) / allowed.days)
                    filter (where o.next > m.month), 0)::bigint as missed
    from (
        select t.day, bool_or(t.is_arrival) as is_arrival, lead(t.day, 1, m.until + 1) over (order by t.day) as next,
               lag(t.day, 1, t.day) over (order by t.day) as before
        from (
            select a.day, true as is_arrival
            from ledger.delivery a
            where a.resource = m.resource and a.purpose = 'daily' and a.state <> 'outdated' and a.day <= m.until
            union all
            select min(s.day), false from ledger.settlement s where s.resource = m.resource and s.outcome is not null
        ) as t
        group by t.day
    ) as o
) as p
cross join lateral (
    select count(*) as deliveries, count(*) filter (where a.state in ('held', 'rejected')) as held,
           coalesce(sum(a.received), 0)::bigint as received, coalesce(sum(a.accepted), 0)::bigint as accepted,
           coalesce(sum(a.quarantined), 0)::bigint as quarantined, coalesce(sum(a.duplicate), 0)::bigint as duplicate,
           coalesce(sum(a.mentions), 0)::bigint as mentions, coalesce(sum(a.linked), 0)::bigint as linked,
           coalesce(sum(a.review), 0)::bigint as review, coalesce(sum(a.nobody), 0)::bigint as nobody
    from ledger.delivery a
    where a.resource = m.resource and a.purpose = 'daily' and a.state <> 'outdated' and a.day between m.month and m.until
) as d
cross join lateral (
    select coalesce(jsonb_agg(g order by g.rows desc, g.field, g.reason), '[]') as reasons
    from (
        select b.field, b.reason, count(*) as rows
        from ledger.quarantine b inner join ledger.delivery a using (delivery_id)
        where a.resource = m.resource and a.purpose = 'daily' and a.state <> 'outdated' and a.day between m.month and m.until
        group by b.field, b.reason
    ) as g
) as r
cross join lateral (
    select coalesce(jsonb_object_agg(g.key, g.number), '{}') as identity
    from (
        select e.key, sum(e.value::bigint) as number
        from ledger.delivery a, jsonb_each_text(a.identity) as e
        where a.resource = m.resource and a.purpose = 'daily' and a.state = 'loaded' and a.day between m.month and m.until
        group by e.key
    ) as g
) as i
cross join lateral (
    select count(*) as warnings
    from ledger.quality b inner join ledger.delivery a using (delivery_id)
    where a.resource = m.resource and a.purpose = 'daily' and a.day between m.month and m.until and not b.success and b.severity <> 'info'
) as q
cross join lateral (
    select (select count(*) from ledger.failure b where b.resource = m.resource and b.day between m.month and m.until) as failures,
           (select count(*) from ledger.act b inner join ledger.delivery a using (delivery_id)
            where a.resource = m.resource and a.day between m.month and m.until
              and b.at <= coalesce(core.as_of(), 'infinity')) as acts
) as w;

comment on view mart.scorecard is 'What a department delivered in a month, and what it cost us: a mirror for the supplier, one row a resource and month that has settled days';
comment on column mart.scorecard.resource is 'The resource';
comment on column mart.scorecard.department is 'Which department delivers it; null where it is no longer expected';
comment on column mart.scorecard.title is 'What it is';
comment on column mart.scorecard.month is 'First day of the month';
comment on column mart.scorecard.until is 'The last day of it that has settled';
comment on column mart.scorecard.due is 'How often it was due, by its cadence since the arrival before: what came in time, and what did not';
comment on column mart.scorecard.on_time is 'On how many days it came in time';
comment on column mart.scorecard.missed is 'How often it was due and had not come by then';
comment on column mart.scorecard.deliveries is 'Deliveries that came, held and repeated ones with them; a pull that brings nothing new is one';
comment on column mart.scorecard.held is 'Deliveries that as a whole could not be trusted, rejected ones with them';
comment on column mart.scorecard.received is 'Rows received';
comment on column mart.scorecard.accepted is 'Rows accepted';
comment on column mart.scorecard.quarantined is 'Rows refused, of held deliveries as well';
comment on column mart.scorecard.duplicate is 'Rows that came twice';
comment on column mart.scorecard.reasons is 'Refused rows by column and reason, most first: [{"field", "reason", "rows"}]; released ones with them';
comment on column mart.scorecard.mentions is 'Persons named by new or changed rows';
comment on column mart.scorecard.linked is 'Of those, known officials by evidence that decides outright';
comment on column mart.scorecard.review is 'Of those, questions for a person';
comment on column mart.scorecard.nobody is 'Of those, nobody on the roster';
comment on column mart.scorecard.identity is 'Links by the evidence that made them: {"full_id": 12}';
comment on column mart.scorecard.warnings is 'Expectations of the suite that were not met';
comment on column mart.scorecard.failures is 'Tries of our tasks that failed';
comment on column mart.scorecard.acts is 'What our people did about its deliveries: released, accepted, rejected';
comment on column mart.scorecard.linking_stopped_on is 'Since when nothing new was linked without a person at some time in the month, as its identities were suddenly worse than usual (mart.linking_stop); null where it never was';
