-- What else a mention is recognised by, and since when a statement stands.

alter table core.mention
    add column birth_year integer,
    add column unit_name text,
    add column uscc text;

create index on core.mention (resource, source_key, mention_no, known_from);

create or replace view core.held_link with (security_invoker) as
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from
from core.link
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from
from core.link
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

create view core.held_mention with (security_invoker) as
select resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name
from core.mention
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, name, id_masked, sex, age, birth_year, unit_name
from core.mention
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

-- What is append-only is not emptied either.
create trigger no_truncate before truncate on core.link for each statement execute function core.refuse_change();
create trigger no_truncate before truncate on core.alert_event for each statement execute function core.refuse_change();
