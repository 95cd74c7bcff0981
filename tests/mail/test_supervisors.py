"""What a supervisor opens: one mail with what is new in the own regions, and nothing that a mail must not say."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from homes import Home, settled_in
from mailboxes import Mailbox, bodies, keep_the_roster_fresh
from readers import admit, column, login

from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.alerts.rules import rules
from cadre_cloud.mail.digest import render
from cadre_cloud.mail.outbox import send

DAY = date(2026, 6, 2)
CITY, LONGXI, QINGHE = (f"supervisor.{region}@example.test" for region in ("529900", "529901", "529902"))
NEW = """
select alert_no, name, title, severity from core.alert join core.cadre_now using (cadre_no)
where state = 'new' and severity <> 'context' and managed_by = %s"""
SEVERITIES = ["serious", "attention", "notice"]
STORM = """
with people as (select array_agg(cadre_no order by cadre_no) as them from core.cadre_now where managed_by = '529902'),
kinds as (select %(titles)s::text[] as titles, %(severities)s::text[] as severities),
found as (
    insert into core.alert (alert_no, rule, rule_version, cadre_no, matter, severity, state, title, title_en, explanation,
                            explanation_en, basis, evidence, raised_at)
    select upper(left(md5(n::text), 12)), 'storm', 1, them[1 + n %% cardinality(them)], n::text, severities[1 + n / 17 %% 3],
           'new', titles[1 + n %% cardinality(titles)], titles[1 + n %% cardinality(titles)], '', '', '', '[]', now()
    from people, kinds, generate_series(1, 500) as n
    returning *)
