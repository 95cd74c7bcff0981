create view mart.archive with (security_invoker) as
select archive_no, cadre_no, volumes, string_to_array(missing, '、') as missing, born_month, work_month, party_month, audit_result,
       known_from
from core.held_archive;

comment on view mart.archive is 'Officials'' personnel archives: what is missing in them, what they say, and what their audit found';
comment on column mart.archive.archive_no is 'Number of the archive';
comment on column mart.archive.cadre_no is 'The official';
comment on column mart.archive.volumes is 'How many volumes';
comment on column mart.archive.missing is 'Materials that are missing; null where none is';
comment on column mart.archive.born_month is 'First day of the month of birth by the archive';
comment on column mart.archive.work_month is 'First day of the month in which they began to work by the archive';
comment on column mart.archive.party_month is 'First day of the month in which they joined the Party by the archive; null where it does not say';
comment on column mart.archive.audit_result is 'consistent 一致, pending 待核, settled 已组织认定';
comment on column mart.archive.known_from is 'Since when we know it so';
