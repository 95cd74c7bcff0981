"""The ledger: what came, what became of it, and how each resource's day ended."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from cadre_cloud.warehouse.connection import Warehouse

Row = dict[str, Any]


@dataclass(frozen=True)
class Finding:
    """What came of one expectation: figures, never a value of a row. `asked` is the suite's own words, parameters filled in."""

    expectation: str
    column: str | None
    severity: str
    success: bool
    observed: float | None
    unexpected_share: float | None
    asked: dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """What stands of a resource: its last loaded delivery, that one's index, and how far the roster was searched for.

    Of a delivery that is only checked there is no index yet.
    """

    delivery_id: str
    sha256: str
    received: int
    day: date
    snapshot_on: date | None
    contract: str
    index_file: str = ""
    duckdb: str = ""
    roster_version: int = 0


def take_turns(warehouse: Warehouse, resource: str) -> None:
    """Until the connection ends, nobody else extracts, checks or loads this resource, of whatever day. Commits."""
    warehouse.execute("select pg_advisory_lock(hashtext('cadre feed'), hashtext(%s))", [resource])
    warehouse.commit()


def lock_resource(warehouse: Warehouse, resource: str) -> None:
    """Until the transaction ends, nobody else loads this resource or decides on its links; taken after `take_turns`."""
    warehouse.execute("select pg_advisory_xact_lock(hashtext('cadre load'), hashtext(%s))", [resource])


def standing(warehouse: Warehouse, resource: str) -> Standing | None:
    """What stands of a resource, none before its first load."""
    row = warehouse.execute(
        "select s.delivery_id, d.sha256, d.received, s.day, s.snapshot_on, s.index_file, s.contract, s.duckdb, s.roster_version "
        "from ledger.standing s join ledger.delivery d using (delivery_id) where s.resource = %s",
        [resource],
    ).fetchone()
    return Standing(**row) if row else None


def set_standing(warehouse: Warehouse, delivery: Row, day: date, index: Row, version: int) -> None:
    """A delivery was loaded: it is what stands now.

    `index` says where its index lies (`index_file`) and what it was made under (`contract`, `duckdb`); `version` is the
    roster that was searched for, which only the first load sets.
    """
    warehouse.execute(
        "insert into ledger.standing (resource, delivery_id, day, snapshot_on, index_file, contract, duckdb, roster_version) "
        "values (%(resource)s, %(delivery_id)s, %(day)s, %(snapshot_on)s, %(index_file)s, %(contract)s, %(duckdb)s, %(version)s) "
        "on conflict (resource) do update set delivery_id = excluded.delivery_id, day = greatest(standing.day, excluded.day), "
        "snapshot_on = excluded.snapshot_on, index_file = excluded.index_file, contract = excluded.contract, "
        "duckdb = excluded.duckdb",
        {**delivery, **index, "day": day, "version": version},
    )


def set_index(warehouse: Warehouse, resource: str, index_file: str, duckdb: str) -> None:
    """Rows were released: what stands is compared with this index from now on."""
    warehouse.execute(
        "update ledger.standing set index_file = %s, duckdb = %s where resource = %s", [index_file, duckdb, resource]
    )


def note_repeated(warehouse: Warehouse, delivery: Row) -> None:
    """The same bytes under a later date: what stands speaks of that day now, and what is older than it is out of date."""
    warehouse.execute(
        "update ledger.standing set snapshot_on = greatest(snapshot_on, %(snapshot_on)s) where resource = %(resource)s", delivery
    )


def set_searched(warehouse: Warehouse, resource: str, version: int) -> None:
    """The resource has been searched for everybody on that version of the roster."""
    warehouse.execute("update ledger.standing set roster_version = %s where resource = %s", [version, resource])


def cursor_before(warehouse: Warehouse, resource: str, day: date) -> datetime | None:
    """How far the days before had read; so that one day's pull is the same however often it is run.

    No day can have read beyond its own end: a cursor from a clock that is ahead would hide what comes until then.
    """
    row = warehouse.execute(
        "select max(least(cursor_to, (day + 1)::timestamp at time zone 'Asia/Shanghai')) as cursor_to "
        "from ledger.delivery where resource = %s and day < %s and state = 'loaded'",
        [resource, day],
    ).fetchone()
    return row["cursor_to"] if row else None


def is_known(warehouse: Warehouse, resource: str, file: str, size: int | None, modified_at: datetime | None) -> bool:
    """Whether a file was landed before, alone or with others, judged by name, size and time of modification."""
    row = warehouse.execute(
        "select from ledger.delivery "
        "where resource = %(resource)s and file = %(file)s and bytes = %(bytes)s and modified_at = %(at)s and landing <> '' "
        "union all select from ledger.file f join ledger.delivery d using (delivery_id) "
        "where d.resource = %(resource)s and f.file = %(file)s and f.bytes = %(bytes)s and f.modified_at = %(at)s limit 1",
        {"resource": resource, "file": file, "bytes": size, "at": modified_at},
    ).fetchone()
    return row is not None


