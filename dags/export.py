"""What roles may read, as files for spreadsheets and DuckDB: anew after each publication."""

from airflow.sdk import DAG, Asset, task

from cadre_cloud import settings

PUBLISHED = Asset("cadre://published", group="mart")

with DAG(
    dag_id="export",
    description="Write what roles may read as Parquet and CSV",
    schedule=PUBLISHED,
    catchup=False,
    max_active_runs=1,
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Export

Runs after each publication, for the roles that `CADRE_EXPORT_ROLES` names. Each has a folder a day with every object of schema
`mart` that it may read, with its own rows and columns; a week of them is kept.

**When it fails**: run it again; a folder is there whole or not at all.
""",
):

    @task
    def write(*, dag_run=None) -> int:
        """Returns for how many roles files were written."""
        from cadre_cloud.export import export  # noqa: PLC0415
        from cadre_cloud.publication import last_day  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        day = last_day() or business_day(dag_run.conf, dag_run.run_after)
        with step("export", day, "write"):
            return len([export(role, day) for role in settings.export_roles()])

    write()
