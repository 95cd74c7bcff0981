"""Alerts: the rules over what is published, at each publication and at least once a day, as periods end by themselves."""

from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, task

from cadre_cloud import settings

PUBLISHED = Asset("cadre://published", group="mart")
ALERTED = Asset("cadre://alerted", group="mart")
DAILY = CronTriggerTimetable("45 9 * * *", timezone="Asia/Shanghai")

with DAG(
    dag_id="alerts",
    description="Raise, update, expire and retract alerts",
    schedule=PUBLISHED if settings.is_rehearsal() else AssetOrTimeSchedule(timetable=DAILY, assets=PUBLISHED),
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Alerts

Runs every rule of `sql/rules/` over what is published and writes the difference to what stands. A second run writes nothing.
Then it reckons what hangs on the links that wait for a person (`mart.link_review.urgency`).

**When it fails**: the log names the rule; nothing was written, and running it again is safe.
""",
):

    @task(outlets=[ALERTED])
    def evaluate(*, dag_run=None) -> dict[str, int]:
        from cadre_cloud.alerts.evaluation import evaluate as run  # noqa: PLC0415
        from cadre_cloud.alerts.stakes import weigh  # noqa: PLC0415
        from cadre_cloud.publication import alert_day  # noqa: PLC0415
        from cadre_cloud.steps import step  # noqa: PLC0415

        day = alert_day(dag_run.conf, dag_run.run_type, dag_run.run_after)
        with step("alerts", day, "evaluate"):
            counts = run(day)
            weigh(day)
            return counts

    evaluate()
