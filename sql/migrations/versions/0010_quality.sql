-- How well records are linked: what each load came to, what an audit against a truth found, and where linking is stopped. Figures alone.

-- Of a load how many mentions had which outcome by which method; `none` of those of nobody on the roster. Loaded again, it is replaced.
create table ledger.linking (
    delivery_id text not null references ledger.delivery,
    method text not null,
    outcome text not null check (outcome in ('automatic', 'stopped', 'review', 'nobody')),
    mentions bigint not null check (mentions > 0),
    primary key (delivery_id, method, outcome)
);

-- A load after which nothing of its resource is linked without a person, until somebody allows it (ledger.act, `allowed`): the share
-- of mentions that were linked, of so many, what was usual, and of what that is a share (transforms/link/drop.py).
create table ledger.linking_stop (
    delivery_id text primary key references ledger.delivery,
    resource text not null,
    day date not null,
    reason text not null check (reason in ('mentions', 'recognised', 'sample')),
    share double precision not null,
    usual double precision not null,
    cases bigint not null,
    released_at timestamptz
);
create unique index on ledger.linking_stop (resource) where released_at is null;
alter table ledger.act drop constraint act_kind_check;
alter table ledger.act add constraint act_kind_check check (kind in ('shown', 'released', 'accepted', 'rejected', 'allowed'));

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

-- What the labels came to when they were last counted: of the automatic links of a resource by an evidence.
create table ledger.identity_sample (
    resource text not null,
    method text not null,
    links bigint not null,
    labelled bigint not null,
    same bigint not null,
    unsure bigint not null,
    different bigint not null,
    counted_at timestamptz not null,
    primary key (resource, method)
);
