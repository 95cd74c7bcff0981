-- Carried out before the migrations; needs CREATEROLE once, and changes nothing when the roles are there.

do $$
declare
    role_name text;
    about text;
    beside text;
begin
    for role_name, about in values
        ('cadre_loader', 'The pipe''s own login: writes what is known, and changes no table''s form'),
        ('cadre_web', 'The pages'' own login: has no rights but to become the role of whoever is signed in'),
        ('cadre_reader', 'Reads about the officials whom the account answers for'),
        ('cadre_analyst', 'Counts them: statistics without names, numbers or relatives, and nothing of what a record says'),
        ('cadre_reviewer',
         'Reads as a reader, and beside it what waits for a decision: a region reviewer by a region of six digits, a city reviewer by its first four or fewer'),
        ('cadre_engineer', 'Sees to the feeds: reads as a reader, and asks for what is to become of deliveries'),
        ('cadre_auditor', 'Sees who was let in, who decided what and what was deleted; nothing that a record or a file says'),
        ('cadre_steward', 'Handles objections and releases: reads as a reader, and asks as an engineer does'),
        ('cadre_machine', 'An application: reads as a reader, by a login of its own, and has no pages')
    loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
        if shobj_description(role_name::regrole, 'pg_authid') is distinct from about then
            execute format('comment on role %I is %L', role_name, about);
        end if;
    end loop;
    for role_name, beside in values
        ('cadre_reviewer', 'cadre_reader'), ('cadre_engineer', 'cadre_reader'), ('cadre_machine', 'cadre_reader'),
        ('cadre_steward', 'cadre_engineer')
    loop
        if not pg_has_role(role_name, beside, 'member') then
            execute format('grant %I to %I', beside, role_name);
        end if;
    end loop;
end $$;

-- The pages' own login has no rights but to become the role of whoever is signed in, and to note who looks.
alter role cadre_web noinherit;

-- Readers run without parallel workers: a policy's sub-select would be asked by each. A role's own settings reach neither its
-- members nor who becomes it, so it is said for the database. Nor are plans compiled: what asks about then is estimated to cost more
-- than it does.
do $$
begin
    execute format('alter database %I set max_parallel_workers_per_gather = 0', current_database());
    execute format('alter database %I set jit = off', current_database());
end $$;
