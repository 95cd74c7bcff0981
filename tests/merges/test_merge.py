"""Two entries of the roster that are one person: by command, through every view, and back."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from homes import Home
from readers import login
from twice import COUNTY, DAY, ONE, OTHER_COUNTY, REVIEWER, TWICE

from cadre_cloud.commands import merge, review
from cadre_cloud.commands.decision_file import COLUMNS
from cadre_cloud.mail.digest import render
from cadre_cloud.warehouse.connection import known_at

Command = Callable[..., tuple[int, str, str]]
DEBT = "(2026)黔9902执00002号|1"
BY, WHY = "--who=赵审", "--why=查了档案"
OF_PERSONS = """
select table_name from information_schema.columns c where table_schema = 'mart' and column_name = 'cadre_no'
and table_name not in ('decision', 'look', 'objection', 'change') order by 1"""


def served(home: Home, role: str = REVIEWER, as_of: datetime | None = None) -> dict[str, list[Any]]:
    """Every row about a person, every column, as a role sees it."""
    views = [row["table_name"] for row in home.rows(OF_PERSONS)]
    with login(home, role) as reader:
        reader.execute("select set_config('cadre.as_of', %s, true)", [as_of.isoformat() if as_of else ""])
        may = [
            view for view in views if reader.execute("select has_table_privilege(%s, 'select')", [f"mart.{view}"]).fetchone()[0]
        ]
        return {view: sorted(row for (row,) in reader.execute(f"select t::text from mart.{view} t")) for view in may}


def one(home: Home, query: str, role: str = COUNTY) -> list[Any]:
    with login(home, role) as reader:
        return reader.execute(query).fetchall()


def changes(home: Home, since: datetime) -> set[tuple[str, str, str]]:
    return set(
        one(home, f"select object, cadre_no, kind from mart.change('{since.isoformat()}') where cadre_no in ('{ONE}', '{TWICE}')")
    )


def test_merged_and_parted(city: Home, command: Command) -> None:
    """What a department sends of a number that two have is nobody's; it is the one's while they are one."""
    owing = f"select cadre_no, link_method from mart.record where source_key = '{DEBT}'"
    alerts = "select cadre_no, rule, state from mart.alert where rule = 'enforcement_debtor' and state = 'new'"
    before, began = served(city), now(city)
    past = served(city, as_of=began)
    assert (one(city, owing), one(city, alerts)) == ([], [])
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    within = now(city)
    assert (one(city, owing), one(city, alerts)) == ([(ONE, "merged")], [(ONE, "enforcement_debtor", "new")])
    assert one(city, "select * from mart.merged") == [(TWICE, ONE)]
    merged = served(city)
    assert [view for view, rows in merged.items() if any(TWICE in row for row in rows)] == ["merged"]
    assert one(city, f"select count(*) from mart.cadre where cadre_no in ('{ONE}', '{TWICE}')") == [(1,)]
    assert {("record", ONE, "new"), ("alert", ONE, "new"), ("cadre", TWICE, "retracted")} <= changes(city, began)
    code, out, _ = command(merge)
    assert (code, TWICE in out, "赵审" in out) == (0, True, True)

    assert command(merge, f"--unmerge={TWICE}", BY, WHY)[0] == 0
    assert served(city) == before
    assert served(city, as_of=within) == merged
    assert served(city, as_of=began) == past
    assert {("record", ONE, "unlinked"), ("alert", ONE, "retracted"), ("cadre", TWICE, "new")} <= changes(city, within)
    assert one(city, "select * from mart.merged") == []
    assert command(merge) == (0, "No entries of the roster are merged.\n", "")


def test_whose_the_survivor_is_reads_about_both(city: Home, command: Command) -> None:
    city.run("update core.cadre_now set region_code = '529901' where cadre_no = %s", [TWICE])
    assert TWICE in str(served(city, OTHER_COUNTY)) and TWICE not in str(served(city, COUNTY))
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    for rows in (served(city, OTHER_COUNTY), served(city, OTHER_COUNTY, known_at(DAY))):
        assert TWICE not in str(rows) and ONE not in str(rows["cadre"])
    assert TWICE in str(served(city, COUNTY, known_at(DAY)))


def test_functions_with_their_owner_s_rights_tell_others_nothing(city: Home, command: Command) -> None:
    """Of a county's officials those of another learn neither who is merged nor what was said of them."""
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    asked = f"select core.merged_verdict('court', '{DEBT}', 1, '{ONE}', 'undecided', 'several', 'machine')"
    for role, number, verdict in ((COUNTY, 1, "same"), (OTHER_COUNTY, 0, "undecided")):
        assert one(city, "select count(*) from core.merges()", role) == [(number,)]
        assert one(city, "select count(distinct key) from core.merged_record_version()", role) == [(number,)]
        assert one(city, asked, role) == [(verdict,)]
        assert [one(city, f"select count(*) from core.{table}", role) for table in ("merge", "merged_now")] == [[(number,)]] * 2
        assert one(city, "select count(*) from core.link where verdict <> 'same'", role) == [(2 * number,)]


