-- Cases drawn at random by resource, evidence and whether they are linked or asked about, for people to say what they are without being
-- told what the machine said. What they say changes no link.
create table core.link_sample (
    sample_no bigint generated always as identity primary key,
    about bigint not null unique references core.link on delete cascade,
    drawn_at timestamptz not null
);
create table core.link_label (
    label_no bigint generated always as identity primary key,
    sample_no bigint not null unique references core.link_sample on delete cascade,
    verdict text not null check (verdict in ('same', 'different', 'unsure')),
    who text not null,
    why text not null,
    at timestamptz not null,
    constraint named check (btrim(who) <> '' and lower(btrim(who)) <> 'machine'),
    constraint reasoned check (who || ' ' || why !~ '\d{15}')
);
create trigger append_only before update on core.link_label for each row execute function core.refuse_change();
create trigger not_deleted before delete on core.link_label
for each row when (not core.is_removal()) execute function core.refuse_change();
create trigger no_truncate before truncate on core.link_label for each statement execute function core.refuse_change();

-- What nobody has labelled yet and a reviewer may: of officials of their region to whom they are not too near; in no order that tells anything.
create function core.sample_cases(of_user text) returns table (
    sample_no bigint, resource text, summary text, occurred_on date, subject text, name text, id_masked text, sex text, age integer,
    birth_year integer, born_month date, unit_name text, post_title text, at_from date, at_to date,
    cadre_no text, cadre_name text, cadre_id_masked text, cadre_sex text, cadre_born_on text, cadre_unit text, cadre_post text
) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
select s.sample_no, l.resource, r.summary, r.occurred_on, l.subject, m.name, m.id_masked, m.sex, m.age, m.birth_year, m.born_month,
       m.unit_name, m.post_title, m.at_from, m.at_to,
       n.cadre_no, n.name, n.id_masked, n.sex, n.born_on, n.unit_name, n.post_title
from core.link_sample as s
join core.link as l on l.link_no = s.about
join core.cadre_now as n on n.cadre_no = l.cadre_no
join core.page_user as u on u.user_name = of_user and pg_has_role(u.role_name, 'cadre_reviewer', 'member')
join core.mention as m on (m.resource, m.source_key, m.mention_no) = (l.resource, l.source_key, l.mention_no) and m.known_to is null
left join core.record as r on (r.resource, r.source_key) = (l.resource, l.source_key) and r.known_to is null
where exists (select from core.account as a where a.role_name = u.role_name and core.answers_for(a.region_prefix, n.managed_by))
  and not exists (select from core.link_label as b where b.sample_no = s.sample_no)
  and not exists (select from core.too_near(of_user) as t where t.cadre_no = n.cadre_no)
order by md5(s.sample_no::text)
$$;

-- Take what a person says of a case; false where somebody said it before. Who may is as for a decision (core.refuse_decider).
create function core.label_sample(of_sample bigint, said text, of_user text, because text, acted timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    meant constant text := (
        select l.cadre_no from core.link_sample as s join core.link as l on l.link_no = s.about where s.sample_no = of_sample
    );
begin
    perform core.refuse_decider(of_user, meant, '{}');
    insert into core.link_label (sample_no, verdict, who, why, at)
    values (of_sample, said, of_user, because, case when pg_has_role(core.asks(), 'cadre_loader', 'member') then acted else now() end)
    on conflict (sample_no) do nothing;
    return found;
end $$;
revoke all on function core.sample_cases, core.label_sample from public;
