"""Officials who may be meant where people are named by name, unit and post at a time: what speaks for each, and how much."""

# One row for each mention without a number and each official of that name whose unit it may be: the best that any of the
# official's posts says. How much: a unit by one of its names or by its code counts most where the post was held at the time of
# the matter, less where no time is known, and least where it was held before or after. A unit that is only written alike (in
# part, abbreviated, mistyped) is a sign where the post or the birth month agrees as well. 局长 does not agree with 副局长.
# A birth month that contradicts goes last whatever else is so: it may be mistyped.
NAMED = r"""
create table named as
with mentioned as (
    select source_key, mention_no, name_key, unit_key, uscc, post_key, at_from, at_to, born_month,
           string_split_regex(post_key, '[、,;/\n]') as posts
    from mention
    where coalesce(id_number, id_old, id_hash, id_masked, cadre_no) is null and coalesce(unit_key, uscc) is not null
),
paired as (
    select m.*, u.cadre_no, u.unit_key as known_unit, u.post_key as known_post, u.began, u.ended,
           string_split_regex(u.post_key, '[、,;/\n]') as known_posts, r.born_on,
           coalesce(u.uscc = m.uscc, false) or coalesce(u.unit_key = m.unit_key, false)
           or coalesce(ends_with(m.unit_key, u.unit_key)
                       and regexp_matches(left(m.unit_key, -length(u.unit_key)), '[市州盟]$'), false) as is_unit,
           if(length(m.unit_key) < length(u.unit_key), m.unit_key, u.unit_key) as shorter,
           if(length(m.unit_key) < length(u.unit_key), u.unit_key, m.unit_key) as longer
    from mentioned m join roster_name n using (name_key) join roster_unit u using (cadre_no) join roster r using (cadre_no)
),
told as (
    select *,
           case when is_unit and (at_from is null or began is null) then 'unit_undated'
                when is_unit and began <= at_to and (ended is null or ended >= at_from) then 'unit_then'
                when is_unit then 'unit_before_or_after'
                else 'unit_alike' end as unit_says,
           case when posts is null or known_posts is null then 'post_unknown'
                when post_key = known_post then 'post_agrees'
                when list_has_any(posts, known_posts)
                     or (ends_with(post_key, known_post) and not ends_with(post_key, '副' || known_post))
                     or (ends_with(known_post, post_key) and not ends_with(known_post, '副' || post_key))
                then 'post_agrees_in_part'
                else 'post_differs' end as post_says,
           case when date_trunc('month', born_on) = born_month then 'birth_agrees'
                when born_month is not null then 'birth_differs' end as birth_says
    from paired
),
kept as (
    select * from told
    where is_unit or ((starts_with(post_says, 'post_agrees') or birth_says = 'birth_agrees') and length(shorter) >= 2
        and (contains(longer, shorter)
             or (length(shorter) >= 3 and regexp_matches(longer, array_to_string(
                     list_transform(string_split(shorter, ''), lambda c: regexp_escape(c)), '.*')))
             or (length(shorter) >= 5 and 5 * len(list_intersect(string_split(shorter, ''), string_split(longer, '')))
                                          >= 4 * len(list_distinct(string_split(longer, ''))))))
),
weighed as (
    select source_key, mention_no, cadre_no, concat_ws(', ', unit_says, post_says, birth_says) as evidence,
           case unit_says when 'unit_then' then 6 when 'unit_undated' then 4 when 'unit_before_or_after' then 3 else 1 end
           + case post_says when 'post_agrees' then 3 when 'post_agrees_in_part' then 2 when 'post_unknown' then 1 else 0 end
           + case birth_says when 'birth_agrees' then 4 when 'birth_differs' then -20 else 0 end as score
    from kept
)
select source_key, mention_no, cadre_no, max(score) as score, min(evidence) filter (where is_best) as evidence
from (select *, score = max(score) over (partition by source_key, mention_no, cadre_no) as is_best from weighed)
group by source_key, mention_no, cadre_no"""
