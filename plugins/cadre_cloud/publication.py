"""What core knows becomes what others read."""

from datetime import date, datetime

from psycopg.types.json import Jsonb

from cadre_cloud import contracts
from cadre_cloud.feed.settle import lock_revisions, published_revision, revision
from cadre_cloud.steps import business_day
from cadre_cloud.warehouse import merges
from cadre_cloud.warehouse.connection import Warehouse, connect

_COLUMNS = (
    "name, sex, born_on, ethnic_group, native_place, party, work_started_on, duty_level, unit_code, unit_name, "
    "region_code, post_title, status, id_masked, education, degree, level_since, post_since"
)


def _of(table: str) -> str:
    return ", ".join(f"{table}.{column}" for column in _COLUMNS.split(", "))


_PRESENT = f"create temp table present on commit drop as select cadre_no, {_COLUMNS} from core.described_cadre"

# Who is gone keeps a row, by which the row policies go for who asks as of then.
_REMOVE = """
update core.cadre_now n set gone = true
where not n.gone and not exists (select from present p where p.cadre_no = n.cadre_no)"""

_SAME = f"""
delete from present p using core.cadre_now n
where n.cadre_no = p.cadre_no and not n.gone and ({_of("n")}) is not distinct from ({_of("p")})"""

_WRITE = f"""
insert into core.cadre_now (cadre_no, {_COLUMNS}) select cadre_no, {_COLUMNS} from present
on conflict (cadre_no) do update set (gone, {_COLUMNS}) = row(false, {_of("excluded")})"""

# Of the days that settled since the last publication, late ones too, and all after them; and of what was merged or parted since.
_KEEP_THEN = """
with first as (select min(day) as day from ledger.settlement where revision > %s and outcome is not null),
told as (
    select core.known_at(s.day) as at from ledger.settlement s join first on s.day >= first.day where s.outcome is not null
    union
    select m.known_from from core.merge m join first on m.known_from >= core.known_at(first.day))
select core.keep_versions(moments), core.keep_days(moments)
from (select array_agg(at order by at) as moments from told having count(*) > 0) as since"""

_EXPECTED = """
with expected as (select * from jsonb_to_recordset(%s) as f (resource text, department text, title text, late_after integer,
                                                             impact text)),
gone as (delete from ledger.feed f where not exists (select from expected e where e.resource = f.resource))
insert into ledger.feed select resource, department, title, late_after, %s, impact from expected
on conflict (resource) do update
set (department, title, late_after, impact) = (excluded.department, excluded.title, excluded.late_after, excluded.impact)"""


def has_news() -> bool:
    """Whether anything was settled since the last publication."""
    with connect() as warehouse:
        return revision(warehouse) > published_revision(warehouse)


def publish() -> date | None:
    """Publish what is settled: bring the narrow table of the present up to date, and note the publication.

    Returns the business day that was published; none where nothing was settled since the last time.
    """
    with connect() as warehouse:
        lock_revisions(warehouse)
        now = revision(warehouse)
        if now <= published_revision(warehouse):
            return None
        warehouse.execute("select core.take_statistics()")  # of tables that were just filled the planner thinks they are empty
        _write_present(warehouse)
        warehouse.execute(_KEEP_THEN, [published_revision(warehouse)])
        row = warehouse.execute(
            "insert into ledger.publication (revision, day) select %s, max(day) from ledger.settlement where outcome is not null "
            "returning day",
            [now],
        ).fetchone()
        if row:
            _write_expected(warehouse, row["day"])
    return row["day"] if row else None


def settled_day() -> date | None:
    """The last business day on which anything settled: the one that is published next."""
    with connect() as warehouse:
        row = warehouse.execute("select max(day) as day from ledger.settlement where outcome is not null").fetchone()
    return row["day"] if row else None


def last_day() -> date | None:
    """The last business day that was published; none before the first."""
    with connect() as warehouse:
        row = warehouse.execute("select max(day) as day from ledger.publication").fetchone()
    return row["day"] if row else None


def alert_day(conf: dict[str, str] | None, run_type: str, run_after: datetime) -> date:
    """The business day of alerts and mails: the one in the run's conf, a scheduled run's own, else the last published."""
    if (conf or {}).get("day") or run_type == "scheduled":
        return business_day(conf, run_after)
    with connect() as warehouse:
        row = warehouse.execute("select day from ledger.publication order by revision desc limit 1").fetchone()
    return row["day"] if row else business_day(conf, run_after)


def _write_present(warehouse: Warehouse) -> None:
    for statement in (_PRESENT, _REMOVE, _SAME, _WRITE, merges.FOLLOW):
        warehouse.execute(statement)


def _write_expected(warehouse: Warehouse, day: date) -> None:
    expected = [
        {
            "resource": c.resource,
            "department": c.department,
            "title": c.title,
            "late_after": c.late_after.days,
            "impact": c.impact,
        }
        for c in contracts.expected()
    ]
    warehouse.execute(_EXPECTED, [Jsonb(expected), day])
