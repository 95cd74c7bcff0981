-- What became known, or was known no longer, since a moment: found by it, without a look at the rest of history.

create index on core.unit (known_from);
create index on core.unit (known_to) where known_to is not null;
create index on core.cadre (known_from);
create index on core.cadre (known_to) where known_to is not null;
create index on core.appointment (known_from);
create index on core.appointment (known_to) where known_to is not null;
create index on core.education (known_from);
create index on core.education (known_to) where known_to is not null;
create index on core.family (known_from);
create index on core.family (known_to) where known_to is not null;
create index on core.spell (known_from);
create index on core.spell (known_to) where known_to is not null;
create index on core.form_reading (known_from);
create index on core.form_reading (known_to) where known_to is not null;
create index on core.assessment (known_from);
create index on core.assessment (known_to) where known_to is not null;
create index on core.training (known_from);
create index on core.training (known_to) where known_to is not null;
create index on core.archive (known_from);
create index on core.archive (known_to) where known_to is not null;
create index on core.objective (known_from);
create index on core.objective (known_to) where known_to is not null;
create index on core.record (known_from);
create index on core.record (known_to) where known_to is not null;
create index on core.link (known_from);
create index on core.link (known_to) where known_to is not null;
create index on core.alert_event (at);

-- Every version of every thing that has one key and at most one version at a time, by the names of schema mart.
create view core.version with (security_invoker) as
select 'unit' as object, unit_code as key, null::text as cadre_no, left_on, known_from, known_to from core.unit
union all
select 'cadre' as object, cadre_no as key, cadre_no, left_on, known_from, known_to from core.cadre
union all
select 'appointment' as object, appointment_no as key, cadre_no, left_on, known_from, known_to from core.appointment
union all
select 'education' as object, education_no as key, cadre_no, left_on, known_from, known_to from core.education
union all
select 'relative' as object, family_no as key, cadre_no, left_on, known_from, known_to from core.family
union all
select 'form' as object, form_no as key, cadre_no, null::date as left_on, known_from, known_to
from core.form_reading where cadre_no is not null
union all
select 'assessment' as object, source_key as key, cadre_no, left_on, known_from, known_to from core.assessment
union all
select 'training' as object, source_key as key, cadre_no, left_on, known_from, known_to from core.training
union all
select 'archive' as object, archive_no as key, cadre_no, left_on, known_from, known_to from core.archive
union all
select 'objective' as object, source_key as key, cadre_no, left_on, known_from, known_to from core.objective;

-- Alerts that were found unfounded, which nobody reads any more: by this, whoever had read one is told that it stands no longer,
-- and no more than its number. It goes with the alert.
create table core.unfounded (
    alert_no text primary key references core.alert on delete cascade,
    cadre_no text not null,
    raised_at timestamptz not null,
    found_at timestamptz not null
);
create index on core.unfounded (found_at);

create function core.note_unfounded() returns trigger language plpgsql as $$
begin
    insert into core.unfounded
    select new.alert_no, a.cadre_no, (select min(e.at) from core.alert_event as e where e.alert_no = new.alert_no), new.at
    from core.alert as a where a.alert_no = new.alert_no
    on conflict (alert_no) do update set found_at = excluded.found_at;
    return null;
end $$;
create trigger note_unfounded after insert on core.alert_event
for each row when (new.to_state = 'unfounded' and new.from_state is distinct from 'unfounded')
execute function core.note_unfounded();

insert into core.unfounded
select e.alert_no, a.cadre_no, min(e.at), max(e.at) filter (where e.to_state = 'unfounded' and e.from_state is distinct from 'unfounded')
from core.alert_event as e inner join core.alert as a using (alert_no)
group by e.alert_no, a.cadre_no
having bool_or(e.to_state = 'unfounded' and e.from_state is distinct from 'unfounded');
