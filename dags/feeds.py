"""One DAG a contract: extract, check, load, settle. A department is added by a contract in `feeds/`, never here."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, AssetAlias, CronTriggerTimetable, TriggerRule, get_parsing_context, task
from airflow.sdk.exceptions import AirflowRescheduleException
from airflow.sdk.timezone import utcnow

from cadre_cloud import contracts, settings
from transforms.contract import Contract

DAY_SETTLED = Asset("cadre://day_settled", group="cadre")


def feed(contract: Contract) -> DAG:
    """The DAG of one contract."""
    resource = contract.resource
    # A feed that is new, be it at noon, begins with the day whose hour is over, as one does that was missed.
    timetable = CronTriggerTimetable(contract.schedule, timezone="Asia/Shanghai", run_immediately=True)
    landed, loaded = (Asset(f"cadre://{room}/{resource}", group=room) for room in ("landing", "core"))
    with DAG(
        dag_id=f"feed_{resource}",
        dag_display_name=f"{resource} {contract.title}",
        description=f"{contract.title}, {contract.department}" + ("" if contract.is_on else " (off: no legal basis)"),
        schedule=timetable if contract.is_on and not settings.is_rehearsal() else None,
        catchup=False,
        max_active_runs=1,
        tags=["feed", contract.department, f"impact:{contract.impact}", *([] if contract.is_on else ["off"])],
        default_args={"owner": contract.owner, **settings.TRIES},
        doc_md=run_book(contract),
    ) as dag:
        # Others load behind the roster and the department's own files: these go first, so that fewer have to come again.
        priority = 100 if contract.makes_roster else 10 if contract.table else 1
        # Of a task that is rescheduled the scheduler may take the first end for its last; that costs a try.
        rescheduled = settings.TRIES["retries"] + 2

        @task(outlets=[landed], priority_weight=priority, retries=rescheduled, execution_timeout=timedelta(hours=2))
        def extract(*, dag_run=None) -> list[str]:
            from cadre_cloud.feed.extract import extract as run  # noqa: PLC0415
            from cadre_cloud.steps import business_day, step  # noqa: PLC0415

            day = business_day(dag_run.conf, dag_run.run_after)
            with step(resource, day, "extract", dag_run.start_date + settings.source_wait()):
                return run(contracts.named(resource), day, dag_run.run_id)

        @task(inlets=[landed], priority_weight=priority)
        def check(*, dag_run=None) -> list[str]:
            from cadre_cloud.feed.check import check as run  # noqa: PLC0415
            from cadre_cloud.steps import business_day, step  # noqa: PLC0415

            day = business_day(dag_run.conf, dag_run.run_after)
            with step(resource, day, "check"):
                return run(contracts.named(resource), day)

        # It reads a changes feed again when somebody joins the roster.
        @task(outlets=[loaded], priority_weight=priority, retries=rescheduled)
        def load(*, dag_run=None) -> None:
            from cadre_cloud.feed.load import load as run  # noqa: PLC0415
            from cadre_cloud.feed.settle import roster_for  # noqa: PLC0415
            from cadre_cloud.steps import business_day, step  # noqa: PLC0415

            day = business_day(dag_run.conf, dag_run.run_after)
            with step(resource, day, "load", dag_run.start_date + settings.source_wait()):
                wait, roster_day = roster_for(contracts.named(resource), day)
                if not wait:
                    run(contracts.named(resource), day, roster_day)
            if wait:
                raise AirflowRescheduleException(utcnow() + timedelta(seconds=10 if settings.is_rehearsal() else 30))

        @task(trigger_rule=TriggerRule.ALL_DONE, inlets=[loaded], outlets=[AssetAlias("day")], priority_weight=priority)
        def settle(*, dag_run=None, outlet_events=None) -> None:
            from cadre_cloud.feed.settle import settle as run  # noqa: PLC0415
            from cadre_cloud.steps import business_day, step  # noqa: PLC0415

            day = business_day(dag_run.conf, dag_run.run_after)
            with step(resource, day, "settle"):
                # What a backfill brings is published with the next day, and not day by day.
                if run(contracts.named(resource), day, dag_run.run_id) and dag_run.run_type != "backfill":
                    outlet_events[AssetAlias("day")].add(DAY_SETTLED, extra={"day": day.isoformat()})

        loading, settling = load(), settle()
        extract() >> check() >> loading >> settling
        [loading, settling] >> EmptyOperator(task_id="verdict")
    return dag


def run_book(contract: Contract) -> str:
    """What a data engineer reads beside a DAG: what it is, and what to do when it fails."""
    basis = contract.legal_basis or "none: the feed is off until its contract names one"
    return f"""
### {contract.title}

**From** {contract.department}, {contract.owner} · **for** {contract.purpose} · **impact** {contract.impact}
**Legal basis** {basis}

{contract.runbook}

**When it fails.** `extract`: the source refused, or did not deliver however often it was asked again; the log has one cause, and
running the DAG again for the day is safe. `check`: see `mart.delivery` for a held delivery and `mart.quarantine` for refused
rows, each with its reason, and `docs/operate.md` for their way back: rows are released under a mended contract, a delivery is
accepted once or rejected. `load`: nothing of the delivery is in the warehouse; run it again. `settle` writes the day's outcome
whatever happened, so the day goes on without this feed, on its last good state.
Stale after {contract.late_after.days} days: the data engineers are told once.
"""


class BrokenContracts(DAG):
    """Stands for contracts that cannot be read: an import error that names their files, while the others load."""

    def validate(self) -> None:
        """Refuse to be bagged."""
        raise contracts.ContractError(self.doc_md)


only = get_parsing_context().dag_id  # inside a task's process: build that one DAG alone
broken = []
for path in contracts.paths():
    if only in (None, f"feed_{path.stem}"):
        try:
            globals()[f"feed_{path.stem}"] = feed(contracts.read(path))
        except contracts.ContractError as error:
            broken.append(str(error))
if broken:
    broken_contracts = BrokenContracts("broken_contracts", schedule=None, doc_md="\n".join(broken))
