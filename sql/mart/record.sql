create view mart.record with (security_invoker) as
select resource,
       source_key,
       cadre_no,
       subject,
       family_no,
       occurred_on,
       status,
       summary,
       detail,
       disputed,
       link_method,
       link_probability,
       delivery_id,
       valid_from,
       valid_to,
       left_on,
       known_from
from core.known_record
where resource <> 'population'  -- only serves to corroborate kinship: a row by itself is shown to nobody
  and core.true_on(valid_from, least(valid_to, left_on) - 1);

comment on view mart.record is 'What departments say about officials, one row a record and official; an empty answer means little without mart.freshness';
comment on column mart.record.resource is 'Which feed it came from';
comment on column mart.record.source_key is 'The record''s key in that feed; it can hold a name';
comment on column mart.record.cadre_no is 'The official whom the record is about';
comment on column mart.record.subject is 'Whose record: self, representative (of an enterprise) or relative (declared)';
comment on column mart.record.family_no is 'The declared relative, where subject is relative';
comment on column mart.record.occurred_on is 'The day the record is about: decision, filing';
comment on column mart.record.status is 'The department''s own status code, where it has one';
comment on column mart.record.summary is 'One line in Chinese';
comment on column mart.record.detail is 'The particulars under our names; never an identity number';
comment on column mart.record.disputed is 'Whether somebody objects to it and is not answered yet, see mart.objection';
comment on column mart.record.link_method is 'The evidence that it is this official: cadre_no, full_id, old_id, hashed_id and masked_id decide by themselves, and so does merged (several were meant outright, whom people found to be one); any other only with a person''s decision, or where the city lets a method link by its probability';
comment on column mart.record.link_probability is 'How probable the link is, see mart.link_review; null where the evidence decides outright and nothing was scored';
comment on column mart.record.delivery_id is 'The delivery that brought it, see mart.delivery';
comment on column mart.record.valid_from is 'From when it holds in the world';
comment on column mart.record.valid_to is 'Until when; null while it goes on';
comment on column mart.record.left_on is 'The day it was no longer in the department''s snapshot';
comment on column mart.record.known_from is 'Since when we know it so';