def note_files(warehouse: Warehouse, delivery_id: str, files: list[tuple[str, int | None, datetime | None]]) -> None:
    """Note which files make up a delivery: name, size and time of modification."""
    warehouse.cursor().executemany(
        "insert into ledger.file (delivery_id, file, bytes, modified_at) values (%s, %s, %s, %s) "
        "on conflict (delivery_id, file) do update set bytes = excluded.bytes, modified_at = excluded.modified_at",
        [(delivery_id, *file) for file in files],
    )


def is_as_long(warehouse: Warehouse, resource: str, size: int | None) -> bool:
    """Whether something as long as a file was landed of a resource: only then it may be the same bytes."""
    row = warehouse.execute(
        "select from ledger.delivery where resource = %s and bytes = %s and landing <> '' limit 1", [resource, size]
    ).fetchone()
    return row is not None


def is_of_another_file(warehouse: Warehouse, delivery_id: str, file: str) -> bool:
    """Whether the same bytes came under another name."""
    row = warehouse.execute("select file from ledger.delivery where delivery_id = %s", [delivery_id]).fetchone()
    return row is not None and row["file"] != file


def note_landed(warehouse: Warehouse, delivery: Row) -> None:
    """Note a delivery; the same bytes under the same name on the same day are the same delivery.

    `delivery` has the columns of the row, `landed_at` only where that is not now.
    """
    warehouse.execute(
        "insert into ledger.delivery "
        "(delivery_id, resource, day, purpose, file, sha256, bytes, modified_at, snapshot_on, landing, dropped, landed_at) "
        "values (%(delivery_id)s, %(resource)s, %(day)s, %(purpose)s, %(file)s, %(sha256)s, %(bytes)s, %(modified_at)s, "
        "%(snapshot_on)s, %(landing)s, %(dropped)s, coalesce(%(landed_at)s, "
        # By it deliveries are put in order: one that comes later is later, even if the clock was set back.
        "(select greatest(now(), max(landed_at) + interval '1 us') from ledger.delivery "
        "where resource = %(resource)s and day = %(day)s))) "
        "on conflict (resource, day, sha256, purpose, file) where purpose <> 'release' do update "
        "set modified_at = excluded.modified_at, dropped = excluded.dropped",
        {"landed_at": None, **delivery, "dropped": Jsonb(delivery["dropped"])},
    )


def note_not_read(warehouse: Warehouse, delivery: Row) -> None:
    """Note something that came and could not be read: held, and nothing of it landed. It is said once, but of what may pass.

    `delivery` has the columns of the row, `state` and `landed_at` only where they are others than held and now.
    """
    warehouse.execute(
        "insert into ledger.delivery as d "
        "(delivery_id, resource, day, file, sha256, bytes, snapshot_on, landing, state, reason, message, landed_at) "
        "select %(delivery_id)s, %(resource)s, %(day)s, %(file)s, %(sha256)s, 0, %(snapshot_on)s, '', %(state)s, %(reason)s, "
        "%(message)s, coalesce(%(landed_at)s, now()) "
        "where not exists (select from ledger.delivery where resource = %(resource)s and file = %(file)s and landing = '' "
        "and reason = %(reason)s and reason not in ('being_written', 'outdated') and day < %(day)s) "
        "on conflict (delivery_id) do update set state = excluded.state, reason = excluded.reason, message = excluded.message "
        "where d.state <> 'rejected'",
        {"state": "held", "landed_at": None, **delivery},
    )


def outdate_not_read(warehouse: Warehouse, resource: str, day: date) -> list[str]:
    """A day is extracted again: what could not be read then is looked at anew. Returns the ids of what that was."""
    rows = warehouse.execute(
        "update ledger.delivery set state = 'outdated', reason = 'outdated', message = null "
        "where resource = %s and day = %s and landing = '' and state = 'held' returning delivery_id",
        [resource, day],
    ).fetchall()
    return [row["delivery_id"] for row in rows]


def deliveries(warehouse: Warehouse, resource: str, day: date) -> list[Row]:
    """A day's deliveries in the order in which they apply, without what was searched for newcomers or released."""
    return warehouse.execute(
        "select * from ledger.delivery where resource = %s and day = %s and purpose = 'daily' "
        "order by snapshot_on, file, landed_at, delivery_id",
        [resource, day],
    ).fetchall()


def loaded(warehouse: Warehouse, resource: str) -> list[str]:
    """The ids of a resource's deliveries of its own that are loaded and whose bytes are there, the latest first."""
    rows = warehouse.execute(
        "select delivery_id from ledger.delivery where resource = %s and purpose = 'daily' and state = 'loaded' "
        "and expired_at is null order by loaded_at desc",
        [resource],
    )
    return [row["delivery_id"] for row in rows]


