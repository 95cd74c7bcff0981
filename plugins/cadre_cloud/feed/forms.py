"""Forms become what they add to the roster and its files: worked out anew from all of them, and from what others say by now.

What the department's own tables say of an official counts. An official of theirs gets from the last form only what they have
no row of: education, relatives, a résumé. An official whom no table knows is made of forms alone, until one does.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from cadre_cloud.feed import spells
from cadre_cloud.feed.settle import ADDED_TO
from cadre_cloud.storage.vault import vault
from cadre_cloud.warehouse import ledger, roster, versions
from cadre_cloud.warehouse.connection import Warehouse, stage
from transforms.contract import Contract
from transforms.forms import core
from transforms.forms.facts import Facts, facts_of, unread
from transforms.forms.layout import RELATIVES, Texts
from transforms.forms.match import Form, Official, Whose, whose
from transforms.names import match_keys

Row = dict[str, Any]

_FORMS = """
select f.*, d.verdict, d.cadre_no as decided_as
from core.form f
left join lateral (select verdict, cadre_no from core.form_decision d where d.form_no = f.form_no
                   order by decision_no desc limit 1) d on true
where f.known_to is null and (%(form_no)s::text is null or f.form_no = %(form_no)s)
order by (select min(version_no) from core.form o where o.form_no = f.form_no)"""

_ROSTER = """
select c.cadre_no, c.id_lookup, c.sex, c.born_on, c.resume, n.names
from core.cadre c
join lateral (select array_agg(distinct said.name) as names
              from core.cadre o, lateral (values (o.name), (o.former_name)) as said (name)
              where o.cadre_no = c.cadre_no and said.name is not null) n on true
where c.known_to is null and c.delivery_id not in (select delivery_id from ledger.delivery where resource = %s)
order by c.cadre_no"""

_UNITS = """
select distinct unit_code, n.name from core.unit, lateral (values (name), (short_name)) as n (name) where n.name is not null"""

# Officials of whom a table has a row that no form brought.
_HAVE: dict[str, str] = {
    table: f"select distinct cadre_no from core.{table} where known_to is null and left_on is null "
    "and delivery_id not in (select delivery_id from ledger.delivery where resource = %s)"
    for table in ADDED_TO
}

_STALE = """
select distinct s.cadre_no, c.resume from core.spell s left join core.cadre c on c.cadre_no = s.cadre_no and c.known_to is null
where s.known_to is null and s.cadre_no <> all(%s)
  and s.delivery_id in (select delivery_id from ledger.delivery where resource = %s)"""

_SPELLS = """
select cadre_no, spell_no, kind, started_on, ended_on, text, is_within, raw from core.spell
where known_to is null and cadre_no = any(%s) order by cadre_no, spell_no"""

_COUNT = """
update ledger.delivery d set linked = said.linked, review = said.review, nobody = d.mentions - said.linked - said.review,
                             identity = said.identity
from (select o.delivery_id, count(r.cadre_no) as linked, count(r.form_no) - count(r.cadre_no) as review,
             (select coalesce(jsonb_object_agg(by.method, by.forms), '{}')
              from (select case n.method when 'form' then 'full_id' else n.method end as method, count(*) as forms
                    from core.form m join core.form_reading n using (form_no)
                    where m.delivery_id = o.delivery_id and m.known_to is null and n.known_to is null and n.cadre_no is not null
                    group by 1) as by) as identity
      from ledger.delivery o
      left join core.form f on f.delivery_id = o.delivery_id and f.known_to is null
      left join core.form_reading r on r.form_no = f.form_no and r.known_to is null
      where o.day = %s and o.resource = %s and o.state = 'loaded' and o.mentions > 0
      group by o.delivery_id) as said
