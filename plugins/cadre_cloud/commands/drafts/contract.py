"""A draft of a contract: what the catalogue says, and a mark wherever a person has to decide."""

from typing import Any

import yaml

from cadre_cloud.commands.drafts.catalogue import Entry, Item
from cadre_cloud.commands.drafts.columns import columns, holds_several, words_of

DECIDE = "# DECIDE: "
LATE = {"daily": "2d", "weekly": "14d", "monthly": "62d", "yearly": "732d"}  # twice the cadence: then it is stale
_ENDS = ("ended_on", "closed_on", "valid_until")
_WHO = ("person_name", "taxpayer", "name_masked", "id_number", "taxpayer_no", "id_masked", "id_hash", "sex", "age", "born_on",
        "birth_year", "born_month", "id_type")  # fmt: skip


def is_own(entry: Entry) -> bool:
    """Whether it is a file of the officials' own, which says outright whose row it is."""
    return entry.person is None


def contract(entry: Entry) -> str:
    """The text of `dags/feeds/<resource>.yaml`. Raises CatalogueError for a type that nobody knows."""
    typed = columns(entry)
    parts = [_head(entry), _source(entry), _columns(entry, typed), _mentions(entry), _rows(entry, typed)]
    return "\n\n".join(filter(None, parts)) + "\n"


def decisions(text: str) -> list[tuple[int, str]]:
    """What is left to a person: line and sentence."""
    lines = enumerate(text.splitlines(), start=1)
    return [(number, line.partition(DECIDE)[2]) for number, line in lines if DECIDE in line]


def flow(value: Any) -> str:
    """A value as YAML in one line."""
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=1_000_000)
    return text.removesuffix("...\n").strip()


def _head(entry: Entry) -> str:
    return f"""\
# {entry.title}. {DECIDE.removeprefix("# ")}what a stranger should know of it in a sentence, in place of this one
resource: {entry.resource}
title: {flow(entry.title)}
department: {flow(entry.department.partition(" (")[0])}
owner: 待定                {DECIDE}which office there answers for it
purpose: 待定              {DECIDE}what it may be used for, as the sharing agreement says
legal_basis: ""            {DECIDE}number of the sharing agreement; empty keeps the feed off
impact: middle             {DECIDE}high, middle or low
schedule: "{0 if is_own(entry) else 30} 5 * * *"
late_after: {LATE[entry.delivery.cadence]:<14} {DECIDE}it comes {entry.delivery.cadence}; after how many days is it stale
{DECIDE}in the run-book, what to do when it fails, and whom to call
runbook: >
{_runbook(entry)}"""


def _runbook(entry: Entry) -> str:
    delivery = entry.delivery
    what = "A full snapshot" if delivery.mode == "snapshot" else "What is new or altered"
    how = {
        "api": "pulled from the department's gateway",
        "database": "read from the department's exchange table, which nothing may be written to",
        "drop": f"in files {delivery.files}",
    }[delivery.kind]
    said = [f"The department says: {quirk}." for quirk in entry.quirks]
    return "\n".join(f"  {line}" for line in [f"{what}, {how}, {delivery.cadence}.", *said])


def _source(entry: Entry) -> str:
    delivery = entry.delivery
    source: dict[str, Any] = {"kind": delivery.kind}
    remark = ""
    match delivery.kind:
        case "api":
            source |= {"path": delivery.path} | ({"signed": True} if delivery.signed else {})
            remark = f"    {DECIDE}with allow_only: true what is not named below is removed before anything is kept"
        case "database":
            source["table"] = delivery.table
        case "drop":
            source |= {"files": _pattern(delivery.files), "format": delivery.format} | _of_format(entry)
    lines = [f"source: {flow(source)}{remark}", f"mode: {delivery.mode}"]
    names = {item.source: item.name for item in entry.items}
    if delivery.cursor:
        lines.append(f"cursor: {names[delivery.cursor]}")
    return "\n".join([*lines, f"key: {flow([item.name for item in entry.key_items])}"])


def _pattern(files: str) -> str:
    """`court_YYYYMMDD.csv` as a pattern; the date is read from the name that comes."""
    for date in ("YYYYMMDD", "YYYYMM", "YYYY"):
        files = files.replace(date, "*")
    return files


def _of_format(entry: Entry) -> dict[str, Any]:
    match entry.delivery.format:
        case "csv":
            return {"encoding": entry.delivery.encoding}
        case "xlsx":
            merged = [item.source for item in entry.items if any("merged" in q and item.source in q for q in entry.quirks)]
            return {"sheet": entry.delivery.sheet} | ({"fill_down": merged} if merged else {})
    return {}


