-- What came, what became of it, and which days are complete.

-- `ledger` itself is made before Alembic starts, which keeps its version there.

create table ledger.delivery (
    delivery_id text primary key,
    resource text not null,
    day date not null,
    purpose text not null default 'daily' check (purpose in ('daily', 'search')),
    file text not null,
    sha256 text not null,
    bytes bigint not null,
    modified_at timestamptz,
    snapshot_on date,
    landing text not null,
    landed_at timestamptz not null default now(),
    state text not null default 'landed' check (state in ('landed', 'checked', 'loaded', 'held', 'repeated', 'outdated')),
    reason text,
    message text,
    unknown_columns text[] not null default '{}',
    received bigint not null default 0,
    accepted bigint not null default 0,
    quarantined bigint not null default 0,
    duplicate bigint not null default 0,
    unchanged bigint not null default 0,
    changed bigint not null default 0,
    mentions bigint not null default 0,
    linked bigint not null default 0,
    review bigint not null default 0,
    nobody bigint not null default 0,
    reference bigint not null default 0,
    closed bigint not null default 0,
    found bigint not null default 0,
    cursor_to timestamptz,
    index_file text,
    loaded_at timestamptz,
    expired_at timestamptz,
    unique (resource, day, sha256, purpose),
    constraint rows_balance check (state <> 'loaded' or
        (received = accepted + quarantined + duplicate and accepted = unchanged + changed)),
    constraint mentions_balance check (state <> 'loaded' or
        (mentions = linked + review + nobody and mentions >= changed - reference))
);
create index on ledger.delivery (resource, day);
create index on ledger.delivery (resource, loaded_at) where state = 'loaded';

-- What stands for each resource: the delivery that was loaded last and how far the roster has been searched for.
create table ledger.standing (
    resource text primary key,
    delivery_id text not null references ledger.delivery,
    day date not null,
    snapshot_on date,
    index_file text not null,
    contract text not null,
    duckdb text not null,
    roster_version bigint not null
);

create table ledger.settlement (
    resource text not null,
    day date not null,
    extracted_at timestamptz,
    loaded_at timestamptz,
    has_news boolean not null default false,
    roster_day date,
    outcome text check (outcome in ('loaded', 'nothing', 'held', 'failed')),
    message text,
    settled_at timestamptz,
    revision bigint,
    primary key (resource, day)
);
create index on ledger.settlement (day);
create index on ledger.settlement (revision);
create sequence ledger.revision;

create table ledger.failure (
    failure_no bigint generated always as identity primary key,
    resource text not null,
    day date not null,
    step text not null,
    cause text not null,
    failed_at timestamptz not null default clock_timestamp()
);
create index on ledger.failure (resource, day);

create table ledger.quarantine (
    delivery_id text not null references ledger.delivery,
    row_no bigint not null,
    source_key text,
    field text not null,
    reason text not null,
    message text not null,
    state text not null default 'quarantined' check (state in ('quarantined', 'released')),
    primary key (delivery_id, row_no)
);

create table ledger.quality (
    delivery_id text not null references ledger.delivery,
    position integer not null,
    expectation text not null,
    column_name text,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    success boolean not null,
    observed double precision,
    unexpected_share double precision,
    primary key (delivery_id, position)
);

create table ledger.publication (
    revision bigint primary key,
    day date not null,
    published_at timestamptz not null default clock_timestamp()
);
