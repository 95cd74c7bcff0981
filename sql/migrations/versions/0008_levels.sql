-- Whose an official is. One of 科级 (141, 142) is the region's of the unit; one of 县处级 and above, and whose level nobody knows, is
-- the city's (市管干部), whose own region code ends in 00. Null while the unit's region is unknown.
alter table core.cadre_now add column managed_by text
generated always as (case when duty_level in ('141', '142') then region_code else left(region_code, 4) || '00' end) stored;
create index on core.cadre_now (managed_by);

-- A region's code is named by none, two, four or six of its digits: five would be some counties, and the city's own beside them.
alter table core.account add constraint region_prefix_in_pairs check (region_prefix ~ '^(\d\d){0,3}$') not valid;

insert into core.region select distinct left(region_code, 4) || '00' from core.region on conflict do nothing;

-- Whether whoever has the regions whose codes begin so answers for an official: reads about them, and is told of them by mail. Whose
-- region is unknown is the city's, by however little of its code it is named.
create function core.answers_for(region_prefix text, managed_by text) returns boolean language sql immutable
return case
    when managed_by is null then length(region_prefix) <= 4 or region_prefix like '____00'
    else starts_with(managed_by, region_prefix)
end;
