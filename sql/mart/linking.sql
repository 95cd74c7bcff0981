create view mart.linking with (security_invoker) as
select d.resource, d.day, l.delivery_id, l.method, l.outcome, l.mentions
from ledger.linking as l
join ledger.delivery as d using (delivery_id)
where core.is_told(d.day);

comment on view mart.linking is 'What linking made of each load''s mentions: figures only, never anything of a person';
comment on column mart.linking.resource is 'The resource';
comment on column mart.linking.day is 'The business day of the delivery';
comment on column mart.linking.delivery_id is 'The delivery';
comment on column mart.linking.method is 'The evidence, as mart.record.link_method has it, of what waits for a person as mart.link_review.method does; none of mentions of nobody on the roster';
comment on column mart.linking.outcome is 'automatic: linked by the machine; stopped: would have been, and waits for a person, as linking is stopped (mart.linking_stop); review: waits for a person; nobody: on the roster';
comment on column mart.linking.mentions is 'Persons named by new or changed rows';
