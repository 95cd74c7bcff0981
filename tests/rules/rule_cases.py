"""Cases of a rule: facts about officials, written into the core as the feeds would, and the alerts that stand day by day.

- usual: first of a file, the resource and the particulars that go without saying in its cases, and those of `files` by table
- case: what it shows
  files:   {assessment: [{cadre: A, year: 2025, …}, …]}, rows of the officials' own files by core table, `cadre` among them; a key
           that comes again is the row before it, changed, with `day` and `left` as of records
  records: each `{day: known from, cadre: A, …}` with the resource's particulars; `same: true` is the record before it, changed;
           `left: true` says that it left the snapshot; `key` names it; `subject`, `verdict` and `method` of the link go without
           saying; `cadre: [A, B]` are two mentions
  office:  {A: {day: left office}}, with `known` where we learnt it later
  unlink:  {day: A}, the links of A's records are withdrawn; `link` puts them back; `confirm` and `deny`: a person says so
  review:  {day: A}, A's alerts are being verified
  on:      {day: [every alert of the rule that there is]}
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import file_facts
import psycopg
import yaml
from homes import Home
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from cadre_cloud import contracts
from cadre_cloud.warehouse.connection import known_at
from transforms.contract import Contract

FOLDER = Path(__file__).parent
ABOUT = {"day", "cadre", "same", "left", "key", "subject", "verdict", "method"}
WORDS = {"case", "records", "files", "office", "unlink", "link", "confirm", "deny", "review", "on"}
VERDICTS = {  # what each word says of the links, and who says it
    "unlink": ("withdrawn", "machine"),
    "link": ("same", "machine"),
    "confirm": ("same", "reviewer"),
    "deny": ("different", "reviewer"),
}

# What is append-only can be emptied by a superuser alone who puts the triggers aside.
_EMPTY = """
set session_replication_role = replica;
truncate core.alert_event, core.unfounded, core.alert, core.record, core.link, core.link_decision, core.link_label,
         core.link_sample, core.cadre, core.appointment, core.assessment, core.training, core.archive, core.objective,
         core.declaration, mail.alert_told;
reset session_replication_role"""
_RECORD = """
insert into core.record (resource, source_key, occurred_on, status, summary, detail, original, valid_from, valid_to, left_on,
                         known_from, delivery_id)
