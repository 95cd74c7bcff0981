-- What is asked about one person is looked up, as of then and now, at any size of the roster.
create index on core.link (cadre_no, known_from);
create index on core.form_reading (cadre_no, known_from);
create index on core.appointment (cadre_no, known_from);
