-- What is asked about one person is looked up, as of then and now, at any size of the roster.
create index on core.link (cadre_no, known_from);
create index on core.form_reading (cadre_no, known_from);
create index on core.appointment (cadre_no, known_from);

-- The same as before, joined within the present and within what was: a join of two unions would read all of both.
create or replace view core.known_record with (security_invoker) as
select r.record_no, r.resource, r.source_key, r.occurred_on, r.status, r.summary, r.detail, r.disputed, r.delivery_id, r.valid_from, r.valid_to,
       r.left_on, r.known_from, l.cadre_no, l.subject, l.method as link_method, l.probability as link_probability, l.family_no
from core.record as r
inner join core.link as l using (resource, source_key)
where core.as_of() is null and r.known_to is null and l.known_to is null and l.verdict = 'same'
union all
select r.record_no, r.resource, r.source_key, r.occurred_on, r.status, r.summary, r.detail, r.disputed, r.delivery_id, r.valid_from, r.valid_to,
       r.left_on, r.known_from, l.cadre_no, l.subject, l.method as link_method, l.probability as link_probability, l.family_no
from core.record as r
inner join core.link as l using (resource, source_key)
where core.as_of() is not null
  and r.known_from <= core.as_of() and (r.known_to is null or r.known_to > core.as_of())
  and l.known_from <= core.as_of() and (l.known_to is null or l.known_to > core.as_of()) and l.verdict = 'same';
