"""How well mentions are linked, where it is known whom they mean: counts, precision, recall, and what a probability was worth."""

from typing import Any

import pyarrow as pa

from transforms.duck import Scratch
from transforms.text import plain
from transforms.wilson import bounds

COMMONEST = 20  # names
OUTCOME = pa.schema([
    ("resource", pa.string()), ("form", pa.string()), ("method", pa.string()), ("frequency", pa.string()),
    ("means_official", pa.bool_()), ("outcome", pa.string()), ("right_one_asked", pa.bool_()), ("readable", pa.bool_()),
    ("mentions", pa.int64()),
])  # fmt: skip
BINS = (0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999)  # where each begins
CALIBRATION = pa.schema([
    ("resource", pa.string()), ("method", pa.string()), ("least", pa.float64()), ("pairs", pa.int64()),
    ("predicted", pa.float64()), ("same", pa.int64()),
])  # fmt: skip
_LEAST = {"mention_no": "1", "since": "0001-01-01"}  # what a truth need not say

_OWNERS = """
select resource, source_key, cast(mention_no as integer) as mention_no, nullif(cadre_no, '') as cadre_no
from (select *, row_number() over () as line from told)
where since <> '' and since <= $last_day
qualify row_number() over (partition by resource, source_key, mention_no order by since desc, line desc) = 1"""

# A mention's outcome is whether it is linked, asked about or left; right or wrong is told by the truth, and of what is asked
# whether the right one is among those who may be meant.
_OUTCOMES = """
with bearer as (select name_key, count(distinct cadre_no) as officials from name group by name_key),
frequency as (select *, row_number() over (order by officials desc, name_key) <= $commonest as is_common from bearer),
judged as (
    select source_key, mention_no, max(cadre_no) filter (where verdict = 'same') as linked, list(cadre_no) as asked,
           arg_min(method, (verdict <> 'same', coalesce(rank, 0), cadre_no)) as method
    from statement group by source_key, mention_no
)
select $resource as resource,
       case when m.id_number is not null then 'full' when m.id_old is not null then 'old' when m.id_hash is not null then 'hashed'
            when m.id_masked is not null and coalesce(m.age, m.birth_year) is not null then 'masked with age or birth'
            when m.id_masked is not null then 'masked with name alone'
            when coalesce(m.unit_key, m.uscc) is not null then 'name with unit'
            when m.age is not null then 'name with age' else 'name alone' end as form,
       coalesce(j.method, 'none') as method,
       case when f.is_common then 'of the commonest names' when f.officials = 1 then 'of one official''s name'
            else 'of other names' end as frequency,
       o.cadre_no is not null as means_official,
       case when j.linked is null and j.asked is null then 'nobody' when j.linked is null then 'review'
            when j.linked = o.cadre_no then 'right' else 'false' end as outcome,
       coalesce(list_contains(j.asked, o.cadre_no), false) as right_one_asked,
       m.name_key is not null as readable,
       count(*) as mentions
from mention m join owner o using (source_key, mention_no) left join judged j using (source_key, mention_no)
     left join frequency f on f.name_key = m.name_key
group by all"""

_CALIBRATION = """
select $resource as resource, s.method, list_max(list_filter($bins, lambda least: s.probability >= least)) as least,
       count(*) as pairs, avg(s.probability) as predicted, count(*) filter (where o.cadre_no = s.cadre_no) as same
from statement s join owner o using (source_key, mention_no)
where s.probability is not null
group by all"""

_FIGURES = """
select {by}, sum(mentions) filter (where means_official) as officials,
       sum(mentions) filter (where outcome in ('right', 'false')) as automatic,
       sum(mentions) filter (where outcome = 'false') as "false",
       sum(mentions) filter (where outcome = 'right' and readable) as "right",
       sum(mentions) filter (where means_official and readable) as readable,
       sum(mentions) filter (where outcome = 'review' and means_official) as asked_of_officials,
       sum(mentions) filter (where outcome = 'right' or (outcome = 'review' and right_one_asked)) as found,
       sum(mentions) filter (where outcome = 'review') as asked
from outcome group by all order by all"""

_CALIBRATED = """
select {by}, sum(pairs) as pairs, sum(predicted * pairs) / sum(pairs) as predicted, sum(same) as same
from calibration group by all order by all"""


