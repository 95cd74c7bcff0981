-- A roster of any size with a past, for what readers ask: set-based, in the shape in which departments' history leaves it.
--
-- A city has 14,225 officials in nine regions: its own and eight counties. Officials are numbered in the order in which they came, so
-- a county's are scattered over all tables. Region codes that begin with 99 are no place's.

create function pg_temp.pick(characters text, number bigint) returns text language sql immutable
return substr(characters, 1 + (number %% length(characters))::integer, 1);

-- The business day so many years before the last one.
create function pg_temp.known(years_ago integer) returns timestamptz language sql immutable
return core.known_at((date '2026-06-01' - make_interval(years => years_ago))::date);

create temp table person as
select i, h, 'GB5299' || lpad(i::text, 8, '0') as cadre_no,
       pg_temp.pick('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', i * 7) || pg_temp.pick('伟强磊军勇杰涛明超刚平辉鹏华飞波斌', i / 3)
       || pg_temp.pick('芳娜敏静丽艳娟霞秀玲燕红梅英华慧莉', i / 41) as name,
       case when h %% 10 < 7 then 'male' else 'female' end as sex,
       date '1966-01-01' + (h %% 12000)::integer as born_on,
       case when h %% 300 = 0 then '121' when h %% 90 = 0 then '122' when h %% 25 = 0 then '131' when h %% 9 = 0 then '132'
            when h %% 5 < 2 then '141' else '142' end as duty_level,
       case when h %% 11 = 0 then '群众' else '中共党员' end as party,
       '99' || lpad((i %% cities)::text, 2, '0') || '0' || (i / cities %% 9) as region_code,
       lpad((i / cities / 9 %% 60)::text, 4, '0') as unit_no
from (select %(officials)s::bigint as officials, (%(officials)s::bigint + 14224) / 14225 as cities) as size,
     generate_series(0, officials - 1) as i, lateral (select hashint8(i)::bigint & 1048575 as h) as chance;
alter table person add column unit_code text generated always as ('B' || region_code || unit_no) stored;
analyze person;

insert into core.region select distinct region_code from person;

insert into core.unit (unit_code, name, region_code, original, known_from, delivery_id)
select distinct unit_code, region_code || '的第' || unit_no || '局', region_code, '{}'::jsonb, pg_temp.known(%(years)s), 'bench'
from person;

-- A new version every third year; the first is held.
insert into core.cadre (cadre_no, name, id_cipher, id_lookup, id_masked, sex, born_on, ethnic_group, native_place, party,
                        work_started_on, duty_level, unit_code, post_title, status, updated_at, original, known_from, known_to,
                        delivery_id)
select cadre_no, name, '\x00', int8send(i), '529901********' || lpad((h %% 10000)::text, 4, '0'), sex, to_char(born_on, 'YYYYMMDD'),
       '01', '529901', party, born_on + 8000, duty_level, unit_code, '三级主任科员', '1', pg_temp.known(ago), '{}',
       pg_temp.known(ago), case when ago > 0 then pg_temp.known(ago - 3) end, 'bench'
from person, generate_series(0, %(years)s, 3) as ago;

-- Posts of three years each. A post that is over was known as held before.
insert into core.appointment (appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on,
                              document_no, original, valid_from, valid_to, known_from, known_to, delivery_id)
select 'A' || i || '-' || ago, cadre_no, unit_code, '三级主任科员', h %% 7 = 0, duty_level, started_on, ended_on,
       '云组任〔2024〕' || i || '号', '{}', started_on, ended_on, v.known_from, v.known_to, 'bench'
from person, generate_series(0, %(years)s, 3) as ago,
     lateral (select (pg_temp.known(ago) - interval '40 days')::date as started_on,
                     (pg_temp.known(ago - 3) - interval '40 days')::date as left_on) as p,
     lateral (
         select null::date as ended_on, pg_temp.known(ago) as known_from, case when ago > 0 then pg_temp.known(ago - 3) end as known_to
         union all
         select left_on, pg_temp.known(ago - 3), null where ago > 0
     ) as v;

