"""Draft a new resource's files from its catalogue entry: `python -m cadre_cloud.commands.new_feed ENTRY`. It replaces nothing."""

import argparse
import logging
import sys
from pathlib import Path

import yaml

from cadre_cloud import settings
from cadre_cloud.commands.common import fail
from cadre_cloud.commands.drafts import catalogue
from cadre_cloud.commands.drafts.case import files
from cadre_cloud.commands.drafts.catalogue import CatalogueError, Entry
from cadre_cloud.commands.drafts.contract import contract, decisions
from cadre_cloud.commands.drafts.suite import suite
from transforms.contract import Contract

CASE = "first_day"


def draft(entry: Entry) -> dict[Path, bytes]:
    """The files of a new resource, by their places.

    Raises:
        CatalogueError: what the entry says makes no contract.
    """
    home, text = settings.home(), contract(entry)
    try:
        Contract.model_validate(yaml.safe_load(text))
    except ValueError as error:
        raise CatalogueError(f"what {entry.resource} says of itself makes no contract: {error}") from None
    case = home / "tests" / "feeds" / entry.resource / CASE
    return {
        home / "dags" / "feeds" / f"{entry.resource}.yaml": text.encode(),
        home / "expectations" / f"{entry.resource}.json": suite(entry).encode(),
        **{case / name: content for name, content in files(entry).items()},
    }


def new_feed(path: Path) -> list[Path]:
    """Draft and write; gives the places.

    Raises:
        CatalogueError: nothing can be drafted from it, or one of the files is there already.
    """
    drafted = draft(catalogue.read(path))
    if there := [shown(place) for place in drafted if place.exists()]:
        raise CatalogueError(f"it would replace {', '.join(there)}")
    for place, content in drafted.items():
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return list(drafted)


def shown(place: Path) -> str:
    """A place as it is told: below the checkout."""
    return str(place.relative_to(settings.home()))


def main() -> int:
    """Draft what the command line names, and say what is left to decide."""
    parser = argparse.ArgumentParser(prog="new-feed", description="A draft of contract, suite and golden case.")
    parser.add_argument("entry", type=Path, help="the catalogue entry, a YAML file")
    try:
        places = new_feed(parser.parse_args().entry)
    except CatalogueError as error:
        return fail(f"Nothing was drafted: {error}.")
    resource = places[0].stem
    print("Drafted, and off until its legal basis is named:", *map(shown, places), sep="\n  ")
    print(f"\nA person decides, in {shown(places[0])}:")
    for number, what in decisions(places[0].read_text(encoding="utf-8")):
        print(f"  line {number:<3} {what}")
    print(f"\nThen `make try FEED={resource} FILE=<a sample>`, until the sample is read as it should be.")
    return 0


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # libraries tell of themselves
    sys.exit(main())
