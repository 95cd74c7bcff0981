-- Whom a mention by name, unit and post may mean: what they are compared by, and the candidates in their order.

alter table core.mention
    add column post_title text,
    add column at_from date,
    add column at_to date,
    add column born_month date;

alter table core.link
    add column rank integer,
    add column evidence text;

create or replace view core.held_mention with (security_invoker) as
select resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name, post_title, at_from, at_to, born_month
from core.mention
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name, post_title, at_from, at_to, born_month
from core.mention
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());