def owners(told: pa.Table, last_day: str) -> pa.Table:
    """Whom each mention means on a day.

    Args:
        told: a truth's `owner.csv`, all text: `resource, source_key, cadre_no`, the last empty for nobody on the roster; and,
            unless it is the first person whom each record names, and always was, `mention_no` and `since`, empty for what was
            refused.
        last_day: the day, as `since` writes it.

    Returns:
        `resource, source_key, mention_no, cadre_no`, null for nobody on the roster.
    """
    lacking = {name: pa.repeat(value, len(told)) for name, value in _LEAST.items() if name not in told.column_names}
    for name, values in lacking.items():
        told = told.append_column(name, values)
    keys = plain(told["source_key"])
    told = told.set_column(told.column_names.index("source_key"), "source_key", keys)
    with Scratch(told=told) as db:
        return db.table(_OWNERS, last_day=last_day)


def outcomes(resource: str, mentions: pa.Table, owner: pa.Table, statements: pa.Table, names: pa.Table) -> pa.Table:
    """What became of a resource's mentions, counted, of the form `OUTCOME`.

    Args:
        resource: whose mentions.
        mentions: of the form `MENTION`, with their keys.
        owner: `source_key, mention_no, cadre_no` of those whose truth is known; no other mention counts.
        statements: what was said of them: `source_key, mention_no, cadre_no, verdict, method, rank`, as in `link.STATEMENT`.
        names: `cadre_no, name_key` of officials, by which a name is common.
    """
    with Scratch(mention=mentions, owner=owner, statement=statements, name=names) as db:
        return db.table(_OUTCOMES, resource=resource, commonest=COMMONEST).cast(OUTCOME)


def calibration(resource: str, owner: pa.Table, statements: pa.Table) -> pa.Table:
    """How probable pairs were held to be, by the bins `BINS`, and how many of them were the same person: `CALIBRATION`.

    Args:
        resource: whose mentions.
        owner: as of `outcomes`.
        statements: as of `outcomes`, with `probability`; what decides outright has none.
    """
    with Scratch(owner=owner, statement=statements) as db:
        return db.table(_CALIBRATION, resource=resource, bins=list(BINS)).cast(CALIBRATION)


def figures(found: pa.Table, *by: str) -> list[dict[str, Any]]:
    """What became of mentions, of the form `OUTCOME`, by some of its columns.

    Returns:
        Of each group the mentions of `officials`; the `automatic` links, how many of them are `false`, their `precision` and
        its bounds; `recall`, the share linked right of officials with a readable name, and its bounds; the share of officials'
        mentions that wait for `review`; the share `found`, linked right or asked about with the right one among those who may be
        meant; and how many mentions in all are `asked` about. A share of nothing is None.
    """
    with Scratch(outcome=found) as db:
        rows = db.table(_FIGURES.format(by=", ".join(by))).to_pylist()
    return [{name: row[name] for name in by} | _rates({name: row[name] or 0 for name in row.keys() - set(by)}) for row in rows]


def calibrated(found: pa.Table, *by: str) -> list[dict[str, Any]]:
    """By some columns of `CALIBRATION` how many `pairs`, the `predicted` probability, the share `borne_out` and its bounds."""
    with Scratch(calibration=found) as db:
        rows = db.table(_CALIBRATED.format(by=", ".join(by))).to_pylist()
    for row in rows:
        same, pairs = int(row.pop("same")), int(row["pairs"])
        row["pairs"], row["borne_out"] = pairs, same / pairs
        row["least_borne_out"], row["most_borne_out"] = bounds(same, pairs)
    return rows


def _rates(counts: dict[str, Any]) -> dict[str, Any]:
    count = {name: int(number) for name, number in counts.items()}
    right = count["automatic"] - count["false"]
    of_officials = count["officials"]
    return {
        "officials": of_officials,
        "automatic": count["automatic"],
        "false": count["false"],
        **share("precision", right, count["automatic"]),
        **share("recall", count["right"], count["readable"]),
        "review": count["asked_of_officials"] / of_officials if of_officials else None,
        "found": count["found"] / of_officials if of_officials else None,
        "asked": count["asked"],
    }


def share(name: str, seen: int, cases: int) -> dict[str, float | None]:
    """A share under its name, and its bounds; each None where there are no cases."""
    least, most = bounds(seen, cases)
    return {
        name: seen / cases if cases else None,
        f"least_{name}": least if cases else None,
        f"most_{name}": most if cases else None,
    }
