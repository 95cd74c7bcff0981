-- Who gets what, and what was rendered, sent or is still to be sent.

create schema mail;

create table mail.recipient (
    region_prefix text not null,
    role text not null check (role in ('supervisor', 'engineer')),
    address text not null,
    user_name text not null,
    primary key (role, region_prefix, address)
);

create table mail.message (
    message_id text primary key,
    day date not null,
    role text not null,
    address text not null,
    subject text not null,
    body_text text not null,
    body_html text not null,
    state text not null default 'pending' check (state in ('pending', 'sent')),
    rendered_at timestamptz not null default clock_timestamp(),
    sent_at timestamptz
);
create index on mail.message (state) where state = 'pending';

create table mail.alert_told (
    event_no bigint not null references core.alert_event,
    address text not null,
    message_id text not null references mail.message,
    primary key (event_no, address)
);

-- What the data engineers were told, each thing once.
create table mail.notice_told (
    notice text not null,
    address text not null,
    message_id text not null references mail.message,
    primary key (notice, address)
);
