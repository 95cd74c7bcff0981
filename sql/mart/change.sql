create function mart.change(since timestamptz)
returns table (object text, key text, cadre_no text, kind text, known_from timestamptz)
language sql stable
begin atomic
    with version as (
        select v.object, v.key, v.cadre_no, v.left_on, v.known_from, v.known_to
        from core.version as v
        where v.known_from between since and core.known_by()
           or v.known_to between since and core.known_by()
        union all
        -- A record of an official is both what the department says and that it is said of this one.
        select 'record', r.resource || '|' || r.source_key, l.cadre_no, r.left_on, greatest(r.known_from, l.known_from),
               least(r.known_to, l.known_to)
        from (
            select w.resource, w.source_key from core.link_version as w
            where w.known_from between since and core.known_by() or w.known_to between since and core.known_by()
            union
            select w.resource, w.source_key from core.record as w
            where w.known_from between since and core.known_by() or w.known_to between since and core.known_by()
        ) as t
        cross join lateral (
            select h.resource, h.source_key, h.left_on, h.known_from, h.known_to from core.record as h
            where h.resource = t.resource and h.source_key = t.source_key and h.resource <> 'population' offset 0
        ) as r
        cross join lateral (
            select h.cadre_no, h.known_from, h.known_to from core.link_version as h
            where h.resource = t.resource and h.source_key = t.source_key offset 0
        ) as l
        where coalesce(r.known_to, 'infinity') >= greatest(since, l.known_from)
          and coalesce(l.known_to, 'infinity') >= greatest(since, r.known_from)
          and greatest(r.known_from, l.known_from) <= core.known_by()
        union all
        -- A résumé is one thing.
        select 'spell', t.cadre_no, t.cadre_no, null, s.known_from, s.known_to
        from (
            select distinct w.cadre_no from core.spell_version as w
            where w.known_from between since and core.known_by() or w.known_to between since and core.known_by()
        ) as t
        cross join lateral (
            select h.known_from, h.known_to from core.spell_version as h
            where h.cadre_no = t.cadre_no and h.known_from <= core.known_by() and coalesce(h.known_to, 'infinity') >= since offset 0
        ) as s
    ),
    thing as (
        select v.object, v.key, v.cadre_no,
               bool_or(v.known_from < since and v.left_on is null) as stood,
               bool_or(v.known_from < since and v.left_on is not null) as was_closed,
               bool_or(h.stands and v.left_on is null) as stands,
               bool_or(h.stands and v.left_on is not null) as is_closed,
               max(case when h.stands then v.known_from else v.known_to end) as known_from
        from version as v
        cross join lateral (select coalesce(v.known_to > core.known_by(), true) as stands) as h
        group by v.object, v.key, v.cadre_no
        having bool_or(v.known_from between since and core.known_by() or v.known_to between since and core.known_by())
    )
    select t.object, t.key, t.cadre_no,
           case when t.stands then case when t.stood then 'changed' else 'new' end
                when t.is_closed then case when t.was_closed then 'changed' else 'closed' end
                when t.object in ('record', 'form') then 'unlinked'
                else 'retracted' end,
           t.known_from
    from thing as t  -- also what came and went since: who asks from the day before again may have been told that it came
    union all
    select 'alert', e.alert_no, a.cadre_no,
           case when e.to_state in ('retracted', 'unfounded') then 'retracted'
                when e.to_state in ('expired', 'closed') then 'closed'
                when coalesce(e.from_state in ('retracted', 'unfounded', 'expired', 'closed'), true) then 'new'
                else 'changed' end,
           e.at
    from (
        select w.alert_no,
               (array_agg(w.from_state order by w.event_no))[1] as from_state,
               (array_agg(w.to_state order by w.event_no desc))[1] as to_state,
               max(w.at) as at
        from core.alert_event as w
        where w.at between since and core.known_by()
        group by w.alert_no
    ) as e
    inner join core.alert as a using (alert_no)
    where a.state <> 'unfounded'
      and not a.merged and not exists (select from core.merge as m where m.verdict = 'same' and a.cadre_no in (m.cadre_no, m.duplicate_no))
    union all
    -- Of officials who had several numbers at any time: also what was or was not told any more as they were merged or unmerged.
    select 'alert', t.alert_no, t.cadre_no,
           case when not t.is_told or t.state in ('retracted', 'unfounded') then 'retracted'
                when t.state in ('expired', 'closed') then 'closed'
                when t.was_told and t.state_before not in ('retracted', 'unfounded', 'expired', 'closed') then 'changed'
                else 'new' end,
           greatest(t.happened_at, t.turned_at)
    from (
        select a.alert_no, a.cadre_no, e.state, e.state_before, e.happened_at, m.turned_at, a.merged = m.was_merged as was_told,
               a.merged = m.is_merged as is_told
        from (
            select w.cadre_no from core.merge as w where w.verdict = 'same'
            union
            select w.duplicate_no from core.merge as w where w.verdict = 'same'
        ) as o
        cross join lateral (select * from core.alert as b where b.cadre_no = o.cadre_no offset 0) as a
        cross join lateral (
            select bool_or(w.known_from < since and coalesce(w.known_to >= since, true)) as was_merged,
                   bool_or(w.known_from <= core.known_by() and coalesce(w.known_to > core.known_by(), true)) as is_merged,
                   greatest(max(w.known_from) filter (where w.known_from between since and core.known_by()),
                            max(w.known_to) filter (where w.known_to between since and core.known_by())) as turned_at
            from core.merge as w
            where w.verdict = 'same' and (a.cadre_no = w.cadre_no or (a.cadre_no = w.duplicate_no and not a.merged))
        ) as m
        cross join lateral (
            select (array_agg(w.to_state order by w.event_no desc))[1] as state,
                   (array_agg(w.to_state order by w.event_no desc) filter (where w.at < since))[1] as state_before,
                   max(w.at) filter (where w.at >= since) as happened_at
            from core.alert_event as w where w.alert_no = a.alert_no and w.at <= core.known_by()
        ) as e
        where a.state <> 'unfounded' and m.is_merged is not null and e.state is not null
          and exists (  -- was or is to be read at any time since
              select from (
                  select since as at
                  union all
                  select w.at from core.alert_event as w where w.alert_no = a.alert_no and w.at >= since
                  union all
                  select b.at from core.merge as w, unnest(array[w.known_from, w.known_to]) as b (at)
                  where a.cadre_no in (w.cadre_no, w.duplicate_no) and b.at >= since
              ) as p
              where p.at <= core.known_by()
                and exists (select from core.alert_event as w where w.alert_no = a.alert_no and w.at <= p.at)
                and a.merged = exists (
                    select from core.merge as w
                    where w.verdict = 'same' and (a.cadre_no = w.cadre_no or (a.cadre_no = w.duplicate_no and not a.merged))
                      and w.known_from <= p.at and coalesce(w.known_to > p.at, true)
                )
          )
    ) as t
    where t.turned_at is not null or (t.happened_at is not null and t.is_told)
    union all
    select 'alert', u.alert_no, null, 'retracted', u.found_at
    from core.unfounded as u
    where u.found_at between since and core.known_by() and u.raised_at <= since
      and not exists (select from core.alert as a where a.alert_no = u.alert_no and a.state <> 'unfounded');
end;

comment on function mart.change(timestamptz) is
'What changed since a moment, that moment included, for whoever follows: one row a thing and official. object: the view without its schema. key: cadre_no; unit_code; appointment_no, education_no, family_no, archive_no, form_no or alert_no; of an assessment cadre_no|year, of a training class_no|cadre_no, of an objective objective_no|period with the period as YYYY-MM, of a record resource|source_key; of a spell cadre_no, the résumé as a whole. kind: new; changed; closed (it left the department''s snapshot; of an alert: it ended); unlinked (the record or form is not held to be this official''s any more); retracted (it is not held any more; of an alert: it should not have stood. Of one that was found unfounded its number is told, to who asks from when it stood, and not whose it is). known_from: since when. How to follow: ask again from 06:00 (Asia/Shanghai) of the day before the latest known_from that was told, as what comes in the course of a morning is known from its beginning; and where mart.delivery tells of an earlier day that was loaded since (loaded_at), from 06:00 of that day. What is told again is read again. Everything about an official who is new here is read whole; who is in mart.cadre no more, having left or moved to another region, is let go. With cadre.as_of it answers as of then; cadre.valid_on changes nothing here';
