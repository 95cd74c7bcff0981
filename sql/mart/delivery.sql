create view mart.delivery with (security_invoker) as
select delivery_id, resource, day, purpose, file, sha256, bytes, snapshot_on, landed_at, state, reason, message,
       unknown_columns, dropped, received, accepted, quarantined, duplicate, unchanged, changed, mentions, linked, review, nobody,
       reference, closed, found, loaded_at,
       case when expired_at <= coalesce(core.as_of(), 'infinity') then expired_at end as expired_at, drift, identity
from ledger.delivery
where core.is_told(day);

comment on view mart.delivery is 'The ledger: every delivery and what became of its rows';
comment on column mart.delivery.delivery_id is 'One arrival of a resource';
comment on column mart.delivery.resource is 'The resource';
comment on column mart.delivery.day is 'The business day it came on (Asia/Shanghai)';
comment on column mart.delivery.purpose is 'daily; search: read again for officials who joined the roster; or release: rows of an earlier delivery that had been refused';
comment on column mart.delivery.file is 'The file''s name as sent, or what was pulled';
comment on column mart.delivery.sha256 is 'SHA-256 of the bytes as landed; of what could not be read as a file, of its name';
comment on column mart.delivery.bytes is 'Their number';
comment on column mart.delivery.snapshot_on is 'The day a snapshot speaks of';
comment on column mart.delivery.landed_at is 'When it was landed';
comment on column mart.delivery.state is 'landed, checked, loaded, held (cannot be trusted as a whole), repeated (the bytes of the last one), outdated (older than the last loaded), rejected (held, and a person decided that it is not to be loaded). As of then too it is what became of it, since its rows are known from its day';
comment on column mart.delivery.reason is 'Why it is or was held, a code';
comment on column mart.delivery.message is 'Why, a sentence';
comment on column mart.delivery.unknown_columns is 'Columns that the contract neither maps nor ignores';
comment on column mart.delivery.dropped is 'Items that the contract does not allow and that were removed before anything was kept: name and how often, never a value';
comment on column mart.delivery.received is 'Rows: received = accepted + quarantined + duplicate';
comment on column mart.delivery.accepted is 'Rows: accepted = unchanged + changed';
comment on column mart.delivery.quarantined is 'Rows refused when it came, see mart.quarantine for what became of them';
comment on column mart.delivery.duplicate is 'Rows that say again what an accepted one says';
comment on column mart.delivery.unchanged is 'Rows known before';
comment on column mart.delivery.changed is 'Rows new or altered';
comment on column mart.delivery.mentions is 'Persons named by changed rows: mentions = linked + review + nobody';
comment on column mart.delivery.linked is 'Mentions linked to an official';
comment on column mart.delivery.review is 'Mentions that wait for a person';
comment on column mart.delivery.nobody is 'Mentions of nobody on the roster: counted and dropped';
comment on column mart.delivery.reference is 'Changed rows about no person';
comment on column mart.delivery.closed is 'Records that left the snapshot';
comment on column mart.delivery.found is 'Mentions among its rows that were linked after its load: when their officials joined the roster, or, where a row counts only beside another official''s, when all of them were read together';
comment on column mart.delivery.loaded_at is 'When it was loaded';
comment on column mart.delivery.expired_at is 'When its landed bytes were deleted, being superseded';
comment on column mart.delivery.drift is 'Of one that is held for its columns: which are missing, which came instead, and which of them may be a missing one, renamed';
comment on column mart.delivery.identity is 'How many mentions were linked by which evidence: cadre_no, full_id, old_id, hashed_id, masked_id';
