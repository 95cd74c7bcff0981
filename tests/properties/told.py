"""Telling a warehouse things through the functions that the pipe itself uses, and what a plain state makes of the same."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa
from plain_log import ENDED, Known, State

from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import links, versions
from cadre_cloud.warehouse.acts import Refused
from cadre_cloud.warehouse.connection import Warehouse, stage
from cadre_cloud.warehouse.decisions import Decision, decide
from transforms.link import STATEMENT

ONE_DAY = timedelta(days=1)
Time = tuple[date | None, date | None]


class File(NamedTuple):
    """A core table, how it names a row, where it says something, what else a row wants, and when it is true, if that is fixed."""

    table: str
    key: str
    value: str
    usual: Mapping[str, Any] = MappingProxyType({})
    time: Time = (None, None)


FILES = {
    "unit": File("unit", "unit_code", "name", {"region_code": "529900"}),
    "cadre": File("cadre", "cadre_no", "name", {"sex": "male", "born_on": "198001", "unit_code": "U1", "post_title": "科长"}),
    "appointment": File("appointment", "appointment_no", "post_title", {"unit_code": "U1"}),
    "education": File("education", "education_no", "school", {"level": "21"}),
    "relative": File("family", "family_no", "name", {"relation": "子", "employer": "某厂"}),
    "assessment": File("assessment", "source_key", "grade", {"year": 2025}, (date(2025, 1, 1), date(2025, 12, 31))),
    "training": File(
        "training", "source_key", "class_name", {"class_no": "P", "kind": "special", "started_on": date(2025, 3, 3)},
        (date(2025, 3, 3), None),
    ),
    "archive": File("archive", "archive_no", "audit_result"),
    "objective": File(
        "objective", "source_key", "title",
        {"period": date(2026, 5, 1), "unit_code": "U1", "field": "projects", "weight": 9, "target": 99},
        (date(2026, 5, 1), date(2026, 5, 31)),
    ),
    "form": File("form_reading", "form_no", "method", {"candidates": "{}", "is_latest": False, "name": "某某", "unread": "{}"}),
}  # fmt: skip
_DATED = ("unit", "appointment", "education", "relative")
_RECORD = File("record", "source_key", "summary", {"resource": "court", "detail": "{}"})
_MENTIONS = pa.schema([("source_key", pa.string()), ("mention_no", pa.int32()), ("subject", pa.string())])
_LINKED = """
select source_key, cadre_no, array_agg(link_no order by link_no) as links from core.link
where known_to is null and verdict = 'same' group by source_key, cadre_no"""
_RAISE = """
insert into core.alert (alert_no, rule, rule_version, cadre_no, matter, severity, state, title, title_en, explanation,
                        explanation_en, basis, effective_from, effective_until, evidence, raised_at)
