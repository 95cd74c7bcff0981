create view mart.linking_stop with (security_invoker) as
select resource, day, delivery_id, reason, share, usual, cases,
       case when released_at <= coalesce(core.as_of(), 'infinity') then released_at end as released_at
from ledger.linking_stop
where core.is_told(day);

comment on view mart.linking_stop is 'Where nothing is, or was, linked without a person, as linking was suddenly worse than usual; figures only';
comment on column mart.linking_stop.resource is 'The resource';
comment on column mart.linking_stop.day is 'The business day since which it is so';
comment on column mart.linking_stop.delivery_id is 'The delivery with which it began';
comment on column mart.linking_stop.reason is 'mentions: too few of all mentions could be linked; recognised: too few of those in which somebody was recognised; sample: too few of the links that reviewers looked at were right';
comment on column mart.linking_stop.share is 'The share that was found';
comment on column mart.linking_stop.usual is 'The share that was usual, or, of a sample, the least that is allowed';
comment on column mart.linking_stop.cases is 'Of how many cases it is the share';
comment on column mart.linking_stop.released_at is 'When somebody allowed it again; null while it is stopped';
