-- What became of each mail. Its content goes out at most twice without an answer to it, so that nobody gets it three times.

alter table mail.message
    drop constraint message_state_check,
    add constraint message_state_check check (state in (
        'pending',   -- to be sent
        'uncertain', -- its content went out and no answer came: sent once more, under the same Message-ID
        'sent',      -- taken by the mail server
        'refused',   -- for good, by its code: tried again once a day, for some days
        'bounced'    -- taken, and sent back later
    )),
    add column attempts integer not null default 0,
    add column unanswered smallint not null default 0 check (unanswered between 0 and 2),
    add column refusals smallint not null default 0,
    add column tried_on date, -- the business day of the last attempt
    add column code text,     -- the server's last answer, or why there was none
    add constraint message_in_doubt check (state <> 'uncertain' or unanswered > 0);

drop index mail.message_state_idx;
create index on mail.message (rendered_at) where state in ('pending', 'uncertain', 'refused');
