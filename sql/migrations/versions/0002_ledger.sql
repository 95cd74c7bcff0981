-- Items that a contract did not allow and that were removed before anything was kept: their names and how often, never a value.

alter table ledger.delivery add column dropped jsonb not null default '{}';
