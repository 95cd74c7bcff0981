-- Who looked at whom or at what, when, why and through what: one log for all commands and pages. Each entry holds the hash of the
-- one before, so that none can be changed, taken out or put elsewhere without its being found (`verify_log`).

create table core.look (
    look_no bigint primary key,
    at timestamptz not null,
    who text not null,
    why text not null,
    through text not null,
    -- The official who was looked at. The hash rests on `whom`, a digest under a salt of the entry's own: where the official and the
    -- salt are deleted nobody can tell any more whom it meant, and the chain holds.
    cadre_no text,
    salt bytea,
    whom bytea,
    -- Or the refused row.
    delivery_id text references ledger.delivery,
    row_no bigint,
    previous bytea,
    hash bytea not null,
    check ((cadre_no is null) = (salt is null)),
    check ((whom is null) = (delivery_id is not null)),
    check ((delivery_id is null) = (row_no is null))
);
create index on core.look (cadre_no);

-- What an entry says, as text that is the same wherever it is made: `looks.hash_of` makes it as well, without asking the database.
create function core.look_hash(entry core.look) returns bytea language sql stable
return sha256(convert_to(jsonb_build_array(
    entry.look_no, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.who, entry.why, entry.through,
    encode(entry.whom, 'hex'), entry.delivery_id, entry.row_no, encode(entry.previous, 'hex')
)::text, 'UTF8'));

-- Whoever writes says who, why, through what and whom; number, digest and hashes are made here, one entry after the other: the next
-- one waits until this one is committed.
create function core.chain_look() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    newest core.look;
begin
    perform pg_advisory_xact_lock(hashtext('cadre looks'));
    select * into newest from core.look order by look_no desc limit 1;
    new.look_no := coalesce(newest.look_no, 0) + 1;
    new.previous := newest.hash;
    new.salt := case when new.cadre_no is not null then uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) end;
    new.whom := sha256(new.salt || convert_to(new.cadre_no, 'UTF8'));
    new.hash := core.look_hash(new);
    return new;
end $$;
create trigger chained before insert on core.look for each row execute function core.chain_look();
create trigger not_deleted before delete on core.look for each row execute function core.refuse_change();
create trigger append_only before update on core.look
for each row when (not core.is_removal()) execute function core.refuse_change();
create trigger no_truncate before truncate on core.look for each statement execute function core.refuse_change();

-- What was kept until now, in two places.
insert into core.look (at, who, why, through, cadre_no, delivery_id, row_no)
select at, who, why, through, cadre_no, delivery_id, row_no
from (
    select at, who, why, 'command form' as through, cadre_no, null as delivery_id, null as row_no from core.shown
    union all
    select at, who, why, 'command quarantine', null, delivery_id, row_no from ledger.act where kind = 'shown'
) as earlier
order by at;
drop table core.shown;
alter table ledger.act disable trigger append_only;
delete from ledger.act where kind = 'shown';
alter table ledger.act enable trigger append_only;
