-- A county of sixty officials, five names and four units among them, every twentieth of another county; and questions about them.
insert into core.region values ('529901'), ('529902') on conflict do nothing;
insert into core.unit (unit_code, name, region_code, original, known_from, delivery_id)
select 'U' || n, '清河县' || name, '529902', '{}', '2026-06-01', 'd'
from unnest(array['财政局', '审计局', '水务局', '民政局']) with ordinality as u (name, n);
insert into core.cadre_now (cadre_no, name, sex, born_on, work_started_on, duty_level, unit_code, unit_name, region_code, post_title,
                            status, id_masked)
select 'C' || to_char(n, 'FM000'), (array['王明', '李建国', '张伟', '刘洋', '陈静'])[1 + n % 5],
       case n % 2 when 0 then 'male' else 'female' end, to_char(date '1970-01-01' + n * 97, 'YYYYMM'), '2002-07-01', '141', u.unit_code, u.name,
       case n % 20 when 0 then '529901' else '529902' end, (array['科长', '副科长', '局长'])[1 + n % 3], '1', '529902************'
from generate_series(1, 60) as n
join core.unit as u on u.unit_code = 'U' || 1 + n % 4;
insert into core.cadre (cadre_no, name, sex, born_on, work_started_on, duty_level, unit_code, post_title, status, updated_at, original,
                        id_masked, known_from, delivery_id)
select cadre_no, name, sex, born_on, work_started_on, duty_level, unit_code, post_title, '1', now(), '{}', id_masked, '2026-06-01', 'd'
from core.cadre_now;
insert into ledger.feed (resource, department, title, late_after, since, impact)
values ('court', '人民法院', '涉诉信息', 2, '2026-05-01', 'high'), ('audit', '审计局', '审计', 62, '2026-05-01', 'middle');

-- Of three cases in five one official may be meant, in the others two or three; a third of all would raise an alert.
create temp table asked as
select n, case n % 3 when 0 then 'audit' else 'court' end as resource,
       '(2026)黔9902执' || to_char(n, 'FM0000') || '号|1' as source_key,
       (array['王明', '李建国', '张伟', '刘洋', '陈静'])[1 + n % 5] as name,
       '2026-06-01 06:00+08'::timestamptz - n * interval '1 hour' as at
from generate_series(1, {cases}) as n;
insert into core.record (resource, source_key, occurred_on, summary, detail, original, valid_from, known_from, delivery_id)
select resource, source_key, '2026-03-02',
       case resource when 'court' then '被执行人，执行标的 12,000 元' else '审计整改责任人' end, '{}', '{}', '2026-03-02', at, 'd'
from asked;
insert into core.mention (resource, source_key, mention_no, subject, name, unit_name, post_title, sex, birth_year, at_from, at_to,
                          known_from, delivery_id)
select resource, source_key, 1, 'self', a.name, u.name, case resource when 'audit' then '科长' end,
       case n % 2 when 0 then 'male' end, 1970 + n % 15, '2025-01-01', '2025-12-31', at, 'd'
from asked as a
join core.unit as u on u.unit_code = 'U' || 1 + n % 4;
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, rank, evidence, decided_by, known_from)
select resource, source_key, 1, 'self', c.cadre_no, 'undecided', 'name_unit', c.rank,
       case when resource = 'court' then 'unit_then, post_unknown' when c.rank = 1 then 'unit_then, post_agrees'
            else 'unit_then, post_differs' end, 'machine', at
from asked as a
cross join lateral (
    select w.cadre_no, row_number() over (order by w.cadre_no) as rank from core.cadre_now as w
    where w.name = a.name and w.region_code = '529902' order by w.cadre_no
    limit case when n % 5 in (0, 1, 2) then 1 else n % 5 - 1 end
) as c;
insert into core.stake
select resource, source_key, (array['serious', 'attention'])[1 + n / 2 % 2] from asked where resource = 'court' and n % 2 = 0;
drop table asked;
analyze;
