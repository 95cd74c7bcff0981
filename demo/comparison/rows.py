"""Refused rows and the fate of deliveries beside what was planted."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from typing import Any

Row = Mapping[str, Any]


def compare_rows(
    planted: Iterable[Row], refused: Iterable[Row], received: Mapping[str, int], files: Container[str]
) -> dict[str, dict[str, Any]]:
    """Count by resource the planted bad rows, found and missed, and the good rows that were refused, in all and of 10,000.

    Rows have `resource, day, file, row_no, source_key`; `files` are the resources that deliver files, in which a row has
    a number that everybody counts alike.
    """
    bad, gone = _by_resource(planted), _by_resource(refused)
    counted = {}
    for resource in sorted(received.keys() | bad.keys() | gone.keys()):
        is_file = resource in files
        places = {place for row in bad[resource] for place in _places(row, is_file)}
        found_places = {place for row in gone[resource] for place in _places(row, is_file)}
        found = sum(not found_places.isdisjoint(_places(row, is_file)) for row in bad[resource])
        good = sum(places.isdisjoint(_places(row, is_file)) for row in gone[resource])
        counted[resource] = {
            "planted": len(bad[resource]),
            "found": found,
            "missed": len(bad[resource]) - found,
            "good_refused": good,
            "per_10000": good * 10_000 / received[resource] if received.get(resource) else None,
        }
    return counted


def _by_resource(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["resource"]].append(row)
    return found


def _places(row: Row, is_file: bool) -> set[tuple[Any, ...]]:
    """What a row is known by: in a file its number and its key, in a pull, which brings some rows again, its key alone."""
    key = row["source_key"] or ""
    if not is_file:
        return {(key,)}
    here = row["day"], row["file"]
    return {(*here, int(row["row_no"]))} | ({(*here, key)} if key else set())


def compare_deliveries(foretold: Iterable[Row], ended: Iterable[Row], files: Container[str]) -> list[dict[str, Any]]:
    """The deliveries that did not end as they must; rows have `resource, day, file` and `outcome`.

    Of a pull there is one a day, whatever it is called, and one that is not foretold brings nothing new.
    """

    def place(row: Row) -> tuple[str, str, str]:
        return row["day"], row["resource"], row["file"] if row["resource"] in files else ""

    must = {place(row): row["outcome"] for row in foretold}
    found = {place(row): row["outcome"] for row in ended if row["resource"] in files or place(row) in must}
    return [
        {"day": day, "resource": resource, "file": file, "expected": must.get(one), "found": found.get(one)}
        for one in sorted(must.keys() | found.keys())
        if must.get(one) != found.get(one)
        for day, resource, file in [one]
    ]
