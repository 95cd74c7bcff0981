"""Mail: digests to supervisors and data engineers, rendered and committed first, then sent."""

from airflow.sdk import DAG, Asset, task

from cadre_cloud import settings

ALERTED = Asset("cadre://alerted", group="mart")

with DAG(
    dag_id="mail",
    description="Send each supervisor and data engineer one digest of what is new",
    schedule=ALERTED,
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Mail

`render` writes digests to the outbox (`mail.message`); `send` sends what is pending there by the connection `smtp_default`.

**When it fails**: nothing is lost. What was not taken by the mail server is pending and goes out with the next run.
""",
):

    @task
    def render(*, dag_run=None) -> int:
        from cadre_cloud.mail.digest import render as run  # noqa: PLC0415
        from cadre_cloud.publication import alert_day  # noqa: PLC0415

        return run(alert_day(dag_run.conf, dag_run.run_type, dag_run.run_after))

    @task
    def send() -> int:
        from cadre_cloud.mail.outbox import send as run  # noqa: PLC0415

        return run()

    render() >> send()
