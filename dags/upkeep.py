"""Upkeep: what time makes superfluous goes."""

from airflow.sdk import DAG, CronTriggerTimetable, task

from cadre_cloud import settings

with DAG(
    dag_id="upkeep",
    description="Delete what is kept no longer: landed bytes, leftovers, officials who left, unfounded alerts",
    schedule=None if settings.is_rehearsal() else CronTriggerTimetable("0 21 * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Upkeep

What time makes superfluous is deleted, with proof: `mart.removal` says what kind, how much, when and under which period.

- Landed bytes go 30 days after a newer delivery was loaded (`CADRE_KEEP_LANDED`), `mart.delivery.expired_at` says when; rows on
  their way and indexes on which nothing stands go after two days. Beside landed bytes lie notes of what they are, from which a
  day can be replayed; those that are missing are written.
- Officials who left the roster go, with their files, records, links and alerts, three years (`CADRE_KEEP_LEFT`) after the last
  effect of an alert on them has ended.
- Alerts that were found unfounded leave every view at once, and the warehouse after a year (`CADRE_KEEP_UNFOUNDED`).

**When it fails**: run it again; it deletes what is due, and nothing twice.
""",
):

    @task
    def expire(*, dag_run=None) -> int:
        from cadre_cloud import upkeep  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        day = business_day(dag_run.conf, dag_run.run_after)
        with step("upkeep", day, "expire"):
            upkeep.keep_notes(day)
            files = upkeep.expire_landed(day) + upkeep.remove_leftovers(day)
            return files + upkeep.remove_officials(day) + upkeep.remove_unfounded(day)

    expire()
