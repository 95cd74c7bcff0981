-- What the planner knows of tables that a day has just filled: without it the first publication takes half a minute for a second.
-- The pipe's own login may not analyze a table by itself before PostgreSQL 17.

create function core.take_statistics() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    analyze core.unit, core.cadre, core.appointment, core.education, core.family, core.spell, core.record, core.mention, core.link;
end $$;
revoke all on function core.take_statistics() from public;
