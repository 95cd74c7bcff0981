-- Of a number that we have no more is legible than the region: with four more characters, and the birth date that stands beside it, it
-- was the whole number. What a department itself sent masked stays as it was sent.
update core.cadre set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null;
update core.cadre_now set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null;
update core.form set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null;
update core.mention set id_masked = rpad(left(id_masked, 6), 18, '*') where id_masked is not null and id_cipher is not null;
-- Nor does the planner tell how many have the same: nothing is planned by it.
alter table core.cadre alter column id_masked set statistics 0;
alter table core.cadre_now alter column id_masked set statistics 0;
