-- What wants checking, and everything that ever happened to it.

create table core.alert (
    alert_no text primary key,
    rule text not null,
    rule_version integer not null,
    cadre_no text not null,
    matter text not null,
    severity text not null check (severity in ('context', 'notice', 'attention', 'serious')),
    state text not null check (state in ('new', 'assigned', 'verifying', 'confirmed', 'partly_confirmed', 'unfounded',
                                         'unverifiable', 'closed', 'expired', 'retracted')),
    title text not null,
    title_en text not null,
    explanation text not null,
    explanation_en text not null,
    basis text not null,
    effective_from date,
    effective_until date,
    evidence jsonb not null,
    raised_at timestamptz not null,
    unique (rule, cadre_no, matter)
);
create index on core.alert (cadre_no);

-- Append-only: who moved an alert from which state to which, when and why, and how it read from then on.
create table core.alert_event (
    event_no bigint generated always as identity primary key,
    alert_no text not null references core.alert,
    kind text not null check (kind in ('raised', 'updated', 'reopened', 'expired', 'retracted')),
    from_state text,
    to_state text not null,
    at timestamptz not null,
    by text not null,
    why text not null,
    alert jsonb not null
);
create index on core.alert_event (alert_no, at);

create function core.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name;
end $$;
create trigger append_only before update or delete on core.alert_event
for each row execute function core.refuse_change();
