-- Which run began a resource's day last: one that ends while another is on its way does not say that the day failed.
alter table ledger.settlement add column begun_by text;
