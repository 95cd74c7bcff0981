-- Whether words may hold an identity number: fifteen digits on end, or region, birth, order and check digit with something between
-- them. Two dates in a row are none. As `warehouse/acts.py` has it, for what comes by no code of ours.
create function core.like_a_number(words text) returns boolean language sql immutable strict
return normalize(words, nfkc)
    ~ '\d{15}|[1-9](\D?\d){5}\D?(1\D?[89]|2\D?0)(\D?\d){2}\D?[01]\D?\d\D?[0-3]\D?\d(\D?\d){3}\D?[\dXx]';

-- What was said before stays as it was said.
alter table core.link_decision drop constraint reasoned,
add constraint reasoned check (btrim(why) <> '' and not core.like_a_number(who || ' ' || why)) not valid;
alter table core.link_label drop constraint reasoned,
add constraint reasoned check (not core.like_a_number(who || ' ' || why)) not valid;

-- An engineer asks in nobody else's name, as nobody decides in the name of another (core.refuse_decider), and when is for the database
-- to say.
alter table ledger.wish alter column at set default clock_timestamp(),
add constraint reasoned check (btrim(why) <> '' and not core.like_a_number(who || ' ' || why)) not valid;
create function ledger.refuse_asker() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not pg_has_role(core.asks(), 'cadre_loader', 'member')
       and not exists (select from core.page_user as p where p.user_name = new.who and p.role_name = core.asks()) then
        raise exception 'nobody asks in the name of another';
    end if;
    return new;
end $$;
revoke all on function ledger.refuse_asker from public;
create trigger own_name before insert on ledger.wish for each row execute function ledger.refuse_asker();
