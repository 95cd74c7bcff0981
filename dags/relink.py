"""Relink: what the linker says otherwise of all that is landed and held, a mapped task a resource, so that workers share it."""

from airflow.sdk import DAG, Param, task

from cadre_cloud import contracts, settings

with DAG(
    dag_id="relink",
    description="Judge whose each landed record is again, show what is said otherwise, and have it take over",
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={"apply": Param(False, type="boolean", description="what is said now takes over")},
    tags=["cadre"],
    default_args={"owner": "data engineers", **settings.TRIES},
    doc_md="""
### Relink

For a new version of the linker: trigger it, and read in the log of each resource's `judge_again` how many pairs would be said
otherwise, by what was and is said of them; `follow_up` returns how many those are in all, and nothing is written. Trigger it with
`apply` and it takes over, and the alerts follow. What a person decided is not touched. A task judges one resource, from what is
landed and the roster alone, so it takes as long as the largest resource where there are workers enough. `make relink` does the
same one resource after the other, and writes the pairs into a file for a reviewer.

**When it fails**: run it again; what took over says nothing new.
""",
):

    @task(map_index_template="{{ task.op_kwargs['resource'] }}")
    def judge_again(resource: str, *, params=None, dag_run=None) -> int:
        """Gives how many pairs are said otherwise."""
        from cadre_cloud.commands import relink  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        with step("relink", business_day(dag_run.conf, dag_run.run_after), resource):
            found = relink.judge_again([contracts.named(resource)], apply=params["apply"])
            relink.show_summary(found, apply=params["apply"])
            return len(found)

    @task
    def follow_up(found: list[int], *, params=None, dag_run=None) -> int:
        """Gives how many pairs are said otherwise of all resources."""
        from cadre_cloud.commands.common import follow_up as run  # noqa: PLC0415
        from cadre_cloud.steps import business_day, step  # noqa: PLC0415

        with step("relink", business_day(dag_run.conf, dag_run.run_after), "follow_up"):
            if params["apply"]:
                run()
            return sum(found)

    follow_up(judge_again.expand(resource=[contract.resource for contract in contracts.linked()]))
