"""Single forms that came are one delivery together: a drawer has thousands of them, and one costs as much to judge as all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from cadre_cloud.sources import Arrival, NotRead

_ARCHIVE = ".zip"


@dataclass
class Bundle:
    """arrival: of all. read: those that were read while its bytes were taken. refused: the others, each with the reason."""

    arrival: Arrival
    read: list[Arrival] = field(default_factory=list)
    refused: list[tuple[Arrival, str]] = field(default_factory=list)


def bundled(arrivals: list[Arrival]) -> tuple[Bundle | None, list[Arrival]]:
    """The single forms of some files as a bundle, if there are several, and the rest; they stay in their order."""
    single = [arrival for arrival in arrivals if not arrival.file.casefold().endswith(_ARCHIVE)]
    if len(single) < 2:  # noqa: PLR2004  # what is alone is no bundle
        return None, arrivals
    dropped: Counter[str] = Counter()
    bundle = Bundle(Arrival(
        file=f"{single[0].file} +{len(single) - 1}",
        snapshot_on=max(arrival.snapshot_on for arrival in single),
        chunks=lambda: _pages(bundle, single),
        size=sum(arrival.size or 0 for arrival in single),
        dropped=dropped,
    ))  # fmt: skip
    return bundle, [arrival for arrival in arrivals if arrival not in single]


def _pages(bundle: Bundle, single: list[Arrival]) -> Iterator[bytes]:
    """A page a form."""
    for arrival in single:
        try:
            page = b"".join(arrival.chunks())
        except NotRead as error:
            bundle.refused.append((arrival, error.reason))
            continue
        bundle.read.append(arrival)
        bundle.arrival.dropped.update(arrival.dropped)
        yield page
