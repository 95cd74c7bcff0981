-- The résumé cut into dated spells. A spell that a corrected résumé no longer has is no longer held: its last version ends.

create table core.spell (
    version_no bigint generated always as identity primary key,
    cadre_no text not null,
    spell_no integer not null,
    kind text check (kind in ('education', 'army', 'work')),
    started_on date,
    ended_on date,
    precision text check (precision in ('month', 'year')),
    text text,
    is_within boolean not null,
    raw text not null,
    confidence text not null check (confidence in ('sure', 'likely', 'unread')),
    left_on date,
    known_from timestamptz not null,
    known_to timestamptz,
    delivery_id text not null,
    check (known_to >= known_from)
);
create unique index on core.spell (cadre_no, spell_no) where known_to is null;
create index on core.spell (cadre_no, spell_no, known_from);
