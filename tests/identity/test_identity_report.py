"""What links are worth against a truth: counted, told in figures alone, and kept."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from feed_cases import States
from homes import Home, settled_in

from cadre_cloud.commands import identity_report
from cadre_cloud.commands.common import carry_out

DEBTOR, ASKED, STRANGER = "(2026)黔9901执00001号|1", "(2026)黔9901执00008号|1", "(2026)黔9901执00001号|2"
TRUTH = f"""resource,source_key,cadre_no,mention_no,subject,form,since
court,{DEBTOR},C0001,1,self,masked_id,2026-06-01
court,{DEBTOR},C0002,1,self,masked_id,2026-06-02
court,(2026)黔9902执00002号|1,C0009,1,self,masked_id,2026-06-01
court,{ASKED},C0008,1,self,bare_masked_id,2026-06-01
court,{STRANGER},,1,self,masked_id,2026-06-01
"""
KEPT = "select outcome, method, sum(mentions)::int as mentions from mart.identity_outcome group by 1, 2 order by 1, 2"


@pytest.fixture(scope="module")
def home(states: States, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = states.lodging(tmp_path_factory.mktemp("report") / "home", "court/first_day")
    with settled_in(home):
        yield home


def reported(truth: Path, text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    truth.write_text(text, encoding="utf-8-sig")
    monkeypatch.setattr("sys.argv", ["identity_report", f"--truth={truth}"])
    code = carry_out(identity_report.main)
    return code, *capsys.readouterr()


def test_links_are_held_against_the_truth_of_the_last_day(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):  # a second report is in place of the first one
        code, told, _ = reported(tmp_path / "owner.csv", TRUTH, capsys, monkeypatch)
        assert code == 0
    assert home.rows(KEPT) == [
        {"outcome": "false", "method": "masked_id", "mentions": 1},
        {"outcome": "nobody", "method": "none", "mentions": 1},
        {"outcome": "review", "method": "masked_id_incomplete", "mentions": 1},
        {"outcome": "right", "method": "masked_id", "mentions": 1},
    ]
    assert home.one("select distinct day from mart.identity_outcome") == date(2026, 6, 1)
    assert "0.5000" in told, "one of two links is right"
    assert home.one("select sum(pairs)::int from mart.identity_calibration") == 1
    for secret in ("黔", "C0001", "张", "5299"):
        assert secret not in told


def test_a_truth_that_is_none_changes_nothing(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = home.rows(KEPT)
    for text in ("resource,source_key\ncourt,1\n", "resource,source_key,cadre_no\nelsewhere,1,C1\n"):
        code, told, refused = reported(tmp_path / "owner.csv", text, capsys, monkeypatch)
        assert (code, told) == (1, "") and refused.startswith("Nothing was done")
    assert home.rows(KEPT) == before
