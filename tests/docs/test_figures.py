"""README's figures are those that were measured last, and it counts what there is."""

import json
import re

from documents import CHECKOUT, text

from bench.figures import RESULTS, shown, table


def test_they_are_those_of_the_bench() -> None:
    assert shown(text("README.md")) == table(json.loads(RESULTS.read_text(encoding="utf-8")))


def test_it_counts_what_there_is() -> None:
    resources = {path.stem for path in CHECKOUT.glob("dags/feeds/*.yaml")} - {"approval_form"}  # which is no department's
    there = [len(resources), len([*CHECKOUT.glob("sql/rules/*.sql")])]
    told = re.findall(r"(\d+) of the city's 25 resources|(\d+) rules raise alerts", text("README.md"))
    assert [int(resources or rules) for resources, rules in told] == there
