-- What an official, or a steward for them, objects to in a record, and how it was answered. While an objection waits, the record is
-- disputed, which is a version of it like any other; so is that it no longer is.

create table core.objection (
    objection_no bigint generated always as identity primary key,
    resource text not null,
    source_key text not null,
    cadre_no text not null,
    who text not null,
    why text not null,
    at timestamptz not null
);
create index on core.objection (resource, source_key);
create index on core.objection (cadre_no);

-- One answer each: the department's, whose delivery changed or closed the record, or somebody's who decides. Whoever objects once
-- more, objects anew.
create table core.objection_answer (
    objection_no bigint primary key references core.objection,
    verdict text not null check (verdict in ('delivered', 'upheld', 'dismissed')),
    who text not null,
    why text not null,
    at timestamptz not null,
    delivery_id text,
    check ((verdict = 'delivered') = (delivery_id is not null))
);

create trigger append_only before update on core.objection for each row execute function core.refuse_change();
create trigger not_deleted before delete on core.objection
for each row when (not core.is_removal()) execute function core.refuse_change();
create trigger no_truncate before truncate on core.objection for each statement execute function core.refuse_change();
create trigger append_only before update on core.objection_answer for each row execute function core.refuse_change();
create trigger not_deleted before delete on core.objection_answer
for each row when (not core.is_removal()) execute function core.refuse_change();
create trigger no_truncate before truncate on core.objection_answer for each statement execute function core.refuse_change();

create index on core.record (resource, source_key) where disputed and known_to is null;

-- Whether any record that the alert rests on is disputed.
alter table core.alert add column disputed boolean not null default false;
