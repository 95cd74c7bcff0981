-- Carried out before the migrations; needs CREATEROLE once, and changes nothing when the roles are there.

do $$
declare
    role_name text;
begin
    foreach role_name in array array['cadre_loader', 'cadre_reader', 'cadre_reviewer', 'cadre_engineer', 'cadre_web'] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
    -- Who reviews links reads as others do, and what waits for a decision beside it.
    if not pg_has_role('cadre_reviewer', 'cadre_reader', 'member') then
        grant cadre_reader to cadre_reviewer;
    end if;
    -- Who sees to the feeds reads as others do, and says beside it what becomes of deliveries.
    if not pg_has_role('cadre_engineer', 'cadre_reader', 'member') then
        grant cadre_reader to cadre_engineer;
    end if;
end $$;

-- The pages' own login has no rights but to become the role of whoever is signed in, and to note who looks.
alter role cadre_web noinherit;

-- Readers run without parallel workers: a policy's sub-select would be asked by each. A role's own settings reach neither its
-- members nor who becomes it, so it is said for the database.
do $$
begin
    execute format('alter database %I set max_parallel_workers_per_gather = 0', current_database());
end $$;
