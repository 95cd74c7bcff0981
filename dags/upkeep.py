"""Upkeep: what time makes superfluous goes."""

from airflow.sdk import DAG, CronTriggerTimetable, task

from cadre_cloud import settings

with DAG(
    dag_id="upkeep",
    description="Delete landed bytes 30 days after they were superseded, and leftovers of runs",
    schedule=None if settings.is_rehearsal() else CronTriggerTimetable("0 21 * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Upkeep

Landed bytes go 30 days after a newer delivery was loaded, `mart.delivery.expired_at` says when; rows on their way and indexes
on which nothing stands go after two days. Beside landed bytes lie notes of what they are, from which a day can be replayed; those
that are missing are written.

**When it fails**: run it again; it deletes what is due, and nothing twice.
""",
):

    @task
    def expire(*, dag_run=None) -> int:
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415
        from cadre_cloud.upkeep import expire_landed, keep_notes, remove_leftovers  # noqa: PLC0415

        day = business_day(dag_run.conf, dag_run.run_after)
        with step("upkeep", day, "expire"):
            keep_notes(day)
            return expire_landed(day) + remove_leftovers(day)

    expire()
