create view mart.appointment with (security_invoker) as
select appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, portfolio,
       valid_from, valid_to, known_from
from core.held_appointment
where core.true_on(valid_from, valid_to);

comment on view mart.appointment is 'Posts that officials hold and held (A02), one row an appointment';
comment on column mart.appointment.appointment_no is 'The organization department''s own number of it';
comment on column mart.appointment.cadre_no is 'The official';
comment on column mart.appointment.unit_code is 'The unit of the post';
comment on column mart.appointment.post_title is 'The post';
comment on column mart.appointment.is_leader is 'Whether it is a seat in the unit''s leading team; null where the source does not say';
comment on column mart.appointment.duty_level is 'Level of the post, codes as in mart.cadre; null where the source does not say';
comment on column mart.appointment.started_on is 'First day in the post';
comment on column mart.appointment.ended_on is 'Last day in the post; null while it is held';
comment on column mart.appointment.document_no is 'Number of the document that made the appointment';
comment on column mart.appointment.portfolio is 'What the post is responsible for (分管)';
comment on column mart.appointment.valid_from is 'From when it holds in the world';
comment on column mart.appointment.valid_to is 'Until when; null while it goes on';
comment on column mart.appointment.known_from is 'Since when we know it so';
