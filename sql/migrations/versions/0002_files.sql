-- The officials' own files: posts held and left, education, declared relatives. Of a relative we keep no birth date and no number.

create table core.appointment (
    version_no bigint generated always as identity primary key,
    appointment_no text not null,
    cadre_no text not null,
    unit_code text not null,
    post_title text not null,
    is_leader boolean,
    duty_level text,
    started_on date not null,
    ended_on date,
    document_no text,
    portfolio text,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.appointment (appointment_no) where known_to is null;
create index on core.appointment (appointment_no, known_from);
create index on core.appointment (cadre_no);

create table core.education (
    version_no bigint generated always as identity primary key,
    education_no text not null,
    cadre_no text not null,
    level text not null,
    degree text,
    school text not null,
    major text,
    mode text,
    started_on date,
    ended_on date,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.education (education_no) where known_to is null;
create index on core.education (education_no, known_from);
create index on core.education (cadre_no);

create table core.family (
    version_no bigint generated always as identity primary key,
    family_no text not null,
    cadre_no text not null,
    relation text not null,
    name text not null,
    employer text,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.family (family_no) where known_to is null;
create index on core.family (family_no, known_from);
create index on core.family (cadre_no);
