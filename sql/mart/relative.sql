create view mart.relative with (security_invoker) as
select family_no, cadre_no, relation, name, employer, valid_from, valid_to, known_from
from core.held_family
where core.true_on(valid_from, valid_to);

comment on view mart.relative is 'Relatives whom officials have declared (A36): name, relation and employer, and nothing else';
comment on column mart.relative.family_no is 'The organization department''s own number of the declaration';
comment on column mart.relative.cadre_no is 'The official who declared the relative';
comment on column mart.relative.relation is '配偶, 子, 女, 父, 母, 兄, 弟, 姐, 妹, 岳父, 岳母, 公公, 婆婆, 儿媳, 女婿 or 配偶的兄弟姐妹';
comment on column mart.relative.name is 'The relative''s name, as declared';
comment on column mart.relative.employer is 'Employer and post, as declared';
comment on column mart.relative.valid_from is 'From when this was so in the world; null where the source does not say';
comment on column mart.relative.valid_to is 'Until when; null while it is so';
comment on column mart.relative.known_from is 'Since when we know it so';
