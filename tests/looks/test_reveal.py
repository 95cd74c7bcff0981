"""A number is shown to a reviewer of the official's region, on a terminal, after it is committed who looks; nowhere else."""

import logging
import os
import pty
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidTag
from homes import Home
from page_server import serving
from psycopg.errors import InsufficientPrivilege
from readers import admit, column, login

from cadre_cloud import settings
from cadre_cloud.commands import looks, reveal
from cadre_cloud.commands.common import carry_out
from cadre_cloud.storage.vault import vault

WHO = ("--who=李审", "--why=考察")
LOOKS = "select who, why, through, cadre_no from core.look"
IN_QINGHE, IN_LONGXI = (
    f"select min(cadre_no) from core.cadre_now where managed_by = '{region}'" for region in ("529902", "529901")
)
ABOVE_IN_QINGHE = "select min(cadre_no) from core.cadre_now where region_code = '529902' and managed_by = '529900'"
Shown = Callable[..., tuple[int, str, str]]


@pytest.fixture
def on_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shown:
    """Carry out `reveal` on a terminal; gives its exit code, what the terminal shows, and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        ours, theirs = pty.openpty()
        with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patch:
            patch.setattr("sys.argv", ["reveal", *arguments])
            patch.setattr("sys.stdout", terminal)
            code = carry_out(reveal.main)
            print("end", file=terminal, flush=True)
            shown = os.read(ours, 10_000).decode().replace("\r\n", "\n").removesuffix("end\n")
        os.close(ours)
        return code, shown, capsys.readouterr().err

    return run


def number_of(city: Home, cadre_no: str) -> str:
    sealed = city.one("select id_cipher from core.cadre where cadre_no = %s and known_to is null", [cadre_no])
    return vault().open_value(sealed, f"cadre/{cadre_no}")


def test_a_reviewer_sees_it_on_a_terminal(city: Home, on_terminal: Shown, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    cadre_no = city.one(IN_QINGHE)
    number = number_of(city, cadre_no)
    assert on_terminal(f"--cadre={cadre_no}", *WHO) == (0, f"{number}\n", "")
    assert city.rows(LOOKS) == [{"who": "李审", "why": "考察", "through": "command reveal", "cadre_no": cadre_no}]
    assert number not in caplog.text
    assert number not in repr(city.rows("select * from core.look"))
    assert number not in (city.var / "looks").read_text()


def test_into_a_file_or_a_pipe_it_does_not_go(city: Home, command) -> None:
    code, said, error = command(reveal, f"--cadre={city.one(IN_QINGHE)}", *WHO)
    assert (code, said, "is shown on a terminal" in error) == (1, "", True)
    assert city.rows(LOOKS) == []


@pytest.mark.parametrize(
    ("whose", "who", "why"),
    [
        (IN_LONGXI, WHO, "has to be a reviewer (core.admit_to) of the official's region"),
        (ABOVE_IN_QINGHE, WHO, "has to be a reviewer"),
        (IN_QINGHE, ("--who=王读", "--why=考察"), "has to be a reviewer"),
        (IN_QINGHE, ("--who=nobody", "--why=考察"), "has to be a reviewer"),
        (IN_QINGHE, ("--who=李审",), "must not be empty"),
        (IN_QINGHE, ("--who=李审", "--why=查529902198501010046"), "must not hold an identity number"),
        ("select 'C9999'", WHO, "there is no official"),
    ],
)
def test_to_whom_it_is_not_shown(city: Home, on_terminal: Shown, whose: str, who: tuple[str, ...], why: str) -> None:
    city.run("select core.admit('王读', '')")
    code, shown, error = on_terminal(f"--cadre={city.one(whose)}", *who)
    assert (code, shown, why in error) == (1, "", True)
    assert "198501010046" not in error
    assert city.rows(LOOKS) == []


def test_whose_unit_is_unknown_is_the_citys(city: Home, on_terminal: Shown) -> None:
    cadre_no = city.one("select min(cadre_no) from core.cadre_now where managed_by = '529902'")
    city.run("update core.cadre_now set region_code = null where cadre_no = %s", [cadre_no])
    try:
        assert on_terminal(f"--cadre={cadre_no}", *WHO)[0] == 1
        assert on_terminal(f"--cadre={cadre_no}", "--who=赵审", "--why=考察")[0] == 0
    finally:
        city.run("update core.cadre_now set region_code = '529902' where cadre_no = %s", [cadre_no])


def test_that_somebody_looks_is_kept_though_nothing_could_be_shown(city: Home, on_terminal: Shown) -> None:
    cadre_no = city.one(IN_QINGHE)
    sealed = city.one("select id_cipher from core.cadre where cadre_no = %s and known_to is null", [cadre_no])
    city.run("update core.cadre set id_cipher = '\\x00' where cadre_no = %s and known_to is null", [cadre_no])
    try:
        with pytest.raises(InvalidTag):
            on_terminal(f"--cadre={cadre_no}", *WHO)
    finally:
        city.run("update core.cadre set id_cipher = %s where cadre_no = %s and known_to is null", [sealed, cadre_no])
    assert [row["cadre_no"] for row in city.rows(LOOKS)] == [cadre_no]


def test_where_it_cannot_be_noted_nothing_is_shown(city: Home, on_terminal: Shown) -> None:
    (city.var / "looks").mkdir()
    try:
        code, shown, error = on_terminal(f"--cadre={city.one(IN_QINGHE)}", *WHO)
    finally:
        (city.var / "looks").rmdir()
    assert (code, shown, "IsADirectoryError" in error) == (1, "", True)
    city.run("revoke insert (why, who) on core.look from cadre_loader")
    try:
        assert on_terminal(f"--cadre={city.one(IN_QINGHE)}", *WHO)[:2] == (1, "")
    finally:
        city.run("grant insert (why, who) on core.look to cadre_loader")


def test_who_has_no_number_has_not_been_looked_at(city: Home, on_terminal: Shown) -> None:
    cadre_no = city.one(IN_QINGHE)
    sealed = city.one("select id_cipher from core.cadre where cadre_no = %s and known_to is null", [cadre_no])
    city.run("update core.cadre set id_cipher = null where cadre_no = %s and known_to is null", [cadre_no])
    try:
        assert on_terminal(f"--cadre={cadre_no}", *WHO)[:2] == (0, "We have no number of this official.\n")
    finally:
        city.run("update core.cadre set id_cipher = %s where cadre_no = %s and known_to is null", [sealed, cadre_no])
    assert city.rows(LOOKS) == []


def test_a_person_can_be_told_who_looked(looked: Home, command) -> None:
    code, said, _ = command(looks, "--cadre=C0001")
    assert code == 0
    assert [line.split()[3:] for line in said.splitlines()[1:]] == [
        ["李审", "考察", "command", "reveal"], ["李审", "任前核查", "command", "reveal"]
    ]  # fmt: skip
    assert command(looks, "--cadre=C0009")[1] == "Nobody has looked at this official.\n"


def test_who_reads_the_log(looked: Home) -> None:
    theirs = looked.rows("select look_no from core.look join core.cadre_now using (cadre_no) where managed_by = '529902'")
    admit(looked, "looks_529902", "529902", group="cadre_reviewer")
    admit(looked, "looks_reader", "", group="cadre_reader")
    with login(looked, "looks_529902") as reviewer:
        assert theirs
        assert column(reviewer, "select look_no from mart.look") == sorted(row["look_no"] for row in theirs)
        reviewer.execute("set local cadre.as_of = '2026-01-01'")
        assert column(reviewer, "select look_no from mart.look") == []
    for statement in ("select * from mart.look", "select hash from core.look"):
        with login(looked, "looks_reader") as reader, pytest.raises(InsufficientPrivilege):
            reader.execute(statement)
    with login(looked, "looks_529902") as reviewer, pytest.raises(InsufficientPrivilege):
        reviewer.execute("select salt from core.look")


def test_who_opens_the_page_of_an_alert_is_noted(city: Home) -> None:
    alert = city.rows("select alert_no, cadre_no from core.alert order by 1")[0]
    with serving(city) as pages:
        pages.admit("supervisor", "")
        pages.admit("of_nobody", None)
        for user, path, code in (
            ("of_nobody", alert["alert_no"], 404), ("supervisor", "0123456789AB", 404), ("supervisor", alert["alert_no"], 200)
        ):  # fmt: skip
            assert pages.get(pages.browser(user), f"/alerts/{path}").status_code == code
        noted = {
            "who": "supervisor",
            "why": f"alert {alert['alert_no']}",
            "through": "page alerts",
            "cadre_no": alert["cadre_no"],
        }
        assert city.rows(LOOKS) == [noted]
        city.run("revoke insert on core.look from cadre_web")
        answer = pages.get(pages.browser("supervisor"), f"/alerts/{alert['alert_no']}")
        assert answer.status_code == 404  # as where somebody may not read
        assert alert["cadre_no"] not in answer.text
        city.run("grant insert (who, why, through, cadre_no, delivery_id, row_no) on core.look to cadre_web")


def test_one_door() -> None:
    """Whatever opens a sealed number, and what for: one alone to show it."""
    ours = settings.home() / "plugins" / "cadre_cloud"
    opens = {str(path.relative_to(ours)) for path in ours.rglob("*.py") if "vault().open_value(" in path.read_text("utf-8")}
    assert opens == {
        "warehouse/numbers.py",
        "warehouse/roster.py",  # to link by a relative's
        "feed/persons.py",  # to link again
        "feed/forms.py",  # to read a form again
        "commands/rotate_keys.py",
    }
