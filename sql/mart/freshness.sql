create view mart.freshness with (security_invoker) as
with arrived as (
    select resource, max(day) as last_good_day
    from ledger.delivery
    where state in ('loaded', 'repeated') and purpose = 'daily' and core.is_told(day)
    group by resource
)
select resource,
       a.last_good_day,
       min(s.day) as first_day,
       max(s.day) as last_day,
       (array_agg(s.outcome order by s.day desc))[1] as last_outcome,
       (array_agg(s.message order by s.day desc))[1] as last_message,
       (array_agg(s.roster_day order by s.day desc))[1] as roster_day,
       coalesce(a.last_good_day, least(min(s.day), f.since)) + f.late_after + 1 as stale_on
from (
    select * from ledger.settlement
    where outcome is not null and core.is_told(day)
) as s
left join arrived as a using (resource)
full join ledger.feed as f using (resource)
where s.day is not null or core.is_told(f.since)
group by resource, a.last_good_day, f.since, f.late_after;

comment on view mart.freshness is 'Each resource''s last good day: an empty answer out of a held feed must not read as clean';
comment on column mart.freshness.resource is 'The resource';
comment on column mart.freshness.last_good_day is 'The last business day on which something came that can be trusted, with news or without';
comment on column mart.freshness.first_day is 'The first business day that was settled';
comment on column mart.freshness.last_day is 'The last business day that was settled';
comment on column mart.freshness.last_outcome is 'loaded, nothing (new), held or failed on that day';
comment on column mart.freshness.last_message is 'What was wrong on that day, if anything';
comment on column mart.freshness.roster_day is
'The day of the roster that its records were searched for; earlier than last_day where the roster was late';
comment on column mart.freshness.stale_on is
'The first day on which it is stale unless a good one comes before, by its contract as it is now; null where the feed is no longer expected';
