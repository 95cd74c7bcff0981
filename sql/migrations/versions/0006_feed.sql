-- The feeds that are expected, as their contracts had it at the last publication: what a department owes, how often, and since when.

create table ledger.feed (
    resource text primary key,
    department text not null,
    title text not null,
    late_after integer not null check (late_after > 0),
    since date not null
);
