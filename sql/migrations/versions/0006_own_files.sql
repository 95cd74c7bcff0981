-- The officials' own files of the organization department: yearly grades, courses, archives, objectives, declared matters.
-- What is named by several items has them joined as `source_key`. Of a declared matter we keep whether it is the official's own, and
-- no relative's name; declarations serve the rules alone and are published nowhere.

create table core.assessment (
    version_no bigint generated always as identity primary key,
    source_key text not null,
    cadre_no text not null,
    year integer not null,
    grade text not null,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.assessment (source_key) where known_to is null;
create index on core.assessment (source_key, known_from);
create index on core.assessment (cadre_no);

create table core.training (
    version_no bigint generated always as identity primary key,
    source_key text not null,
    class_no text not null,
    cadre_no text not null,
    class_name text not null,
    kind text not null,
    started_on date not null,
    ended_on date,
    hours numeric,
    result text,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.training (source_key) where known_to is null;
create index on core.training (source_key, known_from);
create index on core.training (cadre_no);

create table core.archive (
    version_no bigint generated always as identity primary key,
    archive_no text not null,
    cadre_no text not null,
    volumes integer,
    missing text,
    born_month date,
    work_month date,
    party_month date,
    audit_result text not null,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.archive (archive_no) where known_to is null;
create index on core.archive (archive_no, known_from);
create index on core.archive (cadre_no);

create table core.objective (
    version_no bigint generated always as identity primary key,
    source_key text not null,
    objective_no text not null,
    period date not null,
    cadre_no text not null,
    unit_code text not null,
    title text not null,
    field text not null,
    weight numeric not null,
    target numeric not null,
    actual numeric,
    schedule_percent numeric,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.objective (source_key) where known_to is null;
create index on core.objective (source_key, known_from);
create index on core.objective (cadre_no);

create table core.declaration (
    version_no bigint generated always as identity primary key,
    source_key text not null,
    cadre_no text not null,
    year integer not null,
    item_no integer not null,
    kind text not null,
    reference text,
    is_own boolean,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.declaration (source_key) where known_to is null;
create index on core.declaration (source_key, known_from);
create index on core.declaration (cadre_no);

-- As they are held at present, or as of then.

create view core.held_assessment with (security_invoker) as
select source_key, cadre_no, year, grade, known_from
from core.assessment
where core.as_of() is null and known_to is null and left_on is null
union all
select source_key, cadre_no, year, grade, known_from
from core.assessment
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of()) and left_on is null;

create view core.held_training with (security_invoker) as
select source_key, class_no, cadre_no, class_name, kind, started_on, ended_on, hours, result, known_from
from core.training
where core.as_of() is null and known_to is null and left_on is null
union all
select source_key, class_no, cadre_no, class_name, kind, started_on, ended_on, hours, result, known_from
from core.training
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of()) and left_on is null;

create view core.held_archive with (security_invoker) as
select archive_no, cadre_no, volumes, missing, born_month, work_month, party_month, audit_result, known_from
from core.archive
where core.as_of() is null and known_to is null and left_on is null
union all
select archive_no, cadre_no, volumes, missing, born_month, work_month, party_month, audit_result, known_from
from core.archive
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of()) and left_on is null;

create view core.held_declaration with (security_invoker) as
select source_key, cadre_no, year, item_no, kind, reference, is_own, known_from
from core.declaration
where core.as_of() is null and known_to is null and left_on is null
union all
select source_key, cadre_no, year, item_no, kind, reference, is_own, known_from
from core.declaration
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of()) and left_on is null;

-- An objective leaves the snapshot with its period, and what was reached then remains so.
create view core.held_objective with (security_invoker) as
select source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, actual, schedule_percent, left_on,
       known_from
from core.objective
where core.as_of() is null and known_to is null
union all
select source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, actual, schedule_percent, left_on,
       known_from
from core.objective
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

-- The roster's own rows as they are held at present, or as of then, as far as a rule asks.
create view core.held_official with (security_invoker) as
select cadre_no, born_on, work_started_on, party_joined_on, duty_level, status
from core.cadre
where core.as_of() is null and known_to is null
union all
select cadre_no, born_on, work_started_on, party_joined_on, duty_level, status
from core.cadre
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

-- Which rows of the officials' own files are known, and whose they are: what a rule may rest on beside records. A row that has left
-- its snapshot was true until then, and is known.
create view core.known_file with (security_invoker) as
select 'personnel' as resource, cadre_no as source_key, cadre_no
from core.cadre
where core.as_of() is null and known_to is null
union all
select 'personnel' as resource, cadre_no as source_key, cadre_no
from core.cadre
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of())
union all
select 'assessment' as resource, source_key as source_key, cadre_no
from core.assessment
where core.as_of() is null and known_to is null
union all
select 'assessment' as resource, source_key as source_key, cadre_no
from core.assessment
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of())
union all
select 'training' as resource, source_key as source_key, cadre_no
from core.training
where core.as_of() is null and known_to is null
union all
select 'training' as resource, source_key as source_key, cadre_no
from core.training
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of())
union all
select 'archive' as resource, archive_no as source_key, cadre_no
from core.archive
where core.as_of() is null and known_to is null
union all
select 'archive' as resource, archive_no as source_key, cadre_no
from core.archive
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of())
union all
select 'objective' as resource, source_key as source_key, cadre_no
from core.objective
where core.as_of() is null and known_to is null
union all
select 'objective' as resource, source_key as source_key, cadre_no
from core.objective
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of())
union all
select 'declaration' as resource, source_key as source_key, cadre_no
from core.declaration
where core.as_of() is null and known_to is null
union all
select 'declaration' as resource, source_key as source_key, cadre_no
from core.declaration
where known_from <= core.as_of() and (known_to is null or known_to > core.as_of());

create or replace function core.take_statistics() returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    analyze core.unit, core.cadre, core.appointment, core.education, core.family, core.spell, core.record, core.mention, core.link,
        core.assessment, core.training, core.archive, core.objective, core.declaration;
end $$;
