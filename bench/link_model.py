"""Makes the model that ships with the platform, learnt on a demo city, borne out on ten: `python -m bench.link_model`.

Made again it is the same but for rounding, as sums come in another order: base rates differ by a ten-thousandth of a bit at most.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from bench.feeds import Feeds, read_feeds
from cadre_cloud.warehouse.link_model import SHIPPED
from demo.city import generate
from transforms.duck import Scratch
from transforms.link.calibrate import calibrated, pairs
from transforms.link.learn import learn
from transforms.link.model import Model

SEEDS = tuple(range(6, 16))  # none of those on which `bench.linking` measures


def make(cities: Iterable[tuple[int, Feeds]]) -> Model:
    """Learn on the first city, of which nobody says whose the records are, and hold what it says against the truth of all."""
    model, judged = None, []
    for seed, feeds in cities:
        if not model:
            how = f"demo city, seed {seed}; borne out on seeds {', '.join(map(str, SEEDS))}; python -m bench.link_model"
            model = learn(feeds.mentions, feeds.officials, feeds.names, feeds.units, how)
        judged += [_judged(feeds, model, resource) for resource in feeds.mentions]
    assert model  # noqa: S101  # there is a city
    return calibrated(model, pa.concat_tables(judged))


def _judged(feeds: Feeds, model: Model, resource: str) -> pa.Table:
    found = pairs(feeds.mentions[resource], feeds.officials, feeds.names, feeds.units, model, resource)
    with Scratch(pair=found, owner=feeds.owners[resource]) as db:
        return db.table("""
            select p.*, o.cadre_no is not distinct from p.cadre_no as is_same
            from pair p join owner o using (source_key, mention_no)""")


def _cities() -> Iterable[tuple[int, Feeds]]:
    for seed in SEEDS:
        with TemporaryDirectory(prefix="cadre-linking-") as folder:
            generate(Path(folder) / "city", seed=seed)
            yield seed, read_feeds(Path(folder) / "city")


def main() -> int:
    """Write the file."""
    SHIPPED.write_text(make(_cities()).as_json(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
