create view mart.quarantine with (security_invoker) as
select d.resource, d.day, q.delivery_id, d.file, q.row_no, q.source_key, q.field, q.reason, q.message, q.state
from ledger.quarantine q
join ledger.delivery d using (delivery_id)
where core.is_told(d.day);

comment on view mart.quarantine is 'Rows that cannot be trusted, with the reason; never a value of a person';
comment on column mart.quarantine.resource is 'The resource';
comment on column mart.quarantine.day is 'The business day of the delivery';
comment on column mart.quarantine.delivery_id is 'The delivery';
comment on column mart.quarantine.file is 'Its file, or what was pulled';
comment on column mart.quarantine.row_no is 'The row in it: data rows from 1, each counted once however many lines it spans';
comment on column mart.quarantine.source_key is 'The row''s key, where it can be read; never one that has a person''s name in it';
comment on column mart.quarantine.field is 'Our name of the column at fault; empty where it is the whole row';
comment on column mart.quarantine.reason is
'missing, bad_format, not_a_number, out_of_range, impossible_date, unknown_code, bad_check_digit, key_conflict, wrong_columns, undecodable; of a form also not_a_form, broken, doctype, encrypted, too_big';
comment on column mart.quarantine.message is 'The reason in a sentence';
comment on column mart.quarantine.state is 'quarantined, or released: it could be read under a mended contract and counts in a delivery of that purpose. As of then too it is what became of it';
