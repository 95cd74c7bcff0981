create view mart.unit with (security_invoker) as
select unit_code, name, short_name, uscc, region_code, parent_code, unit_level, unit_kind, seats, valid_from, valid_to, known_from
from core.held_unit
where (left_on is null or left_on > core.valid_on()) and core.true_on(valid_from, valid_to);

comment on view mart.unit is 'Units of the city and its counties, as delivered by the organization department (B01)';
comment on column mart.unit.unit_code is 'The unit''s code, B0111';
comment on column mart.unit.name is 'Full name';
comment on column mart.unit.short_name is 'Short name';
comment on column mart.unit.uscc is 'Unified social credit code (GB 32100)';
comment on column mart.unit.region_code is 'Region code of six digits, in the manner of GB/T 2260';
comment on column mart.unit.parent_code is 'unit_code of the unit above';
comment on column mart.unit.unit_level is '3 厅局级, 4 县处级, 5 乡科级';
comment on column mart.unit.unit_kind is
'party, congress, government, consultative, discipline, court, procuratorate, mass_organization, public_institution, state_enterprise';
comment on column mart.unit.seats is 'Leading posts allotted (职数)';
comment on column mart.unit.valid_from is 'From when this was so in the world; null where the source does not say';
comment on column mart.unit.valid_to is 'Until when; null while it is so';
comment on column mart.unit.known_from is 'Since when we know it so';
