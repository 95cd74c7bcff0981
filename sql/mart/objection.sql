create view mart.objection with (security_invoker) as
select o.objection_no,
       o.resource,
       o.source_key,
       o.cadre_no,
       coalesce(a.verdict, 'open') as state,
       o.at as objected_at,
       o.who as objected_by,
       o.why,
       a.at as answered_at,
       a.who as answered_by,
       a.why as answer,
       a.delivery_id
from core.objection as o
left join core.objection_answer as a on a.objection_no = o.objection_no and (core.as_of() is null or a.at <= core.as_of())
where core.as_of() is null or o.at <= core.as_of();

comment on view mart.objection is
'What officials, or stewards for them, object to (make object), and how it was answered. While one is open, mart.record and mart.alert say disputed';
comment on column mart.objection.objection_no is 'Its number';
comment on column mart.objection.resource is 'The record''s feed';
comment on column mart.objection.source_key is 'The record''s key in that feed; it can hold a name';
comment on column mart.objection.cadre_no is 'The official for whom it is';
comment on column mart.objection.state is
'open; delivered: the department changed or closed the record; upheld: the record does not stand for the official any more; dismissed: it stands';
comment on column mart.objection.objected_at is 'When';
comment on column mart.objection.objected_by is 'Who objects: the official, or a steward for them';
comment on column mart.objection.why is 'What is wrong, in their words';
comment on column mart.objection.answered_at is 'When it was answered; null while it is open';
comment on column mart.objection.answered_by is 'Who decided; machine where the department delivered';
comment on column mart.objection.answer is 'Why it was decided so';
comment on column mart.objection.delivery_id is 'The delivery that answered it, see mart.delivery';