where said.delivery_id = d.delivery_id"""


@dataclass(frozen=True)
class Read:
    """A form of the core: its row, its texts and what was understood of them."""

    row: Row
    texts: Texts
    facts: Facts

    @property
    def form_no(self) -> str:
        """Its key."""
        return str(self.row["form_no"])


def settle_forms(warehouse: Warehouse, contract: Contract, at: datetime, day: date | None = None) -> bool:
    """Bring the core up to what the forms say, and others by now; returns whether that changed anything.

    Args:
        warehouse: inside a transaction.
        contract: of the forms.
        at: since when it is known.
        day: whose deliveries' counts follow.
    """
    ledger.lock_resource(warehouse, contract.resource)
    _forget_refused(warehouse)
    forms = read(warehouse)
    if not forms and warehouse.execute("select from core.form_reading limit 1").fetchone() is None:
        return False
    known = warehouse.execute(_ROSTER, [contract.resource]).fetchall()
    units = core.Units((row["unit_code"], row["name"]) for row in warehouse.execute(_UNITS))
    found = whose(_matchable(forms), _officials(known))
    latest: dict[str, Read] = {}
    for form in forms:
        if cadre_no := found[form.form_no].cadre_no:
            before = latest.get(cadre_no)
            latest[cadre_no] = form if before is None or core.order(form.facts) >= core.order(before.facts) else before
    write = _Writer(warehouse, contract.resource, at)
    write.bring("form_reading", "form_no", [_reading(form, found[form.form_no], latest, units) for form in forms])
    resumes = {row["cadre_no"]: row["resume"] or "" for row in known}
    theirs = {cadre_no: form for cadre_no, form in latest.items() if cadre_no not in resumes}
    numbers = {no: row for form in forms if (no := found[form.form_no].cadre_no) in theirs and (row := form.row)["id_cipher"]}
    write.bring(
        "cadre", "cadre_no", [_cadre(no, form, numbers.get(no), units) for no, form in theirs.items()], unlike=["id_cipher"]
    )
    wanting = {no: form for no, form in latest.items() if not resumes.get(no, "").strip()}
    _write_spells(write, wanting)
    posts = core.appointments(warehouse.execute(_SPELLS, [list(wanting)]), units)
    rows: dict[str, Callable[[], list[Row]]] = {
        "appointment": lambda: posts,
        "education": lambda: [row for no, form in latest.items() for row in core.education(no, form.facts)],
        "family": lambda: [row for no, form in latest.items() for row in core.family(no, form.facts)],
    }
    for table, made in rows.items():
        have = {row["cadre_no"] for row in warehouse.execute(_HAVE[table], [contract.resource])}
        write.bring(table, f"{table}_no", [row for row in made() if row["cadre_no"] not in have])
    if day:
        warehouse.execute(_COUNT, [day, contract.resource])
    return write.changed > 0


def read(warehouse: Warehouse, form_no: str | None = None) -> list[Read]:
    """All forms, in the order in which they came, or the one of a number."""
    found = []
    for row in warehouse.execute(_FORMS, {"form_no": form_no}):
        texts = {name: said for name, said in row["original"].items() if said}
        if RELATIVES in texts:
            texts[RELATIVES] = json.loads(texts[RELATIVES])
        if row["id_cipher"]:
            texts["ShenFenZheng"] = vault().open_value(row["id_cipher"], context(row["form_no"]))
        found.append(Read(row, texts, facts_of(texts)))
    return found


def context(form_no: str) -> str:
    """What a form's encrypted number is bound to."""
    return f"form/{form_no}"


def _forget_refused(warehouse: Warehouse) -> None:
    """Of whom a person said that it is no official nothing is kept."""
    for table in ("form", "form_reading"):
        warehouse.execute(
            f"delete from core.{table} f where (select verdict from core.form_decision d where d.form_no = f.form_no "
            "order by decision_no desc limit 1) = 'nobody'"
        )


def _matchable(forms: list[Read]) -> list[Form]:
    keys = match_keys(pa.array([form.facts.name for form in forms], pa.string())).to_pylist()
    matchable = []
    for form, key in zip(forms, keys, strict=True):
        born_on, sex = core.birth_and_sex(form.facts)
        row = form.row
        matchable.append(Form(form.form_no, row["id_lookup"], key or "", sex, born_on, row["verdict"], row["decided_as"]))
    return matchable


def _officials(known: list[Row]) -> list[Official]:
    names = [name for row in known for name in row["names"]]
    keys = dict(zip(names, match_keys(pa.array(names, pa.string())).to_pylist(), strict=True))
    return [
        Official(row["cadre_no"], row["id_lookup"], row["sex"], row["born_on"], {keys[name] for name in row["names"]} - {None})
        for row in known
    ]


