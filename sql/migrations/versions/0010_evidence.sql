-- What speaks for a pair and against it, the weightiest first, in bits: a list of objects with `of`, `says`, `bits`, `number`.
-- Never a value of a person.
alter table core.link add column weights jsonb check (jsonb_typeof(weights) = 'array');

create or replace view core.held_link with (security_invoker) as
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no, weights
from core.link
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no, weights
from core.link
where core.as_of() is not null and known_from <= core.known_by() and (known_to is null or known_to > core.known_by());
