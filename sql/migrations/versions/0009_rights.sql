-- Of a number that we have no more is legible than the region: with four more characters, and the birth date that stands beside it, it
-- was the whole number. What a department itself sent masked stays as it was sent.
update core.cadre set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null;
update core.cadre_now set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null;
update core.form set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null;
update core.mention set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null and id_cipher is not null;
-- Nor does the planner tell how many have the same: nothing is planned by it.
alter table core.cadre alter column id_masked set statistics 0;
alter table core.cadre_now alter column id_masked set statistics 0;

-- When somebody looked is for the database to say, as the number and the hashes are: whoever writes could say another hour.
create or replace function core.chain_look() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    newest core.look;
begin
    perform pg_advisory_xact_lock(hashtext('cadre looks'));
    select * into newest from core.look order by look_no desc limit 1;
    new.look_no := coalesce(newest.look_no, 0) + 1;
    new.at := clock_timestamp();
    new.previous := newest.hash;
    new.salt := case when new.cadre_no is not null then uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) end;
    new.whom := sha256(new.salt || convert_to(new.cadre_no, 'UTF8'));
    new.hash := core.look_hash(new);
    return new;
end $$;

-- As whom somebody asks of a function that has its owner's rights: the role that they are in, or else their login.
create function core.asks() returns name language sql stable
return case current_setting('role') when 'none' then session_user else current_setting('role')::name end;
