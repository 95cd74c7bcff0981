create view mart.look with (security_invoker) as
select look_no, at, who, why, through, cadre_no, delivery_id, row_no
from core.look
where core.as_of() is null or at <= core.as_of();

comment on view mart.look is
'Who looked at an official''s number or alert, or at a refused row, why and through what; written before anything was shown. make verify-log tells whether it is whole';
comment on column mart.look.look_no is 'Its place in the log, without gaps';
comment on column mart.look.at is 'When';
comment on column mart.look.who is 'Who looked';
comment on column mart.look.why is 'For what purpose, as they said; of an alert''s page which alert it was';
comment on column mart.look.through is 'Through which command or page';
comment on column mart.look.cadre_no is 'The official; null of a refused row, and once the official is deleted';
comment on column mart.look.delivery_id is 'The delivery of the refused row';
comment on column mart.look.row_no is 'The refused row''s number in it';
