"""README's figures are those that were measured last."""

import json

from documents import text

from bench.figures import RESULTS, shown, table


def test_they_are_those_of_the_bench() -> None:
    assert shown(text("README.md")) == table(json.loads(RESULTS.read_text(encoding="utf-8")))
