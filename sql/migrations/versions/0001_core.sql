-- What we know. Every row carries its validity (what the world says) and its knowledge time (when we knew it):
-- `known_to` is null while we still hold it. A version that another of the same morning replaced has an empty period.

create schema core;

create function core.as_of() returns timestamptz language sql stable
return nullif(current_setting('cadre.as_of', true), '')::timestamptz;

-- The moment a business day's deliveries are known from: 06:00 in Shanghai.
create function core.known_at(day date) returns timestamptz language sql immutable
return (day + time '06:00') at time zone 'Asia/Shanghai';

create table core.unit (
    version_no bigint generated always as identity primary key,
    unit_code text not null,
    name text not null,
    short_name text,
    uscc text,
    region_code text not null,
    parent_code text,
    unit_level text,
    unit_kind text,
    seats integer,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.unit (unit_code) where known_to is null;
create index on core.unit (unit_code, known_from);

create table core.region (region_code text primary key);

create table core.cadre (
    version_no bigint generated always as identity primary key,
    cadre_no text not null,
    name text not null,
    former_name text,
    id_cipher bytea not null,
    id_lookup bytea not null,
    id_masked text not null,
    sex text not null,
    born_on text not null,
    ethnic_group text,
    native_place text,
    birth_place text,
    party text,
    party_joined_on date,
    work_started_on date not null,
    duty_level text not null,
    unit_code text not null,
    post_title text not null,
    specialties text,
    resume text,
    status text not null,
    updated_at timestamptz not null,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.cadre (cadre_no) where known_to is null;
create index on core.cadre (cadre_no, known_from);
create index on core.cadre (id_lookup) where known_to is null;

-- The present as it was last published, narrow, so that history costs only those who ask for it.
create table core.cadre_now (
    cadre_no text primary key,
    name text not null,
    sex text not null,
    born_on text not null,
    ethnic_group text,
    native_place text,
    party text,
    work_started_on date not null,
    duty_level text not null,
    unit_code text not null,
    unit_name text,
    region_code text,
    post_title text not null,
    status text not null,
    id_masked text not null
);
create index on core.cadre_now (region_code);
create index on core.cadre_now (unit_code);

create table core.record (
    record_no bigint generated always as identity primary key,
    resource text not null,
    source_key text not null,
    occurred_on date,
    status text,
    summary text not null,
    detail jsonb not null,
    original jsonb not null,
    disputed boolean not null default false,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.record (resource, source_key) where known_to is null;
create index on core.record (resource, source_key, known_from);

-- A person that a record names, as far as the record is kept at all.
create table core.mention (
    version_no bigint generated always as identity primary key,
    resource text not null,
    source_key text not null,
    mention_no integer not null,
    subject text not null,
    name text,
    id_cipher bytea,
    id_lookup bytea,
    id_masked text,
    sex text,
    age integer,
    counted_on date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.mention (resource, source_key, mention_no) where known_to is null;
create index on core.mention (id_lookup) where known_to is null;

-- Statements that a mention is an official, is not, may be, or is no longer held to be. Append-only: a statement is undone
-- by another, and only `known_to` is ever set.
create table core.link (
    link_no bigint generated always as identity primary key,
    resource text not null,
    source_key text not null,
    mention_no integer not null,
    subject text not null,
    cadre_no text not null,
    verdict text not null check (verdict in ('same', 'different', 'undecided', 'withdrawn')),
    method text not null,
    probability double precision,
    decided_by text not null,
    reason text,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text,
    check (known_to >= known_from)
);
create unique index on core.link (resource, source_key, mention_no, cadre_no) where known_to is null;
create unique index link_one_official on core.link (resource, source_key, mention_no)
    where known_to is null and verdict = 'same';
create index on core.link (cadre_no) where known_to is null;
create index on core.link (resource, source_key, mention_no, known_from);

create function core.refuse_rewriting() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception '% is append-only', tg_table_name;
    end if;
    if to_jsonb(new) - 'known_to' <> to_jsonb(old) - 'known_to' or old.known_to is not null then
        raise exception '% is append-only: only known_to of an open statement may be set', tg_table_name;
    end if;
    return new;
end $$;
create trigger append_only before update or delete on core.link
for each row execute function core.refuse_rewriting();

-- Records and links as they are held at present, or as of then.
create view core.held_record with (security_invoker) as
select record_no, resource, source_key, occurred_on, status, summary, detail, disputed, delivery_id, valid_from, valid_to, left_on, known_from
from core.record
where core.as_of() is null and known_to is null
union all
select record_no, resource, source_key, occurred_on, status, summary, detail, disputed, delivery_id, valid_from, valid_to, left_on, known_from
from core.record
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

create view core.held_link with (security_invoker) as
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by
from core.link
where core.as_of() is null and known_to is null
union all
select resource, source_key, mention_no, subject, cadre_no, verdict, method, probability, decided_by
from core.link
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

-- Records about officials, one row a record and official.
create view core.known_record with (security_invoker) as
select r.*, l.cadre_no, l.subject, l.method as link_method, l.probability as link_probability
from core.held_record r
join core.held_link l using (resource, source_key)
where l.verdict = 'same';

-- Since when an official is no longer in office (status other than 1), for those who are not.
create view core.left_office as
with known as (select * from core.cadre where known_from <= coalesce(core.as_of(), 'infinity'))
select k.cadre_no, min(k.valid_from) as left_on
from known k
where k.status <> '1'
  and k.version_no > coalesce((select max(o.version_no) from known o where o.cadre_no = k.cadre_no and o.status = '1'), 0)
group by k.cadre_no;

-- Who reads which regions: a database role and the beginning of the region codes that it may see.
create table core.account (
    role_name name not null,
    region_prefix text not null,
    primary key (role_name, region_prefix)
);

-- As which of these roles a signed-in user of the pages reads.
create table core.page_user (
    user_name text primary key,
    role_name name not null
);