def _columns(entry: Entry, typed: dict[str, dict[str, Any]]) -> str:
    lines = [f"{DECIDE}our values behind the colons of terms, which numbers are possible (between), what to ignore", "columns:"]
    for item in entry.items:
        said = [item.note] if item.note else []
        said += [f"such as {item.example}"] if item.example else []
        said += [f"{DECIDE[2:]}no codes came with it"] if item.type == "code" and not item.codes else []
        remark = f"    # {'; '.join(said)}" if said else ""
        lines.append(f"  {flow(item.source)}: {flow(typed[item.source])}{remark}")
    return "\n".join(lines)


def _mentions(entry: Entry) -> str:
    found = mentions(entry)
    lines = ["mentions:", *(f"  - {flow(mention)}" for mention in found)] if found else []
    if any("age" in mention for mention in found):
        lines.insert(0, f"{DECIDE}on which day the age was counted")
    return "\n".join(lines)


def mentions(entry: Entry) -> list[dict[str, Any]]:
    """Whom a row names, by the names that the catalogue gives its items."""
    names = {item.name: item for item in entry.person_items}
    if is_own(entry):
        return [{"subject": "self", "cadre_no": "cadre_no"}] if any(i.name == "cadre_no" for i in entry.items) else []
    if "taxpayer" in names:
        rest = {word: word for word in ("id_masked",) if word in names}
        return [
            {"subject": "self", "name": "taxpayer", "id_number": "taxpayer_no"},
            {"subject": "representative", "name": "person_name"} | rest,
        ]
    who: dict[str, Any] = {"subject": "self"}
    for item in names.values():
        match item.name:
            case "person_name":
                who["names" if holds_several(item) else "name"] = item.name
            case "name_masked":
                who["name"] = item.name
            case "born_month":
                who["born_on"] = item.name
            case "age":
                who["age"] = {"of": "age", "counted_on": _matter_day(entry)}
            case "id_number" | "id_masked" | "id_hash" | "sex" | "born_on" | "birth_year" | "unit_name" | "uscc":
                who[item.name] = item.name
            case "id_type":
                who["when"] = {item.name: [word for word in words_of(item) if "信用代码" not in word]}
    return [who]


def _rows(entry: Entry, typed: dict[str, dict[str, Any]]) -> str:
    if is_own(entry):
        names = [item.name for item in entry.items]
        valid = {f"valid_{end}": name for end, name in (("from", "started_on"), ("to", "ended_on")) if name in names}
        return f"""\
{DECIDE}a core table of these columns has to be there (sql/migrations/); or say `record`, as departments' feeds do
table: {flow({"name": entry.resource} | valid)}"""
    day, end = _matter_day(entry), next((item.name for item in entry.items if item.name in _ENDS), None)
    lines = ["record:"]
    if day:
        lines += [f"  occurred_on: {day}    {DECIDE}which item is the date of the matter"]
        valid = {"from": day} | ({"to": end} if end and end != day else {})
        lines += [f"  valid: {flow(valid)}    {DECIDE}from when until when a row is true in the world"]
    names = [item.name for item in entry.items]
    lines += (
        ["  status: status"] if "status" in names else [f"  {DECIDE}status, the item by which a rule sees how the matter stands"]
    )
    lines += [
        f"  summary: {flow(_summary(entry, typed))}    {DECIDE}the sentence that a reader sees",
        f"  detail: {flow(_detail(entry))}    {DECIDE}which items a reader or a rule needs, and nothing more",
    ]
    return "\n".join(lines)


def _days(entry: Entry) -> list[Item]:
    born = {item.name for item in entry.person_items}
    return [item for item in entry.items if item.type.startswith(("date", "month")) and item.name not in born]


def _matter_day(entry: Entry) -> str | None:
    """The first required date, or the first one."""
    days = _days(entry)
    return next((item.name for item in [*(day for day in days if day.required), *days]), None)


def _summary(entry: Entry, typed: dict[str, dict[str, Any]]) -> str:
    told = [f"{{{c['name']}_text}}" for c in typed.values() if c["type"] in ("code", "term") and c.get("required")]
    return "，".join(told) or entry.title


def _detail(entry: Entry) -> list[str]:
    hidden = {item.name for item in entry.person_items if item.name in _WHO}
    return [item.name for item in entry.items if item.name not in hidden and item.source != entry.delivery.cursor]
