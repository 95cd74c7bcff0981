create view mart.admission with (security_invoker) as
with member as (
    select m.member, array_agg(g.rolname::text order by g.rolname) as groups
    from pg_auth_members as m
    join pg_roles as g on g.oid = m.roleid
    where shobj_description(g.oid, 'pg_authid') is not null and g.rolname like 'cadre\_%' and not m.admin_option
    group by m.member
)
select r.rolname::text as role_name,
       m.groups as member_of,
       array(select a.region_prefix from core.account as a where a.role_name = r.rolname order by a.region_prefix) as region_prefixes,
       array(select p.user_name from core.page_user as p where p.role_name = r.rolname order by p.user_name) as user_names,
       r.rolcanlogin as logs_in
from member as m
join pg_roles as r on r.oid = m.member
where shobj_description(r.oid, 'pg_authid') is null and core.as_of() is null;

comment on view mart.admission is 'Who is let in at present, as what and to which regions; for the auditor. As of then it is empty';
comment on column mart.admission.role_name is 'The database role by which they read';
comment on column mart.admission.member_of is 'What it is, see docs/who-sees-what.md';
comment on column mart.admission.region_prefixes is 'How the codes of the regions begin about whose officials it reads; an empty one is all, none is nobody';
comment on column mart.admission.user_names is 'The users of the pages who read so';
comment on column mart.admission.logs_in is 'Whether it is also a login of its own';