def test_what_is_decided_within_is_decided_of_what_was_filed(city: Home, command: Command) -> None:
    """Under the one's number; and a no holds for all entries, whatever the machine says of the other."""
    city.run(
        "with ended as (update core.link set known_to = now() where source_key = %s and known_to is null returning *) "
        "insert into core.link (resource, source_key, mention_no, subject, cadre_no, verdict, method, decided_by, known_from) "
        "select resource, source_key, mention_no, subject, cadre_no, "
        "case cadre_no when %s then 'same' else 'undecided' end, 'masked_id', decided_by, now() from ended",
        [DEBT, ONE],
    )
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    owing = f"select cadre_no from mart.record where source_key = '{DEBT}'"
    assert one(city, owing) == [(ONE,)]
    assert decide("different").new == 1
    assert one(city, owing) == []
    assert command(merge, f"--unmerge={TWICE}", BY, WHY)[0] == 0
    assert one(city, owing) == []
    assert one(city, f"select cadre_no from mart.link_review where source_key = '{DEBT}'", REVIEWER) == [(TWICE,)]


def test_a_no_for_the_one_binds_the_machine_for_the_other(city: Home, command: Command) -> None:
    """Until a person says otherwise."""
    assert decide("different", TWICE).new == 1
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    assert one(city, f"select from mart.record where source_key = '{DEBT}'") == []
    assert one(city, f"select from mart.link_review where source_key = '{DEBT}'", REVIEWER) == []
    assert decide("same", ONE).new == 1
    assert one(city, f"select cadre_no from mart.record where source_key = '{DEBT}'") == [(ONE,)]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((f"--cadre={ONE}", f"--duplicate={TWICE}", "--who=钱审", WHY), "reviewer"),
        ((f"--cadre={ONE}", f"--duplicate={TWICE}", "--who=nobody", WHY), "reviewer"),
        ((f"--cadre={ONE}", f"--duplicate={TWICE}", "--who=李审", WHY), "nobody decides where they themselves"),
        ((f"--cadre={ONE}", f"--duplicate={TWICE}", BY, "--why="), "must not be empty"),
        ((f"--cadre={ONE}", f"--duplicate={ONE}", BY, WHY), "themselves"),
        (("--cadre=C7777", f"--duplicate={TWICE}", BY, WHY), "not on the roster"),
        ((f"--cadre={ONE}", "--duplicate=C7777", BY, WHY), "never on the roster"),
        ((f"--unmerge={TWICE}", BY, WHY), "not merged"),
    ],
)
def test_what_is_refused(city: Home, command: Command, arguments: tuple[str, ...], why: str) -> None:
    code, _, err = command(merge, *arguments)
    assert (code, why in err) == (1, True)
    assert city.rows("select from core.merge") == []


def test_a_number_that_went_is_nobody_s_survivor(city: Home, command: Command) -> None:
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    for pair in ((TWICE, "C0003"), ("C0003", TWICE), ("C0003", ONE)):
        code, _, err = command(merge, f"--cadre={pair[0]}", f"--duplicate={pair[1]}", BY, WHY)
        assert (code, "on the roster" in err or "unmerged first" in err) == (1, True)
    assert [row["verdict"] for row in city.rows("select verdict from core.merge")] == ["same"]


def decide(verdict: str, cadre_no: str = ONE) -> review.Outcome:
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, ["court", DEBT, cadre_no, verdict, "赵审", "查了档案"]])
    return review.review(out.getvalue().encode())


def now(home: Home) -> datetime:
    at: datetime = home.one("select clock_timestamp()")
    return at + timedelta(microseconds=1)


def test_mails_tell_of_what_is_new_of_the_two_alone(
    city: Home, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was told of one of them is not told again of both."""
    file = tmp_path / "recipients.csv"
    file.write_text("region_prefix,role,address,user_name\n5299,supervisor,city@org.test,chief\n", encoding="utf-8")
    monkeypatch.setenv("CADRE_RECIPIENTS", str(file))
    told = "select count(*) from mail.alert_told join core.alert_event using (event_no) where (alert ->> 'merged')::boolean"
    city.run("update core.alert set state = 'new' where cadre_no = %s and rule = 'enforcement_debtor'", [ONE])
    render(DAY)
    assert city.one("select count(*) from mail.alert_told") > 1
    assert command(merge, f"--cadre={ONE}", f"--duplicate={TWICE}", BY, WHY)[0] == 0
    assert city.one("select count(*) from core.alert where merged and state = 'new' and cadre_no = %s", [ONE]) == 1
    render(DAY)
    assert city.one(told) == 0
    city.run("delete from mail.alert_told")
    render(DAY)
    assert city.one(told) == 1
