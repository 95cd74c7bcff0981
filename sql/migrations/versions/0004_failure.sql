-- A failure that another try followed is no news to anybody; of one that ended its task the data engineers are told.

alter table ledger.failure add column is_last boolean not null default true;
