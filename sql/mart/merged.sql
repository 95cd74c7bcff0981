create view mart.merged with (security_invoker) as
select duplicate_no, cadre_no
from core.merged;

comment on view mart.merged is
'Entries of the roster that people found to be one person with another (make merge): everything in this schema has that one''s number instead';
comment on column mart.merged.duplicate_no is 'The number under which nothing is to be found meanwhile';
comment on column mart.merged.cadre_no is 'The official''s number, see mart.cadre';