values (%(resource)s, %(source_key)s, %(occurred_on)s, %(status)s, '', %(detail)s, '{}', %(valid_from)s, %(valid_to)s,
        %(left_on)s, %(at)s, 'd')"""
_LINK = """
insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from)
values (%(resource)s, %(source_key)s, %(mention_no)s, %(subject)s, %(cadre)s, %(verdict)s, %(method)s, %(decided_by)s, %(at)s)"""
_REVIEW = """
with moved as (update core.alert set state = 'verifying' where cadre_no = %(cadre)s returning *)
insert into core.alert_event (alert_no, kind, from_state, to_state, at, by, why, alert)
select alert_no, 'updated', 'new', state, %(at)s, 'reviewer', 'it is looked into', to_jsonb(moved) from moved"""


@dataclass(frozen=True)
class Case:
    """One case of a rule."""

    rule: str
    usual: dict[str, Any]
    words: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.rule}: {self.words['case']}"

    @property
    def days(self) -> list[date]:
        return sorted(self.words["on"])

    @property
    def alerts_on(self) -> dict[date, list[dict[str, Any]]]:
        return self.words["on"]

    @cached_property
    def contract(self) -> Contract:
        return contracts.named(self.usual["resource"])


def every_case() -> list[Case]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        first, *cases = _read(path)
        found += [Case(path.stem, first["usual"], words) for words in cases]
    for case in found:
        assert set(case.words) <= WORDS, f"{case.name}: unknown words {set(case.words) - WORDS}"
    return found


def _read(path: Path) -> list[dict[str, Any]]:
    """The cases of a file; `on` is a word here, which YAML takes for true."""
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [{("on" if word is True else word): said for word, said in case.items()} for case in cases]


class Facts:
    """A case's facts on their way into the core, in the order of the days on which they became known."""

    def __init__(self, home: Home, case: Case) -> None:
        self._case = case
        self._owner = psycopg.connect(home.owner, autocommit=True, row_factory=dict_row)
        self._told: date | None = None
        self._records = list(_keyed(case.words.get("records", [])))
        self._owner.execute(_EMPTY)
        self._files = list(file_facts.told(case.words.get("files", {}), case.usual.get("files", {}), case.days[0]))
        cadres = {cadre for record in self._records for cadre in record["cadre"]} | set(case.words.get("office", {}))
        cadres |= {row["cadre_no"] for _, _, _, row in self._files}
        self._cadres = {cadre: file_facts.CADRE | {"cadre_no": cadre, "name": cadre, "status": "1"} for cadre in sorted(cadres)}
        for cadre in self._cadres:
            self._write_cadre(cadre, date(2002, 7, 1), valid_from=date(2002, 7, 1))

    def __enter__(self) -> "Facts":
        return self

    def __exit__(self, *_: object) -> None:
        self._owner.close()

    def tell(self, day: date) -> None:
        """Write what became known up to a day and has not been written."""
        for record in self._records:
            if self._is_news(record.get("day", self._case.days[0]), day):
                self._write(record)
        for known, table, key, row in self._files:
            if self._is_news(known, day) and table == "cadre":
                self._write_cadre(row["cadre_no"], known, **{name: value for name, value in row.items() if name != "left_on"})
            elif self._is_news(known, day):
                file_facts.write(self._owner, table, key, row, known)
        for cadre, left in self._case.words.get("office", {}).items():
            ((left_on, known),) = [(day_, (said or {}).get("known", day_)) for day_, said in left.items()]
            if self._is_news(known, day):
                self._write_cadre(cadre, known, status="2", valid_from=left_on)
        for word, (verdict, decided_by) in VERDICTS.items():
            for known, cadre in self._case.words.get(word, {}).items():
                if self._is_news(known, day):
                    self._judge(cadre, verdict, decided_by, known)
        for known, cadre in self._case.words.get("review", {}).items():
            if self._is_news(known, day):
                self._owner.execute(_REVIEW, {"cadre": cadre, "at": known_at(known)})
        self._told = day

    def _is_news(self, known: date, day: date) -> bool:
        return known <= day and (self._told is None or known > self._told)

    def _write_cadre(self, cadre: str, known: date, **said: Any) -> None:
        self._cadres[cadre] |= said
        file_facts.write(self._owner, "cadre", "cadre_no", self._cadres[cadre], known)

    def _write(self, record: dict[str, Any]) -> None:
        contract, day = self._case.contract, record.get("day", self._case.days[0])
        particulars = self._case.usual | {name: value for name, value in record.items() if name not in ABOUT}
        particulars = {name: value for name, value in particulars.items() if name not in ("resource", "files")}
        unknown = set(particulars) - set(contract.record.detail) - {contract.record.status}
        assert not unknown, f"{self._case.name}: no particulars of {contract.resource}: {unknown}"
        ended = day if record.get("left") else None
        status = particulars.get(contract.record.status)
        row = {
            "resource": contract.resource,
            "source_key": record["key"],
            "occurred_on": particulars[contract.record.occurred_on],
            "status": None if status is None else str(status),
            "detail": Jsonb({name: _json(value) for name, value in _named(contract, record["key"], particulars).items()}),
            "valid_from": particulars[contract.record.valid.from_],
            "valid_to": (particulars.get(contract.record.valid.to) if contract.record.valid.to else None) or ended,
            "left_on": ended,
            "subject": record.get("subject", "self"),
            "verdict": record.get("verdict", "same"),
            "method": record.get("method", "full_id"),
            "decided_by": "machine",
            "at": known_at(day),
        }
        key = "resource = %(resource)s and source_key = %(source_key)s and known_to is null"
        self._owner.execute(f"update core.record set known_to = %(at)s where {key}", row)
        self._owner.execute(_RECORD, row)
        if not record.get("same"):
            for mention_no, cadre in enumerate(record["cadre"], start=1):
                self._owner.execute(_LINK, row | {"cadre": cadre, "mention_no": mention_no})

    def _judge(self, cadre: str, verdict: str, decided_by: str, day: date) -> None:
        ended = "update core.link set known_to = %s where cadre_no = %s and known_to is null returning *"
        for row in self._owner.execute(ended, [known_at(day), cadre]).fetchall():
            values = {"cadre": cadre, "verdict": verdict, "decided_by": decided_by, "at": known_at(day)}
            self._owner.execute(_LINK, row | values)


def _keyed(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each record with its key and cadre, those of the one before it where it is the same."""
    keyed: list[dict[str, Any]] = []
    for number, record in enumerate(records, start=1):
        if record.get("same"):
            before = next(r for r in reversed(keyed) if str(record.get("key", r["key"])) == r["key"])
            left = {name: value for name, value in before.items() if name not in ("day", "left")}
            keyed.append({**left, **record, "key": before["key"]})
        else:
            cadres = record["cadre"] if isinstance(record["cadre"], list) else [record["cadre"]]
            keyed.append({**record, "cadre": cadres, "key": str(record.get("key", f"〔2026〕{number}号"))})
    return keyed


def _named(contract: Contract, key: str, particulars: dict[str, Any]) -> dict[str, Any]:
    """All particulars of a record, those that nobody told as null."""
    return dict.fromkeys(contract.record.detail) | {contract.key[0]: key.split("|", maxsplit=1)[0]} | particulars


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
