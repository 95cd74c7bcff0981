"""The DAGs as Airflow's processor sees them: all there, quick, alone with their files, and the same at each parse."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pendulum
import pytest
import time_machine
from airflow.serialization.serialized_objects import DagSerialization
from airflow.timetables.base import DagRunInfo
from homes import OURS

from cadre_cloud.settings import SHANGHAI

CLONE = Path(__file__).resolve().parents[1]
RESOURCES = sorted(path.stem for path in (CLONE / "dags" / "feeds").glob("*.yaml"))
FEEDS = [f"feed_{resource}" for resource in RESOURCES]
OTHERS = ["alerts", "export", "mail", "publish", "relink", "upkeep", "wishes"]
NOWHERE = "postgresql+psycopg2://nobody@127.0.0.1:1/nothing"
ALL_ON = json.dumps(dict.fromkeys(RESOURCES, "a sharing agreement"))

Parsed = dict[str, Any]


def parse(home: Path = CLONE, **settings: str) -> Parsed:
    """Parse a checkout's DAGs in a process without a network and without a database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*OURS, "PYTHONHASHSEED"))}
    environment = kept | {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": NOWHERE,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "CADRE_HOME": str(home),
        **settings,
    }
    command = [sys.executable, str(Path(__file__).with_name("parse_dags.py")), str(home / "dags")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=120)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def twice() -> list[Parsed]:
    """Parsed under two orders of hashing."""
    return [parse(CADRE_LEGAL_BASIS=ALL_ON, PYTHONHASHSEED=seed) for seed in ("1", "2")]


@pytest.fixture(scope="module")
def dags(twice: list[Parsed]) -> dict[str, Parsed]:
    return twice[0]["dags"]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Parsed:
    """A checkout in which one contract says what no contract can say, and one is no YAML."""
    home = tmp_path_factory.mktemp("checkout")
    shutil.copytree(CLONE / "dags", home / "dags")
    court = home / "dags" / "feeds" / "court.yaml"
    court.write_text(court.read_text("utf-8").replace("type: money", "type: gold"), "utf-8")
    (home / "dags" / "feeds" / "unit.yaml").write_text("resource: [unit", "utf-8")
    return parse(home, CADRE_LEGAL_BASIS=ALL_ON)


def test_all_of_them_are_there_and_none_is_broken(twice: list[Parsed]) -> None:
    assert len(FEEDS) > 0
    for parsed in twice:
        assert parsed["errors"] == {}
        assert list(parsed["dags"]) == sorted([*FEEDS, *OTHERS])


def test_each_file_is_parsed_in_under_a_second(twice: list[Parsed]) -> None:
    files = {file for parsed in twice for file in parsed["seconds"]}
    assert len(files) >= 1 + len(OTHERS)
    slow = {file: min(parsed["seconds"][file] for parsed in twice) for file in files}
    assert {file: seconds for file, seconds in slow.items() if seconds >= 1} == {}


def test_each_parse_serialises_alike(twice: list[Parsed]) -> None:
    one, other = ({name: dag["serialized"] for name, dag in parsed["dags"].items()} for parsed in twice)
    assert one == other


def test_each_has_an_owner_a_run_book_and_tags(dags: dict[str, Parsed]) -> None:
    for name, dag in dags.items():
        assert "When it fails" in dag["doc_md"], name
        assert dag["description"], name
        assert dag["tags"], name
        assert dag["tasks"], name
        assert all(task["owner"] not in ("", "airflow") for task in dag["tasks"].values()), name


def test_none_catches_up_or_overlaps(dags: dict[str, Parsed]) -> None:
    assert {(dag["catchup"], dag["max_active_runs"]) for dag in dags.values()} == {(False, 1)}


def test_a_feed_settles_whatever_went_before_and_its_run_tells(dags: dict[str, Parsed]) -> None:
    for name in FEEDS:
        upstream = {task: said["upstream"] for task, said in dags[name]["tasks"].items()}
        assert upstream == {
            "extract": [], "check": ["extract"], "load": ["check"], "settle": ["load"], "verdict": ["load", "settle"],
        }, name  # fmt: skip
        rules = {task["__var"]["task_id"]: task["__var"].get("trigger_rule") for task in dags[name]["serialized"]["dag"]["tasks"]}
        assert rules["settle"] == "all_done"
        assert {rule for task, rule in rules.items() if task != "settle"} <= {None, "all_success"}