def _reading(form: Read, of: Whose, latest: dict[str, Read], units: core.Units) -> Row:
    facts, (education, degree), (unit_code, post_title) = form.facts, core.highest(form.facts), core.post(form.facts, units)
    return {
        "form_no": form.form_no, "cadre_no": of.cadre_no, "method": of.method, "candidates": list(of.candidates),
        "is_latest": bool(of.cadre_no) and latest[of.cadre_no or ""] is form, "filled_on": core.filled(facts), "name": facts.name,
        "sex": facts.sex, "born_on": facts.born_on, "ethnic_group": facts.ethnic_group, "party": facts.party,
        "party_joined_on": facts.party_joined_on, "work_started_on": facts.work_started_on, "education": education,
        "degree": degree, "unit_code": unit_code, "post_title": post_title, "unread": unread(form.texts, facts),
    }  # fmt: skip


def _cadre(cadre_no: str, form: Read, numbered: Row | None, units: core.Units) -> Row:
    """An official whom only forms know; the number may stand on another of them than the last."""
    facts, (unit_code, post_title) = form.facts, core.post(form.facts, units)
    born_on, sex = core.birth_and_sex(facts)
    sealed = None
    if numbered:
        number = vault().open_value(numbered["id_cipher"], context(numbered["form_no"]))
        sealed = vault().seal_value(number, roster.context(cadre_no))
    return {
        "cadre_no": cadre_no, "name": facts.name, "id_cipher": sealed, "id_lookup": numbered and numbered["id_lookup"],
        "id_masked": numbered and numbered["id_masked"], "sex": sex, "born_on": born_on, "ethnic_group": facts.ethnic_group,
        "native_place": facts.native_place or None, "birth_place": facts.birth_place or None, "party": facts.party,
        "party_joined_on": facts.party_joined_on, "work_started_on": facts.work_started_on, "unit_code": unit_code,
        "post_title": post_title, "specialties": facts.specialties or None, "resume": facts.resume or None,
        "status": "1" if facts.posts else None, "original": {"form_no": form.form_no}, "valid_from": core.filled(facts),
    }  # fmt: skip


def _write_spells(write: "_Writer", wanting: dict[str, Read]) -> None:
    """Résumés of forms where nobody else has one; where somebody else does by now, or no form says it any more, as it is then."""
    resumes = {cadre_no: form.facts.resume or None for cadre_no, form in wanting.items()}
    for row in write.warehouse.execute(_STALE, [list(wanting), write.resource]).fetchall():
        resumes[row["cadre_no"]] = row["resume"]
    cadres = pa.table({"cadre_no": pa.array(resumes, pa.string()), "resume": pa.array(resumes.values(), pa.string())})
    write.changed += spells.write(write.warehouse, cadres, write.at, write.delivery_id)


class _Writer:
    """Brings the rows that forms make up to what they are now; counts how many versions that ends or begins."""

    def __init__(self, warehouse: Warehouse, resource: str, at: datetime) -> None:
        self.warehouse, self.resource, self.at, self.changed = warehouse, resource, at, 0
        row = warehouse.execute(
            "select delivery_id from ledger.delivery where resource = %s and state = 'loaded' "
            "order by day desc, landed_at desc limit 1",
            [resource],
        ).fetchone()
        self.delivery_id = row["delivery_id"] if row else resource

    def bring(self, table: str, key: str, rows: list[Row], unlike: Iterable[str] = ()) -> None:
        types = versions.column_types(self.warehouse, table)
        columns = list(rows[0]) if rows else [key]
        staged = pa.table({name: pa.array([_as_sent(row[name]) for row in rows], _ARROW.get(types[name])) for name in columns})
        stage(self.warehouse, "incoming", staged, {name: types[name] for name in columns})
        held = self.warehouse.execute(
            f"select {key} as key from core.{table} where known_to is null and {key} not in (select {key} from pg_temp.incoming) "
            "and delivery_id in (select delivery_id from ledger.delivery where resource = %s)",
            [self.resource],
        ).fetchall()
        gone = pa.table({key: pa.array([row["key"] for row in held], pa.string())})
        stage(self.warehouse, "gone", gone, {key: "text"})
        self.changed += versions.end(self.warehouse, table, [key], self.at)
        if rows:
            self.changed += versions.write(self.warehouse, table, [key], columns, self.at, self.delivery_id, unlike=list(unlike))


_ARROW = {"date": pa.date32(), "bytea": pa.binary(), "boolean": pa.bool_()} | dict.fromkeys(
    ("text", "text[]", "jsonb"), pa.string()
)


def _as_sent(value: Any) -> Any:
    """A value as COPY takes it."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "{" + ",".join(json.dumps(item, ensure_ascii=False) for item in value) + "}"
    return value