insert into core.alert_event (alert_no, kind, to_state, at, by, why, alert)
select alert_no, 'raised', 'new', now(), 'machine', '', to_jsonb(found) from found"""


def test_each_region_s_supervisor_gets_one_mail_with_its_alerts(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    send(DAY)
    assert sorted(mail["To"] for mail in mailbox.mails) == [CITY, LONGXI, QINGHE]
    for address, region in ((CITY, "529900"), (LONGXI, "529901"), (QINGHE, "529902")):
        (mail,) = mailbox.to(address)
        new = city.rows(NEW, [region])
        assert new
        assert f"{len(new)}" in mail["Subject"]
        for part in ("plain", "html"):
            content = mail.get_body([part]).get_content()
            assert sorted(re.findall(r"/cadre/alerts/([0-9A-F]{12})", content)) == sorted(row["alert_no"] for row in new)
            for row in new:
                assert row["title"] in content
                assert row["name"][0] + "**" in content


def test_nobody_is_told_about_whom_they_do_not_read(city: Home, mailbox: Mailbox) -> None:
    """Each supervisor's account and mail are of the same region; an official who rises is the city's at once."""
    city.run("update core.cadre_now set duty_level = '132' where cadre_no = 'C0002'")
    render(DAY)
    send(DAY)
    for address in (CITY, LONGXI, QINGHE):
        role = "mailed_" + address.split(".")[1][:6]
        admit(city, role, role[-6:])
        told = re.findall(r"/cadre/alerts/([0-9A-F]{12})", bodies(mailbox.to(address)[0]))
        assert told
        with login(city, role) as connection:
            assert set(told) <= set(column(connection, "select alert_no from mart.alert"))


def test_a_mail_says_nothing_else(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    send(DAY)
    secrets = city.rows("select name, cadre_no, post_title, unit_name, id_masked from core.cadre_now")
    secrets += city.rows("select source_key, summary from core.record") + city.rows("select explanation, basis from core.alert")
    for mail in mailbox.mails:
        said = bodies(mail)
        for row in secrets:
            assert not [value for value in row.values() if value and value in said], row
        assert not re.search(r"\d{17}[\dXx]|\*{8}", said)
        assert not re.search(r"https?://(?!127\.0\.0\.1)", said)


def test_what_is_alike_stands_together_and_the_gravest_first(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    send(DAY)
    (mail,) = mailbox.to(QINGHE)
    kinds = Counter((SEVERITIES.index(row["severity"]), row["title"]) for row in city.rows(NEW, ["529902"]))
    assert {severity for severity, _ in kinds} >= {0, 1}
    said = re.findall(r"^\[(.+?)\] (.+)（(\d+)）$", bodies(mail), re.MULTILINE)
    assert said == [(("重要", "关注", "提示")[kind[0]], kind[1], f"{number}") for kind, number in sorted(kinds.items())]


def test_a_storm_of_500_alerts_is_one_mail_that_can_be_read(city: Home, mailbox: Mailbox) -> None:
    """What is of which kind, and how many there are, is said before any of them; and Gmail cuts no less than 102 kB short."""
    city.run("update core.alert set state = 'assigned'")
    city.run(STORM, {"titles": [rule.title for rule in rules()], "severities": SEVERITIES})
    assert render(DAY) == 1
    assert send(DAY) == 1
    (mail,) = mailbox.to(QINGHE)
    new = city.rows(NEW, ["529902"])
    assert "500" in mail["Subject"]
    for part in ("plain", "html"):
        content = mail.get_body([part]).get_content()
        assert sorted(re.findall(r"/cadre/alerts/([0-9A-F]{12})", content)) == sorted(row["alert_no"] for row in new)
        at_the_top = content[: content.index("/cadre/alerts/")]
        assert all(rule.title in at_the_top for rule in rules())
        assert len(content.encode()) < 100_000
    assert len(city.rows("select from mail.alert_told where address = %s", [QINGHE])) == 500


def test_the_second_publication_of_a_morning_is_told_alone(city: Home, mailbox: Mailbox) -> None:
    late = "update core.record set valid_to = %s where source_key like '%%00009号%%' and known_to is null"
    city.run(late, ["2026-06-01"])
    assert evaluate(DAY)["expired"] == 1
    assert (render(DAY), send(DAY)) == (3, 3)
    city.run(late, [None])
    assert evaluate(DAY)["raised"] == 1
    assert (render(DAY), send(DAY)) == (1, 1)
    one, other = (set(re.findall("/cadre/alerts/(.{12})", bodies(mail))) for mail in mailbox.to(QINGHE))
    assert min(len(one), len(other)) == 1
    assert not one & other
    assert one | other == {row["alert_no"] for row in city.rows(NEW, ["529902"])}


def test_nothing_is_told_twice(city: Home, mailbox: Mailbox) -> None:
    assert render(DAY) == 3
    assert render(DAY) == 0
    assert render(date(2026, 6, 3)) == 0
    assert send(DAY) == 3
    assert (render(DAY), send(DAY)) == (0, 0)
    assert len(mailbox.mails) == 3


def test_what_is_new_again_is_told_again_and_alone(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    close = "update core.record set valid_to = %s where source_key like '%%00009号%%' and known_to is null"
    city.run(close, ["2026-06-02"])
    assert evaluate(date(2026, 6, 3))["expired"] == 1
    assert render(date(2026, 6, 3)) == 0
    city.run(close, [None])
    assert evaluate(date(2026, 6, 3))["raised"] == 1
    assert render(date(2026, 6, 3)) == 1
    send(DAY)
    first, second = sorted(mailbox.to(QINGHE), key=lambda mail: len(bodies(mail)), reverse=True)
    assert "2026-06-03" in second["Subject"]
    assert len(re.findall("/cadre/alerts/", second.get_body(["plain"]).get_content())) == 1
    assert first["Message-ID"] != second["Message-ID"]


def test_an_alert_that_ended_before_anybody_was_told_is_not_told(city: Home, mailbox: Mailbox) -> None:
    city.run("update core.alert set state = 'expired' where cadre_no = 'C0009'")
    render(DAY)
    send(DAY)
    (mail,) = mailbox.to(QINGHE)
    assert "林**" not in bodies(mail)


def test_context_is_never_mailed(city: Home, mailbox: Mailbox) -> None:
    city.run("update core.alert set severity = 'context' where cadre_no in ('C0001', 'C0007', 'C0005', 'C0008')")
    assert render(DAY) == len({CITY, QINGHE})
    send(DAY)
    assert mailbox.to(LONGXI) == []


def test_an_official_of_an_unknown_unit_is_told_to_no_county(city: Home, mailbox: Mailbox) -> None:
    """Not even where counties are all the regions that are known."""
    city.run("update core.cadre_now set region_code = null where cadre_no = 'C0002'")
    city.run("delete from core.region where region_code = '529900'")
    render(DAY)
    send(DAY)
    assert {mail["To"] for mail in mailbox.mails} >= {LONGXI, QINGHE}
    for address in (LONGXI, QINGHE):
        assert all("李**" not in bodies(mail) for mail in mailbox.to(address))


def test_the_same_digest_has_the_same_message_id(city: Home, states: object, tmp_path: Path) -> None:
    render(DAY)
    twin = states.lodging(tmp_path / "twin", "personnel/newcomer")
    keep_the_roster_fresh(twin)
    with settled_in(twin):
        render(DAY)
    query = "select message_id, address, subject, body_text from mail.message order by 1"
    assert city.rows(query) == twin.rows(query)
    assert all(re.fullmatch(r"<[0-9a-f]{32}@[\w.-]+>", row["message_id"]) for row in city.rows(query))


def test_a_mail_is_fit_to_be_read(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    send(DAY)
    for mail in mailbox.mails:
        assert mail.get_content_type() == "multipart/alternative"
        assert mail["Auto-Submitted"] == "auto-generated"
        assert mail["Date"].datetime.utcoffset().total_seconds() == 8 * 3600
        assert mail["From"]
        html = mail.get_body(["html"]).get_content()
        assert "<script" not in html
        assert "StrictUndefined" not in bodies(mail)


def test_names_are_text_in_the_html(city: Home, mailbox: Mailbox) -> None:
    city.run("update core.cadre_now set name = '<b>x' where cadre_no = 'C0001'")
    render(DAY)
    send(DAY)
    (mail,) = mailbox.to(CITY)
    assert "&lt;**" in mail.get_body(["html"]).get_content()


@pytest.mark.parametrize("language", ["zh", "en", "zh,en"])
def test_mails_speak_the_languages_that_are_set(
    city: Home, mailbox: Mailbox, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CADRE_LANGUAGES", language)
    render(DAY)
    send(DAY)
    said = bodies(mailbox.to(LONGXI)[0])
    assert ("被列为失信被执行人" in said) == ("zh" in language)
    assert ("Listed as a dishonest judgment debtor" in said) == ("en" in language)
