"""Publishing: what is settled becomes what others read, once for each state of the ledger."""

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

from cadre_cloud import settings

DAY_SETTLED = Asset("cadre://day_settled", group="cadre")
PUBLISHED = Asset("cadre://published", group="mart")
CUT_OFF = CronTriggerTimetable("30 9 * * *", timezone="Asia/Shanghai")  # what has settled by then is published without the rest

with DAG(
    dag_id="publish",
    description="Publish what has settled since the last publication",
    schedule=DAY_SETTLED if settings.is_rehearsal() else AssetOrTimeSchedule(timetable=CUT_OFF, assets=DAY_SETTLED),
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Publish

Runs when a business day is complete, and at the daily cut-off. `gate` reads the ledger, never the events, and ends the run
where nothing settled since the last publication. `publish` brings the present of the mart up to date in one transaction.

**When it fails**: run it again; a publication that was not committed never happened.
""",
):

    @task.short_circuit
    def gate(*, dag_run=None) -> bool:
        from cadre_cloud.publication import has_news, settled_day  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        with step("publish", settled_day() or business_day(dag_run.conf, dag_run.run_after), "gate"):
            return has_news()

    @task(outlets=[PUBLISHED])
    def publish(*, dag_run=None) -> None:
        from cadre_cloud.publication import publish as run  # noqa: PLC0415
        from cadre_cloud.publication import settled_day  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        with step("publish", settled_day() or business_day(dag_run.conf, dag_run.run_after), "publish"):
            run()

    gate() >> publish()
