-- What the Feeds page tells of a delivery, and what engineers ask for on it.

-- Columns that a delivery lacked and brought instead, and which of them may be the same: {"missing": [], "new": [], "renamed": {}}.
alter table ledger.delivery add column drift jsonb not null default '{}';

-- By which evidence its linked mentions were linked, and how many by each.
alter table ledger.delivery add column identity jsonb not null default '{}';

-- What an expectation asked for when it was judged: the suite's own words, its parameters filled in.
alter table ledger.quality add column asked jsonb not null default '{}';

-- What somebody wants done with a delivery, until a task has done it as the commands do, under the name of whoever wants it.
create table ledger.wish (
    wish_no bigint generated always as identity primary key,
    at timestamptz not null,
    who text not null,
    why text not null,
    kind text not null check (kind in ('release', 'accept', 'reject')),
    delivery_id text not null references ledger.delivery,
    field text,
    reason text,
    state text not null default 'waiting' check (state in ('waiting', 'done', 'refused')),
    answer jsonb not null default '{}',
    ended_at timestamptz,
    check ((kind = 'release') = (reason is not null) and (reason is null) = (field is null)),
    check ((state = 'waiting') = (ended_at is null))
);
-- Whoever presses twice wants it once.
create unique index wish_once on ledger.wish (delivery_id) where state = 'waiting';
create index on ledger.wish (delivery_id);
