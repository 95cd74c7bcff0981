"""What a deployment copies, and the settings that it is told of."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

from airflow.cli import cli_parser as airflow_parser
from airflow.configuration import conf
from documents import CHECKOUT, text

from demo.airflow import COMPONENTS

SYSTEMD = CHECKOUT / "docs" / "systemd"
WHERE = "/opt/cadre-cloud"  # the checkout of the documents
UNITS = [f"cadre-cloud@{name}.service" for name in COMPONENTS]
GUIDE = text("docs/run-for-real.md")


def sample() -> dict[str, str]:
    """What settings.env sets, as a shell reads it."""
    lines = [line for line in text("docs/systemd/settings.env").splitlines() if line and not line.startswith("#")]
    pairs = [line.split("=", 1) for line in lines]
    return {name: shlex.split(value)[0] if value.startswith("'") else value for name, value in pairs}


def test_every_process_is_started() -> None:
    target = (SYSTEMD / "cadre-cloud.target").read_text(encoding="utf-8")
    assert set(re.findall(r"cadre-cloud@\S+", target)) == set(UNITS)


def test_the_units_are_right(tmp_path: Path) -> None:
    for unit in SYSTEMD.glob("cadre-cloud*"):
        (tmp_path / unit.name).write_text(unit.read_text(encoding="utf-8").replace(WHERE, str(CHECKOUT)), encoding="utf-8")
    service = (tmp_path / "cadre-cloud@.service").read_text(encoding="utf-8")
    assert Path(re.findall(r"^ExecStart=(\S+) %i$", service, re.MULTILINE)[0]).exists()
    if systemd := shutil.which("systemd-analyze"):
        others = [f"./{unit.name}" for unit in SYSTEMD.glob("cadre-cloud*") if "@" not in unit.name]
        command = [systemd, "verify", *others, *(f"./{name}" for name in UNITS)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, [line for line in done.stderr.splitlines() if "cadre-cloud" in line]) == (0, [])


def test_the_scheduler_is_asked_for_its_pulse() -> None:
    service = (SYSTEMD / "cadre-cloud-pulse.service").read_text(encoding="utf-8")
    command = re.findall(r"^ExecStart=\S+/airflow (.+)$", service, re.MULTILINE)[0].split()
    assert airflow_parser.get_parser().parse_args(command).job_type == "SchedulerJob"


def test_airflow_knows_the_settings() -> None:
    for name in (name for name in sample() if name.startswith("AIRFLOW__")):
        section, option = name.removeprefix("AIRFLOW__").lower().split("__")
        if option.endswith("_cmd"):
            option = option.removesuffix("_cmd")
            assert (section, option) in conf.sensitive_config_values, name
        assert option in conf.configuration_description[section]["options"], name


def test_every_setting_of_ours_is_told_and_every_one_told_is_read() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "plugins").rglob("*.py"))
    read = set(re.findall(r'"(CADRE_[A-Z_]+)"', code))
    assert set(re.findall(r"`(CADRE_[A-Z_]+)`", GUIDE)) == read
    assert {name for name in sample() if name.startswith("CADRE_")} <= read


def test_no_secret_stands_in_the_sample() -> None:
    assert [name for name in sample() if re.search(r"CADRE_(KEY|SALTS)|AIRFLOW_CONN|PASSWORD", name)] == []
