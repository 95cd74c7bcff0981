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
