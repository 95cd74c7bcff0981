create view mart.freshness with (security_invoker) as
select resource,
       max(day) filter (where outcome in ('loaded', 'nothing')) as last_good_day,
       max(day) filter (where outcome = 'loaded') as last_loaded_day,
       max(day) as last_day,
       (array_agg(outcome order by day desc))[1] as last_outcome,
       (array_agg(message order by day desc))[1] as last_message,
       (array_agg(roster_day order by day desc))[1] as roster_day
from ledger.settlement
where outcome is not null and (core.as_of() is null or core.known_at(day) <= core.as_of())
group by resource;

comment on view mart.freshness is 'Each resource''s last good day: an empty answer out of a held feed must not read as clean';
comment on column mart.freshness.resource is 'The resource';
comment on column mart.freshness.last_good_day is 'The last business day on which its feed ran well, with news or without';
comment on column mart.freshness.last_loaded_day is 'The last business day on which it brought something';
comment on column mart.freshness.last_day is 'The last business day that was settled';
comment on column mart.freshness.last_outcome is 'loaded, nothing, held or failed on that day';
comment on column mart.freshness.last_message is 'What was wrong on that day, if anything';
comment on column mart.freshness.roster_day is 'The day of the roster that its records were searched for; earlier than last_day where the roster was late';
