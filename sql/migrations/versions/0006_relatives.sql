-- Records of relatives whom officials declared: their numbers, sealed, and of a link whose relative it states.

alter table core.family
add column id_cipher bytea,
add column id_lookup bytea;

-- Officials and relatives number their versions in one order: for both together one number says up to where a resource was searched.
alter table core.family alter column version_no drop identity;
alter table core.family alter column version_no set default nextval('core.cadre_version_no_seq');
select setval('core.cadre_version_no_seq', v.version_no)
from (select greatest((select max(version_no) from core.cadre), (select max(version_no) from core.family)) as version_no) as v
where v.version_no is not null;

alter table core.link add column family_no text;

-- A mention is one official; it may be the relative of several.
drop index core.link_one_official;
create unique index link_one_official on core.link (resource, source_key, mention_no)
where known_to is null and verdict = 'same' and family_no is null;

-- With the candidates' order and what speaks for each.
create or replace view core.held_link with (security_invoker) as
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no
from core.link
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by, known_from,
       rank, evidence, family_no
from core.link
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

create or replace view core.known_record with (security_invoker) as
select r.*, l.cadre_no, l.subject, l.method as link_method, l.probability as link_probability, l.family_no
from core.held_record as r
inner join core.held_link as l using (resource, source_key)
where l.verdict = 'same';
