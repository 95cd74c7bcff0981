"""Mail: digests to supervisors and data engineers, rendered and committed first, then sent; and what came back of others."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable, TriggerRule, task

from cadre_cloud import settings

ALERTED = Asset("cadre://alerted", group="mart")
HOURLY = CronTriggerTimetable("15 10-20 * * *", timezone="Asia/Shanghai")  # what waits for a mail server is tried again

with DAG(
    dag_id="mail",
    description="Send each supervisor and data engineer one digest of what is new",
    schedule=ALERTED if settings.is_rehearsal() else AssetOrTimeSchedule(timetable=HOURLY, assets=ALERTED),
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Mail

`bounces` notes which mails came back; `render` writes digests to the outbox (`mail.message`); `send` sends what is to be sent
there by the connection `smtp_default`, also where one of the others failed.

**When it fails**: nothing is lost. What the mail server did not take goes out with the next run; the log of `send` has one cause
an address. `docs/operate.md` says how to look into the outbox.
""",
):

    @task
    def bounces(*, dag_run=None) -> int:
        from cadre_cloud.mail.bounces import read as run  # noqa: PLC0415
        from cadre_cloud.publication import alert_day  # noqa: PLC0415
        from cadre_cloud.steps import step  # noqa: PLC0415

        with step("mail", alert_day(dag_run.conf, dag_run.run_type, dag_run.run_after), "bounces"):
            return run()

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def render(*, dag_run=None) -> int:
        from cadre_cloud.mail.digest import render as run  # noqa: PLC0415
        from cadre_cloud.publication import alert_day  # noqa: PLC0415
        from cadre_cloud.steps import step  # noqa: PLC0415

        day = alert_day(dag_run.conf, dag_run.run_type, dag_run.run_after)
        with step("mail", day, "render"):
            return run(day)

    # The bound is for a server that holds on to each mail a little less long than its connection's timeout.
    @task(trigger_rule=TriggerRule.ALL_DONE, execution_timeout=timedelta(hours=1))
    def send(*, dag_run=None) -> int:
        from cadre_cloud.mail.outbox import send as run  # noqa: PLC0415
        from cadre_cloud.publication import alert_day  # noqa: PLC0415
        from cadre_cloud.steps import step  # noqa: PLC0415

        day = alert_day(dag_run.conf, dag_run.run_type, dag_run.run_after)
        with step("mail", day, "send"):
            return run(day)

    coming_back, rendering, sending = bounces(), render(), send()
    coming_back >> rendering >> sending
    [coming_back, rendering, sending] >> EmptyOperator(task_id="verdict")
