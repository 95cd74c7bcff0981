"""A department's days under a contract that a test makes too strict, and mends."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from chain_in_process import deliver, gateway, publish, run_feed
from feed_cases import FOLDER, Case, States
from homes import Home, clone, settled_in
from readable import lay

from cadre_cloud import contracts, settings
from cadre_cloud.mail import recipients
from cadre_cloud.warehouse import connect
from demo.stack import Stack

DAYS = [date(2026, 6, day) for day in (1, 2, 3, 4)]


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


REAL = settings.home()


@pytest.fixture
def office(stack: Stack, states: States, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The roster is known, and nothing else yet."""
    home = clone(stack, tmp_path / "home", states.after(Case(FOLDER / "personnel" / "roster").chain))
    for folder in ("dags/feeds", "expectations", "sql"):
        copytree(REAL / folder, tmp_path / "checkout" / folder)
    with settled_in(home):
        monkeypatch.setenv("CADRE_HOME", str(tmp_path / "checkout"))
        with connect() as warehouse:
            recipients.load(warehouse)
        yield Office(home, tmp_path / "checkout")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Carry out a command; gives its exit code and what it says on stdout and stderr."""

    def run(module: Any, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", [module.__name__, *arguments])
        capsys.readouterr()
        from cadre_cloud.command import carry_out  # noqa: PLC0415

        code = carry_out(module.main)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run
