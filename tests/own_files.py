"""Rows of the officials' own files, one of each for everybody whom a warehouse knows."""

# Everybody's own files, known since the day on which the official was.
FILES = """
with known as (select cadre_no, min(known_from) as at from core.cadre group by cadre_no),
post as (
    insert into core.appointment (appointment_no, cadre_no, unit_code, post_title, started_on, original, known_from, delivery_id)
    select 'A' || cadre_no, cadre_no, 'U', '科长', '2020-01-01', '{}', at, 'd' from known),
school as (
    insert into core.education (education_no, cadre_no, level, school, original, known_from, delivery_id)
    select 'E' || cadre_no, cadre_no, '21', '某大学', '{}', at, 'd' from known),
relative as (
    insert into core.family (family_no, cadre_no, relation, name, employer, original, known_from, delivery_id)
    select 'F' || cadre_no, cadre_no, '配偶', '某某', '某厂', '{}', at, 'd' from known),
grade as (
    insert into core.assessment (source_key, cadre_no, year, grade, original, known_from, delivery_id)
    select cadre_no || '|2025', cadre_no, 2025, '2', '{}', at, 'd' from known),
course as (
    insert into core.training (source_key, class_no, cadre_no, class_name, kind, started_on, original, known_from, delivery_id)
    select 'P|' || cadre_no, 'P', cadre_no, '某班', 'special', '2025-03-03', '{}', at, 'd' from known),
archive as (
    insert into core.archive (archive_no, cadre_no, audit_result, original, known_from, delivery_id)
    select 'D' || cadre_no, cadre_no, 'consistent', '{}', at, 'd' from known),
objective as (
    insert into core.objective (source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, original,
                                known_from, delivery_id)
    select cadre_no || '|2026-05', cadre_no, '2026-05-01', cadre_no, 'U', '某事', 'projects', 9, 99, '{}', at, 'd' from known),
matter as (
    insert into core.declaration (source_key, cadre_no, year, item_no, kind, original, known_from, delivery_id)
    select cadre_no || '|2025|1', cadre_no, 2025, 1, 'property', '{}', at, 'd' from known)
insert into core.spell (cadre_no, spell_no, raw, is_within, confidence, known_from, delivery_id)
select cadre_no, 99, '说不清', false, 'unread', at, 'd' from known;

select core.keep_days(array_agg(distinct known_from)) from core.cadre"""
