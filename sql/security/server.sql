-- What PostgreSQL lets everybody do and nobody here needs: to keep files of any size in the database (large objects), and to hold
-- locks by which the pipe takes its turns. Its own functions are a superuser's to close: an owner who is none leaves this to one.
do $$
declare
    closed regprocedure;
    keepers text := (select format('cadre_loader, %I', pg_get_userbyid(datdba)) from pg_database where datname = current_database());
begin
    for closed in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proname ~ '^(lo_|loread$|lowrite$|pg_(try_)?advisory_)'
    loop
        execute format('revoke execute on function %s from public', closed);
        if closed::text ~ 'advisory' then
            execute format('grant execute on function %s to %s', closed, keepers);
        end if;
    end loop;
end $$;

-- A reader's own question goes before a row policy where it is cheap, and can't fail: EXPLAIN ANALYZE and a clock would then tell
-- whether a withheld row fits it. At this price no comparison is cheap (PostgreSQL: less than ten operators, an array of one being
-- half of one), so policies are asked first. What an index finds is found by it as before.
do $$
declare
    dear regprocedure;
begin
    for dear in
        select oid::regprocedure from pg_proc
        where pronamespace = 'pg_catalog'::regnamespace and proleakproof and prorettype = 'boolean'::regtype and procost < 25
    loop
        execute format('alter function %s cost 25', dear);
    end loop;
end $$;
