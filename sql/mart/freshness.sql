create view mart.freshness with (security_invoker) as
with arrived as (
    select resource, max(day) as last_good_day
    from ledger.delivery
    where state in ('loaded', 'repeated') and purpose = 'daily' and (core.as_of() is null or core.known_at(day) <= core.as_of())
    group by resource
)
select s.resource,
       a.last_good_day,
       min(s.day) as first_day,
       max(s.day) as last_day,
       (array_agg(s.outcome order by s.day desc))[1] as last_outcome,
       (array_agg(s.message order by s.day desc))[1] as last_message,
       (array_agg(s.roster_day order by s.day desc))[1] as roster_day
from ledger.settlement s
left join arrived a using (resource)
where s.outcome is not null and (core.as_of() is null or core.known_at(s.day) <= core.as_of())
group by s.resource, a.last_good_day;

comment on view mart.freshness is 'Each resource''s last good day: an empty answer out of a held feed must not read as clean';
comment on column mart.freshness.resource is 'The resource';
comment on column mart.freshness.last_good_day is 'The last business day on which something came that can be trusted, with news or without';
comment on column mart.freshness.first_day is 'The first business day that was settled';
comment on column mart.freshness.last_day is 'The last business day that was settled';
comment on column mart.freshness.last_outcome is 'loaded, nothing (new), held or failed on that day';
comment on column mart.freshness.last_message is 'What was wrong on that day, if anything';
comment on column mart.freshness.roster_day is
'The day of the roster that its records were searched for; earlier than last_day where the roster was late';
