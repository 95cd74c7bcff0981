"""What a supervisor opens: one mail with what is new in the own regions, and nothing that a mail must not say."""

import re
from datetime import date
from pathlib import Path

import pytest
from homes import Home, settled_in
from mailboxes import Mailbox, bodies

from cadre_cloud import alerts
from cadre_cloud.mail.digest import render
from cadre_cloud.mail.outbox import send

DAY = date(2026, 6, 2)
LONGXI, QINGHE = "supervisor.529901@example.test", "supervisor.529902@example.test"
NEW = """
select alert_no, name, title, severity from core.alert join core.cadre_now using (cadre_no)
where state = 'new' and severity <> 'context' and region_code = %s"""


def test_each_region_s_supervisor_gets_one_mail_with_its_alerts(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    send(DAY)
    assert sorted(mail["To"] for mail in mailbox.mails) == [LONGXI, QINGHE]
    for address, region in ((LONGXI, "529901"), (QINGHE, "529902")):
        (mail,) = mailbox.to(address)
        new = city.rows(NEW, [region])
        assert len(new) > 1
        assert f"{len(new)}" in mail["Subject"]
        for part in ("plain", "html"):
            content = mail.get_body([part]).get_content()
            assert sorted(re.findall(r"/cadre/alerts/([0-9A-F]{12})", content)) == sorted(row["alert_no"] for row in new)
            for row in new:
                assert row["title"] in content
                assert row["name"][0] + "**" in content


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


def test_severities_stand_in_their_order(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    send(DAY)
    (mail,) = mailbox.to(QINGHE)
    severities = [row["severity"] for row in city.rows(NEW, ["529902"])]
    assert {"serious", "attention"} <= set(severities)
    said = re.findall(r"^\[(.+?)\]", mail.get_body(["plain"]).get_content(), re.MULTILINE)
    assert len(said) == len(severities)
    assert said == sorted(said, key=said.index)
    assert said.count(said[0]) == severities.count("serious")


def test_nothing_is_told_twice(city: Home, mailbox: Mailbox) -> None:
    assert render(DAY) == 2
    assert render(DAY) == 0
    assert render(date(2026, 6, 3)) == 0
    assert send(DAY) == 2
    assert (render(DAY), send(DAY)) == (0, 0)
    assert len(mailbox.mails) == 2


def test_what_is_new_again_is_told_again_and_alone(city: Home, mailbox: Mailbox) -> None:
    render(DAY)
    close = "update core.record set valid_to = %s where source_key like '%%00009号%%' and known_to is null"
    city.run(close, ["2026-06-02"])
    assert alerts.evaluate(date(2026, 6, 3))["expired"] == 1
    assert render(date(2026, 6, 3)) == 0
    city.run(close, [None])
    assert alerts.evaluate(date(2026, 6, 3))["raised"] == 1
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
    assert render(DAY) == 1
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
    (mail,) = mailbox.to(LONGXI)
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
