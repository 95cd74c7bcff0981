"""How well records are linked: demo cities of several seeds against their truth, without a warehouse or Airflow.

`python -m bench.linking` prints what came of each resource, form of identity, tier and frequency of the name, and of all; SEEDS
says of which cities (1,2,3,4,5).
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

from bench.feeds import Feeds, read_feeds
from cadre_cloud.commands.identity_report import show_figures, tell
from cadre_cloud.warehouse.link_model import link_model
from demo import settings
from demo.city import generate
from transforms.link import link, quality, recognisable
from transforms.link.model import Model


def outcomes(feeds: Feeds, model: Model) -> Iterator[tuple[pa.Table, pa.Table]]:
    """By resource what became of the mentions of a city, and what probabilities were worth: `OUTCOME` and `CALIBRATION`."""
    for resource, mentions in sorted(feeds.mentions.items()):
        told = recognisable(mentions, feeds.officials, feeds.names)
        statements = link(told, feeds.officials, feeds.names, feeds.units, model, resource)
        owners = feeds.owners[resource]
        yield (
            quality.outcomes(resource, mentions, owners, statements, feeds.names),
            quality.calibration(resource, owners, statements),
        )


def main() -> int:
    """Make the cities, link, and print."""
    model, cities = link_model(settings.AUTOMATIC), {}
    for seed in (os.environ.get("SEEDS") or "1,2,3,4,5").split(","):
        with TemporaryDirectory(prefix="cadre-linking-") as folder:
            generate(Path(folder) / "city", seed=int(seed))
            cities[seed] = [*outcomes(read_feeds(Path(folder) / "city"), model)]
    of_seeds = [found.append_column("seed", pa.repeat(seed, len(found))) for seed, city in cities.items() for found, _ in city]
    every = pa.concat_tables(of_seeds)
    tell(every, pa.concat_tables(judged for city in cities.values() for _, judged in city))
    show_figures(every, "seed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
