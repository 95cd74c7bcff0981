-- Items that a contract did not allow and that were removed before anything was kept: their names and how often, never a value.

alter table ledger.delivery add column dropped jsonb not null default '{}';

-- The same bytes under two names on one day are two files: one is loaded, the other repeats it.
alter table ledger.delivery drop constraint delivery_resource_day_sha256_purpose_key;
alter table ledger.delivery add unique (resource, day, sha256, purpose, file);
