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

create view mart.identity_calibration with (security_invoker) as
select day, resource, method, least, pairs, predicted, same
from ledger.identity_calibration
where core.is_told(day);

comment on view mart.identity_calibration is 'What probabilities of links were worth where it is known whom records mean: counts of pairs of a mention and an official';
comment on column mart.identity_calibration.day is 'As of mart.identity_outcome';
comment on column mart.identity_calibration.resource is 'The resource';
comment on column mart.identity_calibration.method is 'The evidence';
comment on column mart.identity_calibration.least is 'The least probability of the bin, which ends where the next one begins: 0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999';
comment on column mart.identity_calibration.pairs is 'How many pairs';
comment on column mart.identity_calibration.predicted is 'The mean of their probabilities';
comment on column mart.identity_calibration.same is 'How many of them are the same person';

create view mart.identity_sample with (security_invoker) as
select resource, method, links, labelled, same, unsure, different, counted_at
from ledger.identity_sample
where counted_at <= coalesce(core.as_of(), 'infinity');

comment on view mart.identity_sample is 'What automatic links are worth by what reviewers said of a random sample without knowing what the machine had said: counts, never anything of a person';
comment on column mart.identity_sample.resource is 'The resource';
comment on column mart.identity_sample.method is 'The evidence';
comment on column mart.identity_sample.links is 'How many automatic links stand';
comment on column mart.identity_sample.labelled is 'Of how many it is said that it is the same person, or another';
comment on column mart.identity_sample.same is 'How many of these are the same';
comment on column mart.identity_sample.unsure is 'Of how many others the reviewer was unsure';
comment on column mart.identity_sample.different is 'How many that were said to be another person still stand, and want a decision (make review)';
comment on column mart.identity_sample.counted_at is 'When that was counted';
