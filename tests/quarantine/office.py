"""A department's days under a contract that a test makes too strict, and mends."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from chain_in_process import deliver, gateway, publish, run_feed
from feed_cases import FOLDER
from homes import Home
from readable import lay

from cadre_cloud import contracts, settings

REAL = settings.home()
DAYS = [date(2026, 6, day) for day in (1, 2, 3)]
Command = Callable[..., tuple[int, str, str]]

with (FOLDER / "court" / "first_day" / "court_20260601.csv").open(encoding="gb18030", newline="") as _file:
    COURT = list(csv.DictReader(_file))
with (FOLDER / "discipline" / "first_day" / "changes.jsonl").open(encoding="utf-8") as _file:
    DISCIPLINE = [json.loads(line) for line in _file]
CASE = "(2025)黔9902刑00003号|1"  # of the court's rows the criminal case, of C0003's


class Office:
    """A home with a checkout of its own, whose contracts can be changed."""

    def __init__(self, home: Home, checkout: Path) -> None:
        self.home, self.checkout, self.city = home, checkout, home.folder / "city"

    def contract(self, resource: str, change: Callable[[dict[str, Any]], None] | None = None) -> None:
        """Change a contract, or have it again as it is in the real checkout."""
        path = Path("dags") / "feeds" / f"{resource}.yaml"
        words = yaml.safe_load((REAL / path).read_text(encoding="utf-8"))
        if change:
            change(words)
        (self.checkout / path).write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")

    def deliver(self, resource: str, day: date, name: str, content: bytes) -> None:
        folder = self.city / resource / day.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)

    def deliver_case(self, case: str, day: date) -> None:
        """What a golden case delivers, on another day under that day's name."""
        for path in (FOLDER / case).iterdir():
            if path.is_file() and path.name != "expect.yaml":
                folder = self.city / case.split("/", maxsplit=1)[0] / day.isoformat()
                folder.mkdir(parents=True, exist_ok=True)
                lay(path, folder)

    def run(self, resource: str, day: date) -> None:
        """A feed's day, and what follows it."""
        deliver(self.home, self.city, day, [resource])
        self.run_again(resource, day)

    def run_again(self, resource: str, day: date) -> None:
        with gateway(self.city, day, [resource]):
            run_feed(contracts.named(resource), day)
        publish(day)
        assert not self.home.rows("select step, cause from ledger.failure")

    def known(self, resource: str) -> dict[str, dict[str, Any]]:
        """The records of a resource that are known of officials and have not left."""
        query = "select source_key, detail, delivery_id from mart.record where resource = %s and left_on is null"
        return {row["source_key"]: row for row in self.home.rows(query, [resource])}


def court(rows: list[dict[str, str]]) -> bytes:
    """A file of the court's."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("gb18030")


def changes(*rows: dict[str, str]) -> bytes:
    """What a gateway has to tell."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def without_criminal_cases(words: dict[str, Any]) -> None:
    del words["columns"]["案件类型"]["terms"]["刑事"]


def without_investigations(words: dict[str, Any]) -> None:
    del words["columns"]["CLLX"]["codes"]["41"]


def without_spouses(words: dict[str, Any]) -> None:
    del words["columns"]["与户主关系"]["terms"]["配偶"]


def assert_balance(home: Home) -> None:
    amiss = home.rows(
        "select * from ledger.delivery where state = 'loaded' and (received <> accepted + quarantined + duplicate "
        "or accepted <> unchanged + changed or mentions <> linked + review + nobody)"
    )
    assert not amiss
