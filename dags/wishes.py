"""Wishes: what engineers ask for on the Feeds page is carried out, and alerts follow what reviewers decide."""

from airflow.sdk import DAG, CronTriggerTimetable, task

from cadre_cloud import settings

with DAG(
    dag_id="wishes",
    description="Carry out what engineers asked for on the Feeds page, and have alerts follow what reviewers decided",
    schedule=None if settings.is_rehearsal() else CronTriggerTimetable("25 * * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Wishes

The Feeds page triggers it when somebody has asked for something, and it takes from the ledger (`ledger.wish`) all that waits; the
hourly run is for a trigger that was lost. It does what `make held` and `make quarantine` do, under the name of whoever asked.
Within five minutes of decisions on the Review page it brings the alerts up to them.

**When it fails**: run it again; what was done is not done twice.
""",
):

    @task
    def carry_out(*, dag_run=None) -> int:
        from cadre_cloud.commands.wishes import carry_out as run  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        with step("wishes", business_day(dag_run.conf, dag_run.run_after), "carry_out"):
            return run()

    carry_out()