def test_mail_goes_out_whatever_went_before_and_its_run_tells(dags: dict[str, Parsed]) -> None:
    upstream = {task: said["upstream"] for task, said in dags["mail"]["tasks"].items()}
    assert upstream == {
        "bounces": [], "render": ["bounces"], "send": ["render"], "verdict": ["bounces", "render", "send"],
    }  # fmt: skip
    tasks = {task["__var"]["task_id"]: task["__var"] for task in dags["mail"]["serialized"]["dag"]["tasks"]}
    assert {name: task.get("trigger_rule") for name, task in tasks.items()} == {
        "bounces": None, "render": "all_done", "send": "all_done", "verdict": None,
    }  # fmt: skip
    assert tasks["send"]["execution_timeout"]


def test_feeds_are_tagged_by_department(dags: dict[str, Parsed]) -> None:
    tags = {name: set(dags[name]["tags"]) for name in FEEDS}
    assert "中级人民法院" in tags["feed_court"]
    assert "纪委监委" in tags["feed_discipline"]
    assert all("off" not in tagged and any(tag.startswith("impact:") for tag in tagged) for tagged in tags.values())


def test_what_runs_by_the_clock_runs_by_the_city_s(dags: dict[str, Parsed]) -> None:
    for name in (*FEEDS, "mail", "upkeep"):
        timetable = json.dumps(dags[name]["serialized"]["dag"]["timetable"])
        assert "cron" in timetable.lower(), name
        assert "Asia/Shanghai" in timetable, name


@pytest.mark.parametrize(("now", "own_files", "departments"), [
    ("12:00", "2026-06-02 05:00", "2026-06-02 05:30"),
    ("05:15", "2026-06-02 05:00", "2026-06-01 05:30"),
    ("04:00", "2026-06-01 05:00", "2026-06-01 05:30"),
])  # fmt: skip
def test_a_feed_that_starts_for_the_first_time_begins_with_the_day_whose_hour_is_over(
    dags: dict[str, Parsed], now: str, own_files: str, departments: str
) -> None:
    begins = {name: first_run(dags[name], f"2026-06-02 {now}") for name in FEEDS}
    assert begins["feed_personnel"] == begins["feed_unit"] == own_files
    assert begins["feed_court"] == begins["feed_discipline"] == departments
    assert set(begins.values()) == {own_files, departments}


def test_the_cut_off_waits_for_its_own_hour_on_a_first_day(dags: dict[str, Parsed]) -> None:
    """Where it has long passed; what is complete before the next is published by itself."""
    assert first_run(dags["publish"], "2026-06-02 12:00") == "2026-06-03 09:30"
    assert first_run(dags["alerts"], "2026-06-02 12:15") == "2026-06-03 09:45"


def test_after_a_morning_without_a_scheduler_each_runs_once_for_the_day(dags: dict[str, Parsed]) -> None:
    for name, hour in (("feed_personnel", "05:00"), ("feed_court", "05:30"), ("publish", "09:30"), ("alerts", "09:45")):
        assert first_run(dags[name], "2026-06-05 12:00", since=f"2026-06-02 {hour}") == f"2026-06-05 {hour}"


def first_run(dag: Parsed, now: str, since: str | None = None) -> str:
    """When a DAG's next run is due, in Shanghai, if the scheduler sees it first at a moment; `since`: its last run was then."""
    shown = "%Y-%m-%d %H:%M"
    last = since and datetime.strptime(since, shown).replace(tzinfo=SHANGHAI)
    read = DagSerialization.from_dict(dag["serialized"])
    with time_machine.travel(datetime.strptime(now, shown).replace(tzinfo=SHANGHAI), tick=False):
        due = read.next_dagrun_info(last_automated_run_info=last and DagRunInfo.exact(pendulum.instance(last)))
    return due.run_after.astimezone(SHANGHAI).strftime(shown)


def test_a_rehearsal_has_no_clock() -> None:
    parsed = parse(CADRE_LEGAL_BASIS=ALL_ON, CADRE_REHEARSAL="1")
    assert parsed["errors"] == {}
    timetables = json.dumps([dag["serialized"]["dag"]["timetable"] for dag in parsed["dags"].values()])
    assert "cron" not in timetables.lower()


def test_a_broken_contract_is_an_error_that_names_its_file_and_the_others_load(broken: Parsed) -> None:
    ((file, error),) = broken["errors"].items()
    assert file.endswith("feeds.py")
    assert "court.yaml" in error
    assert "unit.yaml" in error
    assert list(broken["dags"]) == sorted([*({*FEEDS} - {"feed_court", "feed_unit"}), *OTHERS])


def test_without_a_legal_basis_a_feed_is_off_and_says_so() -> None:
    dags = parse()["dags"]
    for name in ("feed_court", "feed_discipline"):
        assert "off" in dags[name]["tags"]
        assert "off: no legal basis" in dags[name]["description"]
        assert "the feed is off" in dags[name]["doc_md"]
        assert "NullTimetable" in json.dumps(dags[name]["serialized"]["dag"]["timetable"])
    assert "off" not in dags["feed_personnel"]["tags"]
