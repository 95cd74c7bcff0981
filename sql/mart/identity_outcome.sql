create view mart.identity_outcome with (security_invoker) as
select day, resource, form, method, frequency, means_official, outcome, right_one_asked, readable, mentions
from ledger.identity_outcome
where core.is_told(day);

comment on view mart.identity_outcome is 'What links were worth where it is known whom records mean (a city made for a rehearsal): counts of mentions, never anything of a person';
comment on column mart.identity_outcome.day is 'The last business day that was loaded when the links were held against the truth';
comment on column mart.identity_outcome.resource is 'The resource';
comment on column mart.identity_outcome.form is 'By what the record says who somebody is: full, old, hashed, masked with age or birth, masked with name alone, name with unit, name with age, name alone';
comment on column mart.identity_outcome.method is 'The evidence of the link, or of the likeliest who may be meant; none where nobody is';
comment on column mart.identity_outcome.frequency is 'How common the name is: of the commonest names (twenty among officials), of one official''s name, of other names';
comment on column mart.identity_outcome.means_official is 'Whether somebody on the roster is meant';
comment on column mart.identity_outcome.outcome is 'right or false: linked by the machine; review: waits for a person, or a person decided; nobody: on the roster';
comment on column mart.identity_outcome.right_one_asked is 'Whether the one who is meant is among those who are linked or asked about';
comment on column mart.identity_outcome.readable is 'Whether the record has a name that can be read';
comment on column mart.identity_outcome.mentions is 'How many mentions';
