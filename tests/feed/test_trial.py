"""A sample that is tried: what is said of it is what the check says of it as a delivery, and nothing of it is told or kept."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from feed_cases import FOLDER, Case, States, every_case
from homes import Home
from readable import lay

from cadre_cloud import contracts
from cadre_cloud.commands import try_feed
from cadre_cloud.feed.trial import Trial, attempt
from cadre_cloud.sources import SourceError
from cadre_cloud.sources.sample import arrival
from transforms.contract import Contract

# Of files that are not the first of their kind, those of which there is something to say.
ODD = ("bad_rows", "renamed_column", "no_header", "other_sheets", "undecodable_key", "key_conflict", "row_twice", "new_column",
       "cut_inside_a_quote")  # fmt: skip
ROW_COUNT = "expect_table_row_count_to_be_between"  # beside what came before, of which a trial knows nothing


def is_comparable(case: Case) -> bool:
    """A file is by itself what it is; a table or a pull is also what was there before, unless it is the first."""
    before = {resource for earlier in case.chain[:-1] for resource in earlier.delivered}
    if contracts.named(case.resource).brings_forms and len(list(case.folder.iterdir())) > len(["expect.yaml", "one form"]):
        return False  # which are one delivery together
    is_odd_file = contracts.named(case.resource).source.kind == "drop" and case.folder.name in ODD
    return is_odd_file or case.resource not in before


CASES = [case for case in every_case() if is_comparable(case)]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def tried(contract: Contract, path: Path) -> tuple[Trial, list[dict[str, Any]]]:
    with try_feed.aside():
        trial = attempt(contract, arrival(contract, path))
        return trial, trial.compared.refused.to_pylist() if trial.compared else []


def test_a_trial_says_what_the_check_says(case: Case, states: States, tmp_path: Path) -> None:
    home, contract = states.after(case.chain), contracts.named(case.resource)
    case.lay(tmp_path)
    for path in sorted((tmp_path / case.resource / case.day.isoformat()).iterdir()):
        assert_agrees(home, contract, delivery_of(home, case, contract, path.name), *tried(contract, path))


def delivery_of(home: Home, case: Case, contract: Contract, file: str) -> dict[str, Any]:
    """What a file became."""
    ours = home.rows("select * from ledger.delivery where resource = %s and day = %s", [case.resource, case.day])
    (same,) = [row for row in ours if contract.source.kind != "drop" or row["file"] == file]
    return same


def assert_agrees(home: Home, contract: Contract, delivery: dict[str, Any], trial: Trial, refused: list[dict[str, Any]]) -> None:
    is_told_by_rows = delivery["reason"] == "expectation" and "行数" in delivery["message"]
    if not is_told_by_rows:
        assert (trial.held or None) == (delivery["message"] if delivery["state"] == "held" else None)
    if not trial.compared:
        return
    counts = trial.compared.counts
    assert (counts.received, trial.compared.accepted, len(refused), counts.duplicate) == tuple(
        delivery[name] for name in ("received", "accepted", "quarantined", "duplicate")
    )
    assert trial.unknown == delivery["unknown_columns"]
    assert dict(trial.dropped) == delivery["dropped"]
    place = ["row_no"] if contract.source.kind == "drop" else []
    key = [] if contract.has_telling_key else ["source_key"]  # that is kept of no row
    columns = [*place, *key, "field", "reason"]
    noted = home.rows(f"select {', '.join(columns)} from ledger.quarantine where delivery_id = %s", [delivery["delivery_id"]])
    assert sorted(str([row[name] for name in columns]) for row in refused) == sorted(str([*row.values()]) for row in noted)
    quality = "select position, success, unexpected_share from ledger.quality where delivery_id = %s and expectation <> %s"
    every = enumerate(trial.findings, start=1)
    judged = [(position, f.success, f.unexpected_share) for position, f in every if f.expectation != ROW_COUNT]
    assert sorted(judged) == sorted(tuple(row.values()) for row in home.rows(quality, [delivery["delivery_id"], ROW_COUNT]))


def sample(name: str, folder: Path) -> Path:
    """The one delivery of a golden case, as a file."""
    (path,) = (path for path in (FOLDER / name).iterdir() if path.name != "expect.yaml")
    lay(path, folder)
    return next(folder.iterdir())


@pytest.mark.parametrize(
    ("name", "loads", "said"),
    [
        (
            "procuratorate/first_day",
            True,
            ["8 mapped, 0 ignored by name, 0 unknown, 0 missing", "7  self   full number", "It would load."],
        ),
        ("procuratorate/bad_rows", True, ["14 received, 1 good, 13 refused", "bad_check_digit  its check digit does not fit"]),
        ("public_security/first_day", True, ["removed  ZSDD", "3 times: not named by the contract"]),
        (
            "court/renamed_column",
            False,
            ["1 unknown, 1 missing", "perhaps called 失信标志 now", "It would be held; the ledger would say: 缺少"],
        ),
        ("court/undecodable_key", True, ["undecodable"]),
        ("audit/renamed_column", False, ["perhaps called 完成时限 now"]),
        ("audit/renamed_merged_column", False, ["perhaps called 受审单位 now"]),
        ("land/first_day", True, ["full number", "old number of 15 digits"]),
        ("finance/first_day", True, ["hashed number"]),
        ("audit/first_day", True, ["name and unit"]),
        ("taxation/first_day", True, ["representative  masked number"]),
        ("appointment/first_day", True, ["number of the roster"]),
    ],
)
def test_what_is_printed(name: str, loads: bool, said: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample(name, tmp_path)
    assert try_feed.try_feed(name.partition("/")[0], path) == loads
    out = capsys.readouterr().out
    for sentence in said:
        assert sentence in out


def test_no_value_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample("procuratorate/bad_rows", tmp_path)
    try_feed.try_feed("procuratorate", path)
    out = capsys.readouterr().out
    values = {str(value) for line in path.read_text("utf-8").splitlines() for value in json.loads(line).values() if value}
    assert not [value for value in values if len(value) > 1 and value in out]


def test_nothing_is_left_of_it(tmp_path: Path) -> None:
    before = dict(os.environ)
    with try_feed.aside():
        var = Path(os.environ["CADRE_VAR"])
        attempt(
            contracts.named("procuratorate"),
            arrival(contracts.named("procuratorate"), sample("procuratorate/first_day", tmp_path)),
        )
        assert list(var.rglob("*.parquet"))
    assert not var.exists()
    assert dict(os.environ) == before


RECORDS = [
    {"TYSAH": "1", "XYRXM": "甲", "AY": "盗窃罪", "BLJD": "1", "BLRQ": "20260501", "GXSJ": "2026-05-01T08:00:00+08:00"}
] * 2
LINES = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)


@pytest.mark.parametrize(
    "text", [LINES, f"\ufeff{LINES}\n", json.dumps(RECORDS), json.dumps({"code": 0, "total": 2, "page": 1, "data": RECORDS})]
)
def test_a_gateways_sample_may_be_lines_a_list_or_a_page(text: str, tmp_path: Path) -> None:
    (tmp_path / "sample").write_text(text, "utf-8")
    trial, _ = tried(contracts.named("procuratorate"), tmp_path / "sample")
    assert (trial.compared.counts.received, trial.compared.counts.duplicate) == (2, 1)


def test_a_tables_sample_may_be_json(tmp_path: Path) -> None:
    rows = [{"b0111": f"U{number}", "b0101": "某局", "b0117": "529901", "b0150": number} for number in range(3)]
    every = ("b0111", "b0101", "b0104", "uscc", "b0117", "b0121", "b0127", "b0124", "b0150")
    (tmp_path / "rows.json").write_text(json.dumps([dict.fromkeys(every) | row for row in rows]), "utf-8")
    trial, refused = tried(contracts.named("unit"), tmp_path / "rows.json")
    assert (trial.held, trial.compared.accepted, refused) == (None, 3, [])


@pytest.mark.parametrize(
    ("feed", "content", "said"),
    [
        ("procuratorate", None, "there is no file"),
        ("prosecutors", LINES, "prosecutors was not tried: there is no such resource"),
        ("procuratorate", f"{LINES}\n{{cut", "line 3 is not JSON"),
        ("procuratorate", "3", "holds no records"),
    ],
)
def test_what_cannot_be_tried_is_told(
    feed: str, content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "sample.jsonl"
    if content:
        path.write_text(content, "utf-8")
    monkeypatch.setattr("sys.argv", ["try", feed, str(path)])
    assert try_feed.main() == 1
    assert said in capsys.readouterr().err


def test_a_broken_contract_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = tmp_path / "dags" / "feeds"
    feeds.mkdir(parents=True)
    (feeds / "court.yaml").write_text("resource: [court", "utf-8")
    monkeypatch.setenv("CADRE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["try", "court", str(feeds / "court.yaml")])
    assert try_feed.main() == 1
    assert "court was not tried: court.yaml: " in capsys.readouterr().err


def test_a_name_that_the_folder_would_not_see(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample("court/first_day", tmp_path).rename(tmp_path / "parties.csv")
    try_feed.try_feed("court", path)
    assert "By this name it would not be seen in the folder: the contract says court_*.csv." in capsys.readouterr().out


def test_a_sample_in_another_encoding_than_json(tmp_path: Path) -> None:
    (tmp_path / "sample").write_bytes(LINES.encode("gb18030"))
    with pytest.raises(SourceError, match="not in UTF-8"):
        tried(contracts.named("procuratorate"), tmp_path / "sample")
