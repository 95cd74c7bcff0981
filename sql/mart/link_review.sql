create view mart.link_review with (security_invoker) as
with doubt as (
    select q.resource, q.source_key, q.mention_no, q.cadre_no, q.known_from, count(*)::integer as unsure
    from core.link_decision as d
    join core.link as q on q.link_no = d.about
    where d.verdict = 'unsure' and (core.as_of() is null or d.at <= core.as_of())
      and not exists (
          select from core.link_decision as u where u.undoes = d.decision_no and (core.as_of() is null or u.at <= core.as_of())
      )
    group by q.resource, q.source_key, q.mention_no, q.cadre_no, q.known_from
)
select l.resource,
       l.source_key,
       l.mention_no,
       l.subject,
       m.name,
       m.unit_name,
       m.id_masked,
       m.sex,
       m.age,
       m.birth_year,
       l.cadre_no,
       c.name as cadre_name,
       c.unit_name as cadre_unit,
       c.post_title as cadre_post,
       l.method,
       r.summary,
       l.known_from,
       l.rank,
       l.evidence,
       m.post_title,
       m.at_from,
       m.at_to,
       m.born_month,
       l.family_no,
       case s.severity when 'serious' then '1' when 'attention' then '2' when 'notice' then '3' when 'context' then '4' else '5' end
       || case f.impact when 'high' then 'a' when 'middle' then 'b' else 'c' end as urgency,
       coalesce(d.unsure, 0) as unsure,
       l.probability,
       l.weights
from core.held_link l
-- Each is looked up for each link: of what row policies leave the planner expects one row, and would go through all for each pair.
cross join lateral (
    select * from core.held_mention o
    where (o.resource, o.source_key, o.mention_no) = (l.resource, l.source_key, l.mention_no) offset 0
) m
left join lateral (
    select * from core.held_record o where (o.resource, o.source_key) = (l.resource, l.source_key) offset 0
) r on true
cross join lateral (select * from core.held_cadre o where o.cadre_no = l.cadre_no offset 0) c
left join core.stake s on (s.resource, s.source_key) = (l.resource, l.source_key)
left join ledger.feed f on f.resource = l.resource
left join doubt d
    on (d.resource, d.source_key, d.mention_no, d.cadre_no, d.known_from) = (l.resource, l.source_key, l.mention_no, l.cadre_no, l.known_from)
where l.verdict = 'undecided' and core.true_on(r.valid_from, least(r.valid_to, r.left_on) - 1);

comment on view mart.link_review is
'Pairs of a person in a record and an official that wait for somebody to decide (make review). Nothing is proven about them: only members of the role cadre_reviewer see them, each for officials of the own regions';
comment on column mart.link_review.resource is 'The record''s feed';
comment on column mart.link_review.source_key is 'The record''s key in that feed; it can hold a name';
comment on column mart.link_review.mention_no is 'Which of the persons that the record names, from 1';
comment on column mart.link_review.subject is 'Whose record it would be: self, representative (of an enterprise) or relative (declared)';
comment on column mart.link_review.name is 'That person''s name, where the record has one, as it has it';
comment on column mart.link_review.unit_name is 'That person''s unit, where the record has one';
comment on column mart.link_review.id_masked is 'That person''s identity number, where the record has one: the first six characters, or what of it the department sent';
comment on column mart.link_review.sex is 'male or female, where the record says so';
comment on column mart.link_review.age is 'That person''s completed years at the time of the record, where it says so';
comment on column mart.link_review.birth_year is 'That person''s year of birth, where the record says so';
comment on column mart.link_review.cadre_no is 'The official who may be meant; one row each where several may be';
comment on column mart.link_review.cadre_name is 'The official''s name';
comment on column mart.link_review.cadre_unit is 'The official''s unit';
comment on column mart.link_review.cadre_post is 'The official''s post';
comment on column mart.link_review.method is
'What speaks for it and why that does not decide: full_id_other_name, old_id_other_name, hashed_id_other_name, masked_id_incomplete, name_sex_age, name_unit, several';
comment on column mart.link_review.summary is 'The record in one line in Chinese; null of a declared relative, see mart.relative';
comment on column mart.link_review.known_from is 'Since when it waits';
comment on column mart.link_review.rank is 'Which of those who may be meant this one is, from 1, the likeliest; at most ten wait';
comment on column mart.link_review.evidence is
'What speaks for it beside the name, of a name_unit: unit_then (was there at the time), unit_undated, unit_before_or_after or unit_alike (only written alike); post_agrees, post_agrees_in_part, post_differs or post_unknown; birth_agrees or birth_differs where a birth month is told';
comment on column mart.link_review.post_title is 'That person''s post, where the record has one; of several persons in one record it names all of theirs';
comment on column mart.link_review.at_from is 'The first day of what the record is about, where it says when that person was in the post';
comment on column mart.link_review.at_to is 'The last day of it';
comment on column mart.link_review.born_month is 'That person''s month of birth, as its first day, where the record says so';
comment on column mart.link_review.family_no is 'Which declared relative of the official it would be, see mart.relative; null where it would be the official';
comment on column mart.link_review.probability is
'How probable it is that the official is meant, and none of the others: calculated from the weights, as far as cases of which the answer is known bore them out';
comment on column mart.link_review.weights is
'What that is made of, the weightiest first: an array of objects with of (what), says, bits (a bit doubles the odds; they add up to the logarithm of the odds) and number. of is number, masked_number, name, family_name, sex, age, birth_year, birth_month, unit or post (says agrees, agrees_in_part, near, differs; of a unit then, undated, before_or_after, alike); base_rate (how often the feed names officials); name_frequency (number: how many of 100,000 persons named bear the name); others (number: how many other officials could be meant); alike_cases (number: how many pairs like it were judged)';
comment on column mart.link_review.urgency is
'What hangs on it, the worst first: 1 a serious alert would be raised, 2 attention, 3 notice, 4 context, 5 none, if it were the likeliest who may be meant; then a, b or c, as the resource''s impact is high, middle or low. Of the same, what waits longest is first (known_from), and whatever somebody was unsure of is last';
comment on column mart.link_review.unsure is 'How many people have looked at it and were unsure';
