"""The figures of `bench/results.json` as README.md shows them: `python -m bench.figures` writes them there."""

import json
import re
import sys
from collections.abc import Mapping
from typing import Any

from demo.places import CLONE

RESULTS = CLONE / "bench" / "results.json"
README = CLONE / "README.md"
_PLACE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- /figures -->)", re.DOTALL)


def table(found: Mapping[str, Any]) -> str:
    """The results in Markdown, a line a stage: CPU beside that of a raw COPY, the target, rows a second, memory."""
    lines = [
        f"{found['rows']:,} rows, median of {found['times']}, {found['machine']['cores']} cores; CPU of client and server beside "
        f"that of a raw COPY in the same run (`{found['command']}`):",
        "",
        "| | CPU, COPY = 1 | target | rows a second | peak MB |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for stage in found["stages"]:
        title = f"*{stage['title']}*" if stage["peer"] else stage["title"]
        target = "" if stage["target"] is None else f"{stage['target']:.2f}"
        lines.append(f"| {title} | {stage['ratio']:.2f} | {target} | {stage['rows_per_second']:,} | {stage['peak_mb']:,} |")
    return "\n".join(lines) + "\n"


def shown(document: str) -> str:
    """What a document shows between its two marks."""
    (place,) = _PLACE.findall(document)
    return place


def main() -> None:
    """Write the figures into README.md."""
    figures = table(json.loads(RESULTS.read_text(encoding="utf-8")))
    README.write_text(_PLACE.sub(lambda _: figures, README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
