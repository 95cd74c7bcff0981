"""The figures of `bench/results.json` as README.md shows them: `python -m bench.figures` writes them there."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from bench.report import PEAK, RESULTS
from demo.places import CLONE

README = CLONE / "README.md"
_PLACE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- /figures -->)", re.DOTALL)


def table(found: Mapping[str, Any]) -> str:
    """The results in Markdown, a line a stage: CPU beside that of a raw COPY in each run, and the target."""
    runs = found["runs"]
    ratios = {(run["shape"], run["rows"], stage["name"]): f"{stage['ratio']:.2f}" for run in runs for stage in run["stages"]}
    stages = {stage["name"]: stage for run in runs for stage in run["stages"]}
    headings = [f"{run['shape']}, {run['rows'] / 1e6:g} M rows" for run in runs]
    lines = [
        f"CPU of client and server beside that of a raw COPY of the same rows in one run, {found['machine']['cores']} cores; "
        f"median of {_range(runs, 'times')}, at a load average of {_range(runs, 'load_average')}:",
        "",
        f"| | target | {' | '.join(headings)} |",
        f"| --- | ---: |{' ---: |' * len(runs)}",
    ]
    for name, stage in stages.items():
        title = f"*{stage['title']}*" if stage["peer"] else stage["title"]
        target = "" if stage["target"] is None else f"{stage['target']:.2f}"
        cells = (ratios.get((run["shape"], run["rows"], name), "") for run in runs)
        lines.append(f"| {title} | {target} | {' | '.join(cells)} |")
    lines.append(f"| peak memory of the whole chain, MB | {PEAK:,} | {' | '.join(map(_peak, runs))} |")
    return "\n".join([*lines, *_readers(found.get("readers", []))]) + "\n"


def _readers(rosters: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a county's reader waits for, a line a question, a pair of columns a roster."""
    if not rosters:
        return []
    headings = [f"{one['officials']:,} officials | target" for one in rosters]
    lines = ["", "Milliseconds that a county's reader waits, hot, the median:", "", f"| | {' | '.join(headings)} |"]
    lines.append(f"| --- |{' ---: | ---: |' * len(rosters)}")
    for answers in zip(*(one["figures"] for one in rosters), strict=True):
        cells = (f"{answer['milliseconds']:.1f} | {answer['target_ms']:g}" for answer in answers)
        lines.append(f"| {answers[0]['title']} | {' | '.join(cells)} |")
    return lines


def _range(runs: Sequence[Mapping[str, Any]], name: str) -> str:
    """The least and the most that runs had of something."""
    return " to ".join(f"{value:g}" for value in sorted({min(run[name] for run in runs), max(run[name] for run in runs)}))


def _peak(run: Mapping[str, Any]) -> str:
    return f"{max(stage['peak_mb'] for stage in run['stages'] if stage['name'].startswith('chain')):,}"


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
