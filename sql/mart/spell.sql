create view mart.spell with (security_invoker) as
select cadre_no, spell_no, kind, started_on, ended_on, precision, text, is_within, raw, confidence, known_from
from core.held_spell
where core.true_on(started_on, ended_on);

comment on view mart.spell is 'The résumé as dated spells, a row a line or remark; what cannot be read stands there unread, without dates';
comment on column mart.spell.cadre_no is 'The official';
comment on column mart.spell.spell_no is 'Its place in the résumé, from 1';
comment on column mart.spell.kind is 'education, army or work; null where the words do not tell';
comment on column mart.spell.started_on is 'First day of the month in which it began, or of the year, see precision; null where unread';
comment on column mart.spell.ended_on is 'The same of its end; null while it goes on, or where unread';
comment on column mart.spell.precision is 'month, or year where a month is missing; null where unread';
comment on column mart.spell.text is 'What was done, where';
comment on column mart.spell.is_within is 'Whether it is a remark within the spell above it';
comment on column mart.spell.raw is 'The piece of the résumé, as delivered';
comment on column mart.spell.confidence is 'sure (as the form wants it), likely (readable, but not in the form) or unread';
comment on column mart.spell.known_from is 'Since when we know it so';
