"""Proposed officials: they are listed without a name, and what a person decides about them holds, is kept, and can be undone."""

from datetime import date

import pytest
from chain_in_process import contract_of, run_day, run_feed
from dump import whole
from feed_cases import FOLDER, Case
from homes import Home

from cadre_cloud.commands import forms
from transforms.forms.match import official_no

NOBODY = "bb2e2b739f0550f7004c8a1b00e7c35e07b9339359f853bc1a27e768a23fc236"
OTHER_NAME = "c732fb86498a72f8c3aaf9afb408cd2674d483f58f8ceca69cdba86b714ac526"
KNOWN = "59792699e2600457cae00dbc57b81f484d0ce4456967b357b1968be24524bf6b"
BY = ("--who=李审", "--why=查了档案")


def whose(home: Home, form_no: str) -> tuple[str | None, str]:
    row = home.rows("select cadre_no, method from core.form_reading where form_no = %s and known_to is null", [form_no])[0]
    return row["cadre_no"], row["method"]


def roster(home: Home) -> set[str]:
    return {row["cadre_no"] for row in home.rows("select cadre_no from mart.cadre")}


def test_they_are_listed_without_a_name(home: Home, command) -> None:
    code, out, _ = command(forms)
    assert code == 0
    assert NOBODY[:12] in out and OTHER_NAME[:12] in out and "C0001" in out
    assert KNOWN[:12] not in out
    assert not any(row["name"] in out.replace("尹忘川.lrmx", "") for row in home.rows("select name from core.form_reading"))


def test_a_new_official(home: Home, command) -> None:
    assert command(forms, f"--form={NOBODY[:10]}", "--new", *BY)[0] == 0
    number = official_no(NOBODY)
    assert whose(home, NOBODY) == (number, "person")
    assert number in roster(home)
    (row,) = home.rows("select * from core.cadre where cadre_no = %s", [number])
    assert (row["name"], row["id_cipher"], row["unit_code"]) == ("尹忘川", None, "U003")
    assert home.rows("select verdict, cadre_no, who, why from core.form_decision") == [
        {"verdict": "new", "cadre_no": None, "who": "李审", "why": "查了档案"}
    ]
    counts = home.rows("select mentions, linked, review, nobody, identity from ledger.delivery where file = '尹忘川.lrmx +3'")
    identity = {"full_id": 2, "name_sex_birth": 1, "person": 1}
    assert counts == [{"mentions": 4, "linked": 4, "review": 0, "nobody": 0, "identity": identity}]


def test_it_holds_when_the_feed_runs_again(home: Home, command) -> None:
    command(forms, f"--form={NOBODY}", "--new", *BY)
    before = whole(home, "core")
    run_feed(contract_of("approval_form"), date(2026, 6, 2))
    assert whole(home, "core") == before


def test_somebody_on_the_roster(home: Home, command) -> None:
    assert command(forms, f"--form={OTHER_NAME}", "--same=C0001", *BY)[0] == 0
    assert whose(home, OTHER_NAME) == ("C0001", "person")
    assert command(forms, f"--form={NOBODY}", "--same=C0008", *BY)[0] == 0
    assert "C0008" in {row["cadre_no"] for row in home.rows("select cadre_no from mart.form where is_latest")}


def test_nobody_leaves_nothing(home: Home, command) -> None:
    assert command(forms, f"--form={NOBODY}", "--nobody", *BY)[0] == 0
    for table in ("form", "form_reading"):
        assert home.rows(f"select * from core.{table} where form_no = %s", [NOBODY]) == []
    assert "尹忘川" not in str([home.rows(f"select * from core.{table}") for table in ("cadre", "form", "form_reading", "spell")])
    counts = home.rows("select mentions, linked, review, nobody from ledger.delivery where file = '尹忘川.lrmx +3'")
    assert counts == [{"mentions": 4, "linked": 3, "review": 0, "nobody": 1}]


def test_a_decision_can_be_undone(home: Home, command) -> None:
    command(forms, f"--form={NOBODY}", "--new", *BY)
    assert command(forms, f"--form={NOBODY}", "--same=C0008", *BY)[0] == 0
    assert whose(home, NOBODY) == ("C0008", "person")
    assert official_no(NOBODY) not in roster(home)


@pytest.mark.parametrize(("arguments", "why"), [
    ((f"--form={KNOWN}", "--new", *BY), "nothing waits"),
    ((f"--form={OTHER_NAME}", "--new", *BY), "somebody on the roster"),
    ((f"--form={NOBODY}", "--same=C9999", *BY), "no other official"),
    (("--form=0000000000", "--new", *BY), "no such form"),
    (("--form=%", "--new", *BY), "named by its number"),
    ((f"--form={NOBODY}", "--new"), "must not be empty"),
    ((f"--form={NOBODY}", "--new", "--who=李审", "--why=529901197503120010"), "identity number"),
])  # fmt: skip
def test_what_is_refused(home: Home, command, arguments: tuple[str, ...], why: str) -> None:
    code, _, said = command(forms, *arguments)
    assert code == 1
    assert why in said
    assert home.rows("select * from core.form_decision") == []


def test_who_sees_them(home: Home) -> None:
    """No form says of which level somebody is, so the city's reviewers, and those of no county."""
    import psycopg  # noqa: PLC0415

    seen = {}
    with psycopg.connect(home.owner) as owner:
        for region in ("529901", "529902", "529900", "5299", "5300"):
            role = owner.execute("select core.admit_to('cadre_reviewer', %s, %s)", [f"r{region}", region]).fetchone()[0]
            owner.execute(f"set local role {role}")
            seen[region] = sorted(row[0] for row in owner.execute("select name from mart.form_proposed"))
            owner.execute("reset role")
        owner.execute("select core.admit_to('cadre_reader', 'reader', '5299')")
        owner.execute("set local role cadre_reader_5299")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("select * from mart.form_proposed")
        owner.rollback()
    both = ["尹忘川", "王建军"]
    assert seen == {"529901": [], "529902": [], "529900": both, "5299": both, "5300": []}


def test_where_form_and_record_differ(home: Home) -> None:
    rows = home.rows("select cadre_no, field, on_form, on_record from mart.form_difference order by 1, 2")
    assert rows == [
        {"cadre_no": "C0002", "field": "post_title", "on_form": "青禾县财政局局长", "on_record": "财政局局长"},
    ]


def test_departments_are_searched_for_somebody_without_a_number(home: Home, command) -> None:
    command(forms, f"--form={NOBODY}", "--new", *BY)
    Case(FOLDER / "court" / "first_day").lay(home.folder / "city")
    run_day(home, home.folder / "city", date(2026, 6, 1), ["court"])
    assert home.rows("select * from ledger.failure") == []
    assert home.one("select count(*) from core.link where cadre_no = 'C0003'") > 0
