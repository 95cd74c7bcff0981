create view mart.removal with (security_invoker) as
select day, kind, resource, kept_days, max(at) as at, sum(things) as things, sum(t.number) as rows_removed
from ledger.removal
cross join lateral (select coalesce(sum(number::bigint), 0) as number from jsonb_each_text(by_table) as j (name, number)) as t
where core.is_told(day)
group by day, kind, resource, kept_days;

comment on view mart.removal is 'What was deleted because its time was over: that it was, when, how much and under which period; nothing of what it said';
comment on column mart.removal.day is 'The business day (Asia/Shanghai)';
comment on column mart.removal.kind is 'landed: bytes as sent, after a newer delivery was loaded; index: an index on which nothing stands; leftover: of a run that did not end; official: who left the roster; unfounded: alerts';
comment on column mart.removal.resource is 'The resource, for bytes, indexes and leftovers';
comment on column mart.removal.kept_days is 'The period in days that was over';
comment on column mart.removal.at is 'When the last of it was deleted';
comment on column mart.removal.things is 'How many files or folders, officials, or alerts';
comment on column mart.removal.rows_removed is 'How many rows of the warehouse went with officials and alerts';
