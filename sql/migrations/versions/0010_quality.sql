-- How well records are linked, in figures alone.

-- What the last audit of a day found, where it is known whom the mentions mean (transforms/link/quality.py): a city that was made for it.
create table ledger.identity_outcome (
    day date not null,
    resource text not null,
    form text not null,
    method text not null,
    frequency text not null,
    means_official boolean not null,
    outcome text not null check (outcome in ('right', 'false', 'review', 'nobody')),
    right_one_asked boolean not null,
    readable boolean not null,
    mentions bigint not null
);
create index on ledger.identity_outcome (day);

create table ledger.identity_calibration (
    day date not null,
    resource text not null,
    method text not null,
    least double precision not null,
    pairs bigint not null,
    predicted double precision not null,
    same bigint not null
);
create index on ledger.identity_calibration (day);