values (%(no)s, 'r', 1, %(cadre)s, %(no)s, 'notice', %(state)s, '', '', '', '', '', %(begins)s, %(until)s, '[]', %(at)s)
on conflict (alert_no) do update
set (state, effective_from, effective_until) = (excluded.state, excluded.effective_from, excluded.effective_until)"""
_HAPPENED = """
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'updated', %(from)s, state, %(at)s, 'w', 'y', to_jsonb(a) from core.alert a where alert_no = %(no)s"""


class Told:
    """A warehouse inside a transaction, and beside it what it was told, by plain rules."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse
        self._files: State = {}
        self._records: dict[str, Known] = {}
        self._linked: dict[tuple[str, str], tuple[int, ...]] = {}
        self._resumes: dict[str, list[str]] = {}
        self._alerts: State = {}
        self._types = {file.table: versions.column_types(warehouse, file.table) for file in [*FILES.values(), _RECORD]}

    @property
    def state(self) -> State:
        """What is known now."""
        records = {
            ("record", f"court|{key}", cadre): self._records[key]._replace(links=numbers)
            for (key, cadre), numbers in self._linked.items()
            if key in self._records
        }
        resumes: State = {("spell", cadre, cadre): Known("|".join(texts)) for cadre, texts in self._resumes.items() if texts}
        return {**self._files, **records, **resumes, **self._alerts}

    def file(
        self, at: datetime, name: str, key: str, cadre: str | None, value: str, time: tuple[date | None, date | None]
    ) -> None:
        """A row of a file says something, of an official."""
        begins, ends = time if name in _DATED else FILES[name].time
        row = {"cadre_no": cadre, "valid_from": begins, "valid_to": ends}
        if name == "appointment":
            row |= {"started_on": begins or date(1990, 1, 1), "ended_on": ends}
        if name == "objective":
            row |= {"objective_no": key}
        self._write(FILES[name], key, value, row, at)
        self._forget(name, key)
        self._files[name, key, cadre] = Known(value, begins, ends)

    def gone(self, at: datetime, name: str, key: str, day: date) -> None:
        """A row leaves the snapshot."""
        self._close(FILES[name], key, day, at)
        for thing, known in self._files.items():
            if thing[:2] == (name, key) and not known.left:
                self._files[thing] = known._replace(left=day)

    def unheld(self, at: datetime, name: str, key: str) -> None:
        """A row is not held any more."""
        self._stage("gone", FILES[name], [{FILES[name].key: key}])
        versions.end(self.warehouse, FILES[name].table, [FILES[name].key], at)
        self._forget(name, key)

    def record(self, at: datetime, key: str, value: str, time: Time) -> None:
        """A department says something, until the day that ends it."""
        begins, ends = time
        self._write(_RECORD, key, value, {"valid_from": begins, "valid_to": ends}, at)
        self._records[key] = Known(value, begins, ends and ends - ONE_DAY)

    def record_gone(self, at: datetime, key: str, day: date) -> None:
        """And says so no longer."""
        self._close(_RECORD, key, day, at)
        if key in self._records and not self._records[key].left:
            self._records[key] = self._records[key]._replace(left=day)

    def link(self, at: datetime, key: str, said: dict[str, str], method: str) -> None:
        """The machine says of each person in a record who it is or may be."""
        judged = [{"source_key": key, "mention_no": 1, "subject": "self"}]
        place = {"source_key": key, "mention_no": 1, "method": method}
        stated = [{**place, "cadre_no": cadre, "verdict": verdict} for cadre, verdict in said.items()]
        links.write(
            self.warehouse, "court", pa.Table.from_pylist(judged, schema=_MENTIONS),
            pa.Table.from_pylist(stated, schema=STATEMENT), links.PAIR.empty_table(), at, "d",
        )  # fmt: skip
        self._look_at_links()

    def decide(self, at: datetime, key: str, cadre: str, verdict: str) -> None:
        """A person says whether it is an official, if that is asked."""
        try:
            decide(self.warehouse, Decision("court", key, 1, cadre, verdict, "somebody", "why"), at)
        except Refused:
            return
        self._look_at_links()

    def resume(self, at: datetime, cadre: str, texts: list[str]) -> None:
        """An official's résumé is this."""
        types = {"cadre_no": "text", "spell_no": "integer", "raw": "text", "is_within": "boolean", "confidence": "text"}
        usual = {"cadre_no": cadre, "is_within": False, "confidence": "unread"}
        rows = [{**usual, "spell_no": number, "raw": raw} for number, raw in enumerate(texts)]
        schema = pa.schema(
            [
                *(
                    (name, pa.int32() if name == "spell_no" else pa.bool_() if name == "is_within" else pa.string())
                    for name in types
                )
            ]
        )
        stage(self.warehouse, "incoming", pa.Table.from_pylist(rows, schema=schema), types)
        versions.write(self.warehouse, "spell", ["cadre_no", "spell_no"], list(types), at, "d")
        over = range(len(texts), len(self._resumes.get(cadre, [])))
        gone = pa.table({"cadre_no": pa.array([cadre for _ in over], pa.string()), "spell_no": pa.array(list(over), pa.int32())})
        stage(self.warehouse, "gone", gone, {"cadre_no": "text", "spell_no": "integer"})
        versions.end(self.warehouse, "spell", ["cadre_no", "spell_no"], at)
        self._resumes[cadre] = texts

    def alert(self, at: datetime, number: str, state: str, time: Time) -> None:
        """An alert comes into a state."""
        thing = ("alert", number, "C1")
        before = self._alerts[thing].value if thing in self._alerts else None
        if before == state or (before is None and state == "unfounded"):
            return
        begins, until = time
        values = {"no": number, "cadre": "C1", "state": state, "begins": begins, "until": until, "at": at, "from": before}
        self.warehouse.execute(_RAISE, values)
        self.warehouse.execute(_HAPPENED, values)
        ended = at.astimezone(SHANGHAI).date() if state in ENDED else None
        last = until or ended
        self._alerts[thing] = Known(state, begins, last and last - ONE_DAY)

    def _write(self, file: File, key: str, value: str, row: dict[str, Any], at: datetime) -> None:
        types = self._types[file.table]
        row = {name: said for name, said in {"original": "{}", **file.usual, **row, file.key: key}.items() if name in types}
        self._stage("incoming", file, [row | {file.value: value}])
        keys = ["resource", "source_key"] if file is _RECORD else [file.key]
        versions.write(self.warehouse, file.table, keys, [*row, file.value], at, "d")

    def _close(self, file: File, key: str, day: date, at: datetime) -> None:
        types = self._types[file.table]
        keys = {"resource": "court", "source_key": key} if file is _RECORD else {file.key: key}
        self._stage("gone", file, [keys])
        unsaid = ("valid_to", "left_on", "known_from", "known_to", "delivery_id", "version_no", "record_no")
        columns = [name for name in types if name not in unsaid]
        versions.close(self.warehouse, file.table, list(keys), columns, day, at, "d")

    def _stage(self, name: str, file: File, rows: list[dict[str, Any]]) -> None:
        values = {column: [None if row[column] is None else str(row[column]) for row in rows] for column in rows[0]}
        table = pa.table({column: pa.array(texts, pa.string()) for column, texts in values.items()})
        stage(self.warehouse, name, table, {column: self._types[file.table][column] for column in rows[0]})

    def _forget(self, name: str, key: str) -> None:
        self._files = {thing: known for thing, known in self._files.items() if thing[:2] != (name, key)}

    def _look_at_links(self) -> None:
        rows = self.warehouse.execute(_LINKED).fetchall()
        self._linked = {(row["source_key"], row["cadre_no"]): tuple(row["links"]) for row in rows}
