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
