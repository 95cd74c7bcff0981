-- How far each column was filled, by which later deliveries are measured: {"column": share of rows with a value that can be read}.
alter table ledger.delivery add column filled jsonb not null default '{}';
