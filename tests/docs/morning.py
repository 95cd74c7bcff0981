"""A morning with something to do: refused rows whose code is agreed by now, and a held delivery."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
import yaml
from chain_in_process import contract_of, run_day
from feed_cases import FOLDER, Case, States
from homes import Home, clone, settled_in

from cadre_cloud import settings
from cadre_cloud.mail.digest import render
from demo.stack import Stack

FIRST, SECOND = date(2026, 6, 1), date(2026, 6, 2)


def make(stack: Stack, states: States, folder: Path) -> Home:
    """The home in which it is that morning."""
    home = clone(stack, folder / "home", states.after(Case(FOLDER / "personnel" / "roster").chain))
    for case in ("first_day", "cut_to_a_third"):
        Case(FOLDER / "court" / case).lay(home.folder / "city")
    with pytest.MonkeyPatch.context() as patch, settled_in(home):
        patch.setenv("CADRE_HOME", str(_checkout(folder / "checkout", _without_criminal_cases)))
        contract_of.cache_clear()
        run_day(home, home.folder / "city", FIRST, ["court"])
        patch.delenv("CADRE_HOME")
        contract_of.cache_clear()
        run_day(home, home.folder / "city", SECOND, ["court"])
        render(SECOND)
    home.run("select core.admit_to('cadre_reviewer', 'reviewer', '')")
    return home


def _without_criminal_cases(words: dict[str, Any]) -> None:
    del words["columns"]["案件类型"]["terms"]["刑事"]


def _checkout(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """A checkout whose court contract is another one."""
    for part in ("dags/feeds", "expectations", "sql"):
        copytree(settings.home() / part, folder / part)
    contract = folder / "dags" / "feeds" / "court.yaml"
    words = yaml.safe_load(contract.read_text(encoding="utf-8"))
    change(words)
    contract.write_text(yaml.safe_dump(words, allow_unicode=True), encoding="utf-8")
    return folder
