-- Officials' approval forms: what they say as they say it, what was read in them and whose they are, and what people decide of
-- that. What follows for the roster and its files stands in core.cadre, appointment, education, family and spell, under
-- deliveries of forms. Photo and health are nowhere, nor a relative's birth date.

create table core.form (
    version_no bigint generated always as identity primary key,
    form_no text not null, -- SHA-256 of its file
    name text not null,
    sex text,
    born_on text,
    ethnic_group text,
    native_place text,
    birth_place text,
    party text,
    work_started text,
    title text,
    specialties text,
    level text,
    degree text,
    level_school text,
    degree_school text,
    later_level text,
    later_degree text,
    later_level_school text,
    later_degree_school text,
    posts text,
    next_posts text,
    posts_to_leave text,
    resume text,
    rewards text,
    assessments text,
    reason text,
    relatives text,
    submitted_by text,
    counted_on text,
    filled_on text,
    filled_by text,
    editor text,
    id_cipher bytea,
    id_lookup bytea,
    id_masked text,
    original jsonb not null,
    valid_from date,
    valid_to date,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.form (form_no) where known_to is null;
create index on core.form (form_no, known_from);
create index on core.form (delivery_id);

-- What was read in a form, in codes as elsewhere; `unread` names the places of which nothing could be made. Without an official it
-- is a proposed one: `method` says why, `candidates` who may be meant.
create table core.form_reading (
    version_no bigint generated always as identity primary key,
    form_no text not null,
    cadre_no text,
    method text not null,
    candidates text [] not null,
    is_latest boolean not null,
    filled_on date,
    name text not null,
    sex text,
    born_on text,
    ethnic_group text,
    party text,
    party_joined_on date,
    work_started_on date,
    education text,
    degree text,
    unit_code text,
    post_title text,
    unread text [] not null,
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from),
    check (cadre_no is not null or not is_latest)
);
create unique index on core.form_reading (form_no) where known_to is null;
create index on core.form_reading (form_no, known_from);
create index on core.form_reading (cadre_no) where known_to is null;

-- What a person decides about a proposed official: that it is one of the roster, a new one, or none at all. The last one counts.
create table core.form_decision (
    decision_no bigint generated always as identity primary key,
    form_no text not null,
    verdict text not null check (verdict in ('same', 'new', 'nobody')),
    cadre_no text,
    who text not null,
    why text not null,
    at timestamptz not null,
    check ((verdict = 'same') = (cadre_no is not null))
);
create index on core.form_decision (form_no, decision_no);
create trigger append_only before update or delete on core.form_decision
for each row execute function core.refuse_change();
create trigger no_truncate before truncate on core.form_decision for each statement execute function core.refuse_change();

-- Whose identity number was shown on a form that was made here, to whom, and why.
create table core.shown (
    shown_no bigint generated always as identity primary key,
    at timestamptz not null,
    who text not null,
    why text not null,
    cadre_no text not null
);
create trigger append_only before update or delete on core.shown for each row execute function core.refuse_change();
create trigger no_truncate before truncate on core.shown for each statement execute function core.refuse_change();

-- The files of a delivery that came in many of them.
create table ledger.file (
    delivery_id text not null references ledger.delivery,
    file text not null,
    bytes bigint,
    modified_at timestamptz,
    primary key (delivery_id, file)
);
create index on ledger.file (file);

-- A form does not say all that the department's own table does.
alter table core.cadre
    alter column id_cipher drop not null,
    alter column id_lookup drop not null,
    alter column id_masked drop not null,
    alter column work_started_on drop not null,
    alter column duty_level drop not null,
    alter column unit_code drop not null,
    alter column post_title drop not null,
    alter column status drop not null,
    alter column updated_at drop not null;
alter table core.cadre_now
    alter column work_started_on drop not null,
    alter column duty_level drop not null,
    alter column unit_code drop not null,
    alter column post_title drop not null,
    alter column status drop not null,
    alter column id_masked drop not null;
alter table core.education alter column school drop not null;
