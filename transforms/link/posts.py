"""Officials who may be meant where people are named by name, unit and post at a time: what speaks for each."""

# One row for each mention without a number, but with a unit, and each official of that name: what the likeliest of the official's
# posts says. A unit by one of its names or by its code counts most where the post was held at the time of the matter, less where
# no time is known, and least where it was held before or after. A unit that is only written alike (in part, abbreviated or with a
# wrong character) is a sign where the post or the birth month agrees as well: `is_sign`. A chief does not agree with a deputy. A
# birth month that contradicts goes last whatever else is so: it may be mistyped.
BY_POST = r"""
create table by_post as
with mentioned as (
    select source_key, mention_no, name_key, unit_key, uscc, post_key, at_from, at_to, born_month,
           string_split_regex(post_key, $separators) as posts
    from mention
    where coalesce(id_number, id_old, id_hash, id_masked, cadre_no) is null and coalesce(unit_key, uscc) is not null
),
paired as (
    select m.*, u.cadre_no, u.unit_key as known_unit, u.post_key as known_post, u.began, u.ended,
           string_split_regex(u.post_key, $separators) as known_posts, r.born_on,
           coalesce(u.uscc = m.uscc, false) or coalesce(u.unit_key = m.unit_key, false)
           or coalesce(ends_with(m.unit_key, u.unit_key)
                       and regexp_matches(left(m.unit_key, -length(u.unit_key)), $region_ends), false) as is_unit,
           if(length(m.unit_key) < length(u.unit_key), m.unit_key, u.unit_key) as shorter,
           if(length(m.unit_key) < length(u.unit_key), u.unit_key, m.unit_key) as longer
    from mentioned m join roster_name n using (name_key) join roster_unit u using (cadre_no) join roster r using (cadre_no)
),
likened as (
    select *,
           not is_unit and length(shorter) >= 2
           and (contains(longer, shorter)
                or (length(shorter) >= 3 and regexp_matches(longer, array_to_string(
                        list_transform(string_split(shorter, ''), lambda c: regexp_escape(c)), '.*')))
                or (length(shorter) >= 5 and 5 * len(list_intersect(string_split(shorter, ''), string_split(longer, '')))
                                             >= 4 * len(list_distinct(string_split(longer, ''))))) as is_alike
    from paired
),
told as (
    select *,
           case when is_unit and (at_from is null or began is null) then 'undated'
                when is_unit and began <= at_to and (ended is null or ended >= at_from) then 'then'
                when is_unit then 'before_or_after'
                when is_alike then 'alike'
                else 'differs' end as unit,
           case when posts is null or known_posts is null then 'unknown'
                when post_key = known_post then 'agrees'
                when list_has_any(posts, known_posts)
                     or (ends_with(post_key, known_post) and not ends_with(post_key, $deputy || known_post))
                     or (ends_with(known_post, post_key) and not ends_with(known_post, $deputy || post_key))
                then 'agrees_in_part'
                else 'differs' end as post,
           case when date_trunc('month', born_on) = born_month then 'agrees'
                when born_month is not null then 'differs' end as birth
    from likened
),
weighed as (
    select *,
           is_unit or (is_alike and (starts_with(post, 'agrees') or coalesce(birth = 'agrees', false))) as is_sign,
           case unit when 'then' then 6 when 'undated' then 4 when 'before_or_after' then 3 when 'alike' then 1 else -9 end
           + case post when 'agrees' then 3 when 'agrees_in_part' then 2 when 'unknown' then 1 else 0 end
           + case birth when 'agrees' then 4 when 'differs' then -20 else 0 end as score
    from told
)
select source_key, mention_no, cadre_no, is_sign, score, unit, post,
       'unit_' || unit || ', post_' || post || coalesce(', birth_' || birth, '') as evidence
from weighed
qualify row_number() over (partition by source_key, mention_no, cadre_no
                           order by is_sign desc, score desc, evidence) = 1"""
