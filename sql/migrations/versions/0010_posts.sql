-- Appointments number their versions in one order with officials and relatives: by that a search for whom a record means by a unit and a
-- post finds out who was appointed, transferred or had it put right since it was last searched for them.
alter table core.appointment alter column version_no drop identity;
alter table core.appointment alter column version_no set default nextval('core.cadre_version_no_seq');
select setval('core.cadre_version_no_seq', v.version_no)
from (
    select greatest(
        (select max(version_no) from core.cadre), (select max(version_no) from core.family), (select max(version_no) from core.appointment)
    ) as version_no
) as v
where v.version_no is not null;
