"""How well records are linked: demo cities of several seeds against their truth, without a warehouse or Airflow.

`python -m bench.linking` prints what came of each resource, form of identity and frequency of the name, and of all; SEEDS says of
which cities (1,2,3,4,5).
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from rich.console import Console
from rich.table import Table

from bench.feeds import Feeds, read_feeds
from cadre_cloud.warehouse.link_model import link_model
from demo.city import generate
from transforms.duck import Scratch
from transforms.link import link, recognisable
from transforms.link.model import Model

COMMONEST = 20  # names
COLUMNS = ("seed", "resource", "form", "frequency", "means_official", "outcome", "right_one_asked", "readable")

# What became of each mention. A mention's outcome is whether it is linked, asked about or left; right or wrong is told by the
# truth, and of what is asked whether the right one is among those who may be meant.
_OUTCOMES = """
with frequency as (
    select name_key, row_number() over (order by count(*) desc, name_key) <= $commonest as is_commonest
    from mention group by name_key
),
judged as (
    select source_key, mention_no, max(cadre_no) filter (where verdict = 'same') as linked, list(cadre_no) as asked
    from statement group by source_key, mention_no
)
select $seed as seed, $resource as resource,
       case when m.id_number is not null then 'full' when m.id_old is not null then 'old' when m.id_hash is not null then 'hashed'
            when m.id_masked is not null and coalesce(m.age, m.birth_year) is not null then 'masked with age or birth'
            when m.id_masked is not null then 'masked with name alone'
            when coalesce(m.unit_key, m.uscc) is not null then 'name with unit'
            when m.age is not null then 'name with age' else 'name alone' end as form,
       if(coalesce(f.is_commonest, false), 'of the commonest names', 'of other names') as frequency,
       o.cadre_no is not null as means_official,
       case when j.linked is null and j.asked is null then 'nobody' when j.linked is null then 'review'
            when j.linked = o.cadre_no then 'right' else 'false' end as outcome,
       coalesce(list_contains(j.asked, o.cadre_no), false) as right_one_asked,
       m.name_key is not null as readable,
       count(*) as mentions
from mention m join owner o using (source_key, mention_no) left join judged j using (source_key, mention_no)
     left join frequency f on f.name_key = m.name_key
group by all"""

_REPORT = """
select {by}, sum(mentions) filter (where means_official) as officials,
       sum(mentions) filter (where outcome in ('right', 'false')) as automatic,
       coalesce(sum(mentions) filter (where outcome = 'false'), 0) as "false",
       sum(mentions) filter (where outcome = 'right' and readable)
       / sum(mentions) filter (where means_official and readable) as recall,
       sum(mentions) filter (where outcome = 'review' and means_official)
       / sum(mentions) filter (where means_official) as review,
       sum(mentions) filter (where outcome = 'right' or (outcome = 'review' and right_one_asked))
       / sum(mentions) filter (where means_official) as found,
       sum(mentions) filter (where outcome = 'review') as asked
from outcome group by {by} order by {by}"""


def outcomes(seed: int, feeds: Feeds, model: Model) -> pa.Table:
    """What became of the mentions of a city, counted: `COLUMNS` and `mentions`."""
    return pa.concat_tables(_outcomes(seed, feeds, model, resource) for resource in sorted(feeds.mentions))


def _outcomes(seed: int, feeds: Feeds, model: Model, resource: str) -> pa.Table:
    mentions = feeds.mentions[resource]
    told = recognisable(mentions, feeds.officials, feeds.names)
    statements = link(told, feeds.officials, feeds.names, feeds.units, model, resource)
    with Scratch(mention=mentions, owner=feeds.owners[resource], statement=statements) as db:
        return db.table(_OUTCOMES, seed=seed, resource=resource, commonest=COMMONEST)


def report(found: pa.Table, *by: str) -> Table:
    """What became of mentions, by one or more of `COLUMNS`."""
    with Scratch(outcome=found) as db:
        rows = db.table(_REPORT.format(by=", ".join(by))).to_pylist()
    shown = Table(*rows[0])
    for row in rows:
        shown.add_row(*(f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()))
    return shown


def main() -> int:
    """Make the cities, link, and print."""
    console, found = Console(width=160), []
    for seed in map(int, (os.environ.get("SEEDS") or "1,2,3,4,5").split(",")):
        with TemporaryDirectory(prefix="cadre-linking-") as folder:
            generate(Path(folder) / "city", seed=seed)
            found.append(outcomes(seed, read_feeds(Path(folder) / "city"), link_model()))
    every = pa.concat_tables(found)
    for by in (("resource", "form"), ("form",), ("frequency",), ("seed",)):
        console.print(report(every, *by))
    return 0


if __name__ == "__main__":
    sys.exit(main())
