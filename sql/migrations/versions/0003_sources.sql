-- Until when a source wants to be left alone, by the connection under which it is asked: whoever asks next has to know.

create table ledger.rest (
    connection text primary key,
    not_before timestamptz not null,
    told_at timestamptz not null default clock_timestamp()
);