def read_again_on(warehouse: Warehouse, resource: str, day: date) -> str | None:
    """The delivery for which a feed was read again for newcomers on a day, none if it was not."""
    row = warehouse.execute(
        "select delivery_id from ledger.delivery where resource = %s and day = %s and purpose = 'search' "
        "order by landed_at desc limit 1",
        [resource, day],
    ).fetchone()
    return row["delivery_id"] if row else None


def delivery(warehouse: Warehouse, delivery_id: str) -> Row:
    """One delivery; KeyError where there is none."""
    row = warehouse.execute("select * from ledger.delivery where delivery_id = %s", [delivery_id]).fetchone()
    if row is None:
        raise KeyError(delivery_id)
    return row


def set_state(warehouse: Warehouse, delivery_id: str, state: str, reason: str | None = None, message: str | None = None) -> None:
    """What became of a delivery as a whole."""
    warehouse.execute(
        "update ledger.delivery set state = %s, reason = %s, message = %s where delivery_id = %s",
        [state, reason, message, delivery_id],
    )


def note_counts(warehouse: Warehouse, delivery_id: str, counts: Row) -> None:
    """Write counts and other columns of a delivery."""
    assignments = ", ".join(f"{name} = %({name})s" for name in sorted(counts))
    warehouse.execute(
        f"update ledger.delivery set {assignments} where delivery_id = %(delivery_id)s",
        {**counts, "delivery_id": delivery_id},
    )


def note_findings(warehouse: Warehouse, delivery_id: str, findings: list[Finding]) -> None:
    """Write what came of a delivery's suite, in place of an earlier run's."""
    warehouse.execute("delete from ledger.quality where delivery_id = %s", [delivery_id])
    warehouse.cursor().executemany(
        "insert into ledger.quality values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                delivery_id,
                position,
                f.expectation,
                f.column,
                f.severity,
                f.success,
                f.observed,
                f.unexpected_share,
                Jsonb(f.asked),
            )
            for position, f in enumerate(findings, start=1)
        ],
    )


def begin(warehouse: Warehouse, resource: str, day: date, run: str | None) -> None:
    """A run is on its way with a resource's day."""
    warehouse.execute(
        "insert into ledger.settlement (resource, day, begun_by) values (%s, %s, %s) "
        "on conflict (resource, day) do update set begun_by = excluded.begun_by",
        [resource, day, run],
    )


def end(warehouse: Warehouse, resource: str, day: date, run: str | None) -> None:
    """A run is not on its way with it any more."""
    warehouse.execute(
        "update ledger.settlement set begun_by = null where resource = %s and day = %s and begun_by = %s", [resource, day, run]
    )


def note_extracted(warehouse: Warehouse, resource: str, day: date) -> None:
    """Everything that a source had for a day that was begun is landed."""
    warehouse.execute(
        "update ledger.settlement set extracted_at = clock_timestamp(), loaded_at = null where resource = %s and day = %s",
        [resource, day],
    )


def note_loaded(warehouse: Warehouse, resource: str, day: date, roster_day: date | None, *, news: bool) -> None:
    """A day's load ended well; `news` says whether it changed anything. `roster_day` is the roster that was searched for."""
    warehouse.execute(
        "update ledger.settlement set loaded_at = clock_timestamp(), has_news = has_news or %s, roster_day = %s "
        "where resource = %s and day = %s",
        [news, roster_day, resource, day],
    )


def note_news(warehouse: Warehouse, resource: str, day: date) -> None:
    """A person changed what a day brought, so that it settles anew."""
    warehouse.execute("update ledger.settlement set has_news = true where resource = %s and day = %s", [resource, day])


def note_judged_again(warehouse: Warehouse, resource: str, day: date) -> None:
    """Whom the records mean that stand as of a day was judged again, as by a new linker."""
    warehouse.execute(
        "update ledger.settlement set judged_at = clock_timestamp() where resource = %s and day = %s", [resource, day]
    )


def note_failure(warehouse: Warehouse, resource: str, day: date, step: str, cause: str, *, is_last: bool) -> None:
    """A step failed; the cause holds no value of a row."""
    warehouse.execute(
        "insert into ledger.failure (resource, day, step, cause, is_last) values (%s, %s, %s, %s, %s)",
        [resource, day, step, cause, is_last],
    )


def note_removal(warehouse: Warehouse, day: date, kind: str, resource: str, things: int, kept: timedelta) -> None:
    """So many files or folders of a resource were deleted, as they are kept for no longer than this; nothing where none was."""
    warehouse.execute(
        "insert into ledger.removal (day, kind, resource, things, kept_days) "
        "select %s, %s, %s, things, %s from cast(%s as integer) as things where things > 0",
        [day, kind, resource, kept.days, things],
    )
