create view mart.quality with (security_invoker) as
select d.resource, d.day, q.delivery_id, q.position, q.expectation, q.column_name, q.severity, q.success, q.observed, q.unexpected_share, q.asked
from ledger.quality q
join ledger.delivery d using (delivery_id)
where core.is_told(d.day);

comment on view mart.quality is 'What was expected of each delivery as a whole, and what was found; figures only, never a value';
comment on column mart.quality.resource is 'The resource';
comment on column mart.quality.day is 'The business day of the delivery';
comment on column mart.quality.delivery_id is 'The delivery';
comment on column mart.quality.position is 'The expectation''s place in the suite, from 1';
comment on column mart.quality.expectation is 'Its type, in Great Expectations'' words';
comment on column mart.quality.column_name is 'The column it is about, if one';
comment on column mart.quality.severity is 'critical holds the delivery, warning is only recorded';
comment on column mart.quality.success is 'Whether it was met';
comment on column mart.quality.observed is 'The observed number, where the expectation is about one';
comment on column mart.quality.unexpected_share is 'The share of values that did not meet it, 0 to 1';
comment on column mart.quality.asked is 'What was asked for: the suite''s own words and limits, as they were when it was judged';
