"""What `make` hands on to the platform's own commands."""

import sys

import pytest

from demo import __main__ as commands
from demo.trouble import Trouble


@pytest.mark.parametrize(
    ("command", "given", "arguments"),
    [
        ("quarantine", {}, []),
        (
            "quarantine",
            {"SHOW": "court-1", "ROW": "5", "WHO": "李工", "WHY": "-"},
            ["--show=court-1", "--row=5", "--who=李工", "--why=-"],
        ),
        ("quarantine", {"RELEASE": "1", "RESOURCE": "court", "REASON": "x y"}, ["--resource=court", "--reason=x y", "--release"]),
        ("held", {"DELIVERY": "court-1", "ACCEPT": "0", "REJECT": "yes"}, ["--delivery=court-1", "--reject"]),
        ("replay", {"DAY": "2026-06-02", "RESOURCE": ""}, ["2026-06-02"]),
        ("review", {"FILE": "a file.csv"}, ["a file.csv"]),
        ("new_feed", {"FROM": "an entry.yaml"}, ["an entry.yaml"]),
        ("try_feed", {"FEED": "court", "FILE": "a file.csv"}, ["court", "a file.csv"]),
    ],
)
def test_what_is_handed_on(command: str, given: dict[str, str], arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    become = []
    monkeypatch.setattr("os.execve", lambda *args: become.append(args))
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgres://somewhere")
    for name in (
        "SHOW",
        "RELEASE",
        "DELIVERY",
        "ROW",
        "RESOURCE",
        "REASON",
        "FIELD",
        "WHO",
        "WHY",
        "ACCEPT",
        "REJECT",
        "DAY",
        "FILE",
        "FROM",
        "FEED",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    getattr(commands, command)()
    ((program, said, environment),) = become
    assert (program, said) == (sys.executable, [sys.executable, "-m", f"cadre_cloud.commands.{command}", *arguments])
    assert environment["AIRFLOW_CONN_WAREHOUSE"] == "postgres://somewhere"


@pytest.mark.parametrize(("command", "name"), [("replay", "DAY"), ("review", "FILE"), ("new_feed", "FROM"), ("try_feed", "FEED")])
def test_what_has_to_be_given(command: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(name, raising=False)
    with pytest.raises(Trouble, match=name):
        getattr(commands, command)()
