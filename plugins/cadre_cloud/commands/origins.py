"""Which resource and item each published column comes from, as the contracts have it."""

from collections.abc import Iterator

from cadre_cloud import contracts
from transforms.contract import Contract, Record

# As what a core table is published, where not under its own name.
_PUBLISHED = {"family": ("relative",), "form": ("form", "form_proposed")}

# Published columns that come from an item of another name, or of another object.
_NAMED_OTHERWISE = {
    ("cadre", "age"): ("cadre", "born_on"),
    ("cadre", "born_on_precision"): ("cadre", "born_on"),
    ("cadre", "degree"): ("education", "degree"),
    ("cadre", "education"): ("education", "level"),
    ("cadre", "id_masked"): ("cadre", "id_number"),
    ("cadre", "level_since"): ("appointment", "started_on"),
    ("cadre", "post_since"): ("appointment", "started_on"),
    ("cadre", "region_code"): ("unit", "region_code"),
    ("cadre", "unit_name"): ("unit", "name"),
    ("form_proposed", "post_title"): ("form", "posts"),
    ("form_proposed", "unit_code"): ("form", "posts"),
    ("objective", "done_percent"): ("objective", "actual"),
    **{
        ("spell", name): ("cadre", "resume")
        for name in ("confidence", "ended_on", "is_within", "kind", "precision", "raw", "spell_no", "started_on", "text")
    },
    ("spell", "cadre_no"): ("cadre", "cadre_no"),
}


def origins() -> dict[tuple[str, str], str]:
    """Object and column, both as they are published: the resource and the item."""
    items = {(name, item): origin for contract in contracts.every() for name, item, origin in _own(contract)}
    return items | {column: items[item] for column, item in _NAMED_OTHERWISE.items()}


def of_records() -> list[str]:
    """A line of a Markdown table a resource: what its items become in `mart.record`."""
    return [_line(contract, contract.record) for contract in contracts.every() if contract.record]


def _own(contract: Contract) -> Iterator[tuple[str, str, str]]:
    if contract.table is None:
        return
    items = [(column.name, source) for source, column in contract.columns.items() if column.name not in contract.table.without]
    sources = dict(items)
    valid = {"valid_from": contract.table.valid_from, "valid_to": contract.table.valid_to}
    items += [(name, sources[item]) for name, item in valid.items() if item in sources]
    for published in _PUBLISHED.get(contract.table.name, (contract.table.name,)):
        for name, source in items:
            yield published, name, f"{contract.resource} `{source}`"


def _line(contract: Contract, record: Record) -> str:
    sources = {column.name: source for source, column in contract.columns.items()}
    one = [record.occurred_on, record.status, record.valid.from_, record.valid.to]
    detail = (f"{name} `{sources[name]}`" for name in record.detail)
    return (
        " | ".join([f"| {contract.resource}", *(f"`{sources[name]}`" if name else "" for name in one), ", ".join(detail)]) + " |"
    )
