-- Under which key the identity numbers are sealed: a name that tells nothing of it. One row, once anything was sealed.
create table core.sealed_under (key_name text not null);
create unique index on core.sealed_under ((true));