insert into core.education (education_no, cadre_no, level, degree, school, major, mode, started_on, ended_on, original, valid_from,
                            valid_to, known_from, delivery_id)
select 'E' || i || '-' || k, cadre_no, (array ['21', '31', '14'])[1 + (i + k) %% 3], case when h %% 3 = 0 then '4' end, '贵州大学',
       '行政管理', k::text, born_on + 6900 + k * 900, born_on + 7900 + k * 900, '{}', born_on + 6900 + k * 900,
       born_on + 7900 + k * 900, pg_temp.known(0), 'bench'
from person, generate_series(1, 2) as k;

insert into core.family (family_no, cadre_no, relation, name, employer, original, known_from, delivery_id)
select 'F' || i || '-' || k, cadre_no, (array ['配偶', '子', '父'])[k], name || '亲', '云岭市人民医院护士', '{}', pg_temp.known(0), 'bench'
from person, generate_series(1, 2) as k;

insert into core.spell (cadre_no, spell_no, kind, started_on, ended_on, precision, text, is_within, raw, confidence, known_from,
                        delivery_id)
select cadre_no, k, 'work', born_on + 7000 + k * 1000, born_on + 8000 + k * 1000, 'month', unit_code || '三级主任科员', false,
       '2001.07--2004.03  ' || unit_code || '三级主任科员', 'sure', pg_temp.known(0), 'bench'
from person, generate_series(1, 3) as k;

insert into core.assessment (source_key, cadre_no, year, grade, original, known_from, delivery_id)
select cadre_no || '|' || (2026 - ago), cadre_no, 2026 - ago, case when (i + ago) %% 6 = 0 then '1' else '2' end, '{}',
       pg_temp.known(ago), 'bench'
from person, generate_series(1, %(years)s) as ago;

insert into core.training (source_key, class_no, cadre_no, class_name, kind, started_on, ended_on, hours, result, original, known_from,
                           delivery_id)
select 'T' || h %% 500 || '-' || ago || '|' || cadre_no, 'T' || h %% 500 || '-' || ago, cadre_no, '乡村振兴专题研讨班', 'special',
       pg_temp.known(ago)::date - 90, pg_temp.known(ago)::date - 85, 40, 'passed', '{}', pg_temp.known(ago), 'bench'
from person, generate_series(1, %(years)s) as ago;

insert into core.archive (archive_no, cadre_no, volumes, audit_result, original, known_from, delivery_id)
select 'D' || i, cadre_no, 2, 'consistent', '{}', pg_temp.known(0), 'bench' from person;

insert into core.objective (source_key, objective_no, period, cadre_no, unit_code, title, field, weight, target, actual,
                            schedule_percent, original, known_from, delivery_id)
select 'O' || i || '|202605', 'O' || i, date '2026-05-01', cadre_no, unit_code, '新增城镇就业', 'economy', 30, 100, 45, 42, '{}',
       pg_temp.known(0), 'bench'
from person where h %% 10 = 0;

-- A record of every second official, some with several, and what waits for a decision beside them.
insert into core.record (resource, source_key, occurred_on, status, summary, detail, original, valid_from, known_from, delivery_id)
select (array ['discipline', 'court', 'land', 'taxation'])[1 + h %% 4], i || '-' || k, pg_temp.known(k)::date - 60, '1',
       '执行案件被执行人，民间借贷纠纷', '{"case_type": "enforcement", "amount": 123456.78}', '{}', pg_temp.known(k)::date - 60,
       pg_temp.known(k), 'bench'
from person, generate_series(1, 1 + (h %% 16)::integer) as k
where h %% 2 = 0 and k < 4 and k <= %(years)s;

insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, delivery_id)
select (array ['discipline', 'court', 'land', 'taxation'])[1 + h %% 4], i || '-' || k, 1, 'self', cadre_no, 'same', 'full_id', 'machine',
       pg_temp.known(k), 'bench'
from person, generate_series(1, 1 + (h %% 16)::integer) as k
where h %% 2 = 0 and k < 4 and k <= %(years)s;

insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, delivery_id)
select 'court', 'q' || i, 1, 'self', cadre_no, 'undecided', 'name_sex_age', 'machine', pg_temp.known(0), 'bench'
from person where h %% 100 = 3;

-- The day after, one official in five hundred has a new record, and as many another portfolio.
insert into core.record (resource, source_key, occurred_on, status, summary, detail, original, valid_from, known_from, delivery_id)
select 'court', i || '-new', date '2026-05-20', '1', '执行案件被执行人，民间借贷纠纷', '{"case_type": "enforcement", "amount": 123456.78}', '{}',
       date '2026-05-20', core.known_at(date '2026-06-02'), 'bench'
from person where h %% 500 = 1;

insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from, delivery_id)
select 'court', i || '-new', 1, 'self', cadre_no, 'same', 'full_id', 'machine', core.known_at(date '2026-06-02'), 'bench'
from person where h %% 500 = 1;

with ended as (
    update core.appointment as a set known_to = core.known_at(date '2026-06-02')
    from person as p where p.cadre_no = a.cadre_no and p.h %% 500 = 2 and a.known_to is null and a.ended_on is null
    returning a.*
)
insert into core.appointment (appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on,
                              document_no, portfolio, original, valid_from, valid_to, known_from, delivery_id)
select appointment_no, cadre_no, unit_code, post_title, is_leader, duty_level, started_on, ended_on, document_no, '财务、项目', original,
       valid_from, valid_to, known_to, delivery_id
from ended;

-- One official in fifteen has an open alert, as many one that is over.
insert into core.alert (alert_no, rule, rule_version, cadre_no, matter, severity, state, title, title_en, explanation, explanation_en,
                        basis, effective_from, evidence, raised_at)
select md5(i::text), 'enforcement_debtor', 1, cadre_no, '', case when h %% 2 = 0 then 'attention' else 'serious' end,
       case when h %% 15 = 4 then 'new' else 'expired' end, '被执行人', 'Enforcement debtor',
       '依据法院执行案件信息，该干部为被执行人。请核实是否如实报告，并督促履行。',
       'According to the court, this official owes what a judgment orders. Check whether it was reported.',
       '领导干部报告个人有关事项规定', pg_temp.known(0)::date - 60, jsonb_build_array(jsonb_build_object('resource', 'court', 'source_key', i || '-1')),
       pg_temp.known(0)
from person where h %% 15 in (4, 9);

insert into core.alert_event (alert_no, kind, to_state, at, by, why, alert)
select alert_no, 'raised', 'new', raised_at, 'rule', 'raised', to_jsonb(a) from core.alert as a;

insert into core.cadre_now (cadre_no, name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code,
                            unit_name, region_code, post_title, status, id_masked, education, degree, level_since, post_since)
select c.cadre_no, c.name, c.sex, c.born_on, c.ethnic_group, c.native_place, c.party, c.work_started_on, c.duty_level, c.unit_code,
       u.name, u.region_code, c.post_title, c.status, c.id_masked, '21', '4', p.born_on + 15000, pg_temp.known(0)::date - 40
from core.cadre as c
inner join person as p on p.cadre_no = c.cadre_no
inner join core.unit as u on u.unit_code = c.unit_code
where c.known_to is null;

select core.take_statistics();

select core.keep_versions(moments), core.keep_days(moments)
from (
    select array_agg(moment order by moment) as moments
    from (
        select pg_temp.known(ago) as moment from generate_series(0, %(years)s) as ago
        union all
        select core.known_at(date '2026-06-02')
    ) as told
) as since;
