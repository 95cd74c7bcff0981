-- A way back for what was refused or held, kept with who took it and why; and mails that a replay leaves unsent.

alter table ledger.delivery drop constraint delivery_purpose_check;
alter table ledger.delivery add constraint delivery_purpose_check check (purpose in ('daily', 'search', 'release'));

alter table ledger.delivery drop constraint delivery_state_check;
alter table ledger.delivery add constraint delivery_state_check
check (state in ('landed', 'checked', 'loaded', 'held', 'repeated', 'outdated', 'rejected'));

-- Rows of one delivery may be released one after the other.
alter table ledger.delivery drop constraint delivery_resource_day_sha256_purpose_file_key;
create unique index delivery_once on ledger.delivery (resource, day, sha256, purpose, file) where purpose <> 'release';

-- The hash of the contract by which a loaded delivery was read; of earlier ones only what stands knows it.
alter table ledger.delivery add column contract text;
update ledger.delivery d set contract = s.contract from ledger.standing s where s.delivery_id = d.delivery_id;

-- The delivery in which a refused row came in after all.
alter table ledger.quarantine add column release_id text references ledger.delivery;
create index on ledger.quarantine (state, delivery_id);

-- What people did with a delivery or one of its rows: who, when and why.
create table ledger.act (
    act_no bigint generated always as identity primary key,
    at timestamptz not null,
    who text not null,
    why text not null,
    kind text not null check (kind in ('shown', 'released', 'accepted', 'rejected')),
    delivery_id text not null references ledger.delivery,
    row_no bigint,
    check ((kind = 'shown') = (row_no is not null))
);
create index on ledger.act (delivery_id);
create trigger append_only before update or delete on ledger.act for each row execute function core.refuse_change();
create trigger no_truncate before truncate on ledger.act for each statement execute function core.refuse_change();

alter table mail.message drop constraint if exists message_state_check;
alter table mail.message add constraint message_state_check
check (state in ('pending', 'sent', 'uncertain', 'refused', 'bounced', 'withheld'));
