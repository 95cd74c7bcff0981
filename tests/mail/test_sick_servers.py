"""Whatever the mail server does, at whatever point: nothing is lost, and a mail comes twice only where nobody can know better."""

import time
from datetime import date
from email import message_from_bytes, policy

import psycopg
import pytest
from homes import Home
from sick_smtp import SickServer
from waiting_mails import DAY, TEXT, column, queue, send_until_killed, states

from cadre_cloud.mail import MailError
from cadre_cloud.mail.outbox import send

NEXT = date(2026, 6, 3)


def each(stages: list[str], *deeds: str, **more: list[str]) -> list[tuple[str, str]]:
    """Each deed at each stage, and some more at some."""
    return [(stage, deed) for stage in stages for deed in (*deeds, *more.get(stage, []))]


@pytest.fixture
def home(shared_home: Home) -> Home:
    shared_home.run("truncate mail.message, mail.recipient cascade")
    return shared_home


@pytest.fixture
def server(home: Home, sick: SickServer) -> SickServer:
    return sick


def told(server: SickServer) -> list[str]:
    """The addresses that a mail was taken for, in order."""
    return [address.partition("@")[0] for address, _ in server.taken]


def test_all_goes_well(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test", "b@city.test")
    assert send(DAY) == 2
    assert states(home) == {"a": "sent", "b": "sent"}
    assert column(home, "attempts") == [1, 1]
    assert column(home, "unanswered") == [0, 0]
    assert told(server) == ["a", "b"]
    assert send(DAY) == 0


@pytest.mark.parametrize(
    ("stage", "deed"), each(["connect", "EHLO"], "stall", "drop", "garbage", "421", "554", connect=["drip", "reset"])
)
def test_a_server_that_will_not_speak_with_us(home: Home, server: SickServer, stage: str, deed: str) -> None:
    queue(home, "a@city.test", "b@city.test")
    server.does(**{stage: [deed] * 2})  # HELO is tried where EHLO is not liked
    with pytest.raises(MailError, match=r"^the mail server cannot be used: .*; not tried: 2$") as failed:
        send(DAY)
    assert "李某某" not in str(failed.value)
    assert states(home) == {"a": "pending", "b": "pending"}
    assert column(home, "attempts") == [0, 0]
    assert server.reached.count("connect") == 1
    server.does()
    assert send(DAY) == 2


def test_a_password_that_is_wrong_is_not_tried_again_and_again(
    home: Home, server: SickServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"smtp://us:secret@127.0.0.1:{server.port}?disable_ssl=true&disable_tls=true&timeout=1"
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", address)
    queue(home, "a@city.test")
    server.does(AUTH=["535"])
    with pytest.raises(MailError, match=r"cannot be used: 535 \(SMTPAuthenticationError\)") as failed:
        send(DAY)
    assert "secret" not in str(failed.value)
    assert server.reached.count("AUTH") == 1
    assert send(DAY) == 1


def test_nobody_is_there(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test")
    server.__exit__()
    with pytest.raises(MailError, match="cannot be used: Connection refused"):
        send(DAY)
    assert column(home, "attempts") == [0]
    server.__enter__()
    assert send(NEXT) == 1


@pytest.mark.parametrize(("stage", "deed"), each(["MAIL", "RCPT", "DATA"], "stall", "drop", "garbage", RCPT=["drip", "reset"]))
def test_a_conversation_that_breaks_before_the_content(home: Home, server: SickServer, stage: str, deed: str) -> None:
    """Of that mail it is known that nobody has it; the others go out in another conversation."""
    queue(home, "a@city.test", "b@city.test", "c@city.test")
    server.does(**{stage: [None, deed]})
    with pytest.raises(MailError, match=r"^b@city\.test: (no answer|answered -1)$"):
        send(DAY)
    assert {name: said[0] if name == "b" else said for name, said in states(home).items()} == {
        "a": "sent",
        "b": "pending",
        "c": "sent",
    }
    assert column(home, "unanswered") == [0, 0, 0]
    assert send(DAY) == 1
    assert told(server) == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("stage", "deed"), each(["content", "end"], "stall", "drop", "reset", "garbage", "kill", end=["drip", "forget"])
)
def test_no_answer_to_the_content_leaves_a_doubt(home: Home, server: SickServer, stage: str, deed: str) -> None:
    """That mail alone is sent once more, and is the same mail."""
    queue(home, "a@city.test", "b@city.test", "c@city.test")
    server.does(**{stage: [None, deed]})
    send_until_killed(server)
    state, code = states(home)["b"]
    assert (state, code) in (("uncertain", "no answer"), ("pending", "no answer"))
    assert column(home, "unanswered")[1] == (state == "uncertain")
    if stage == "end":
        assert state == "uncertain"
    server.does()
    send(DAY)
    assert states(home) == {"a": "sent", "b": "sent", "c": "sent"}
    taken_at_once = stage == "end" and deed not in ("forget", "garbage")
    assert told(server).count("b") == 1 + taken_at_once
    assert len(set(server.taken)) == 3
    assert send(DAY) == 0


def test_killed_after_the_server_has_answered(home: Home, server: SickServer) -> None:
    """Whether that was noted is a matter of an instant; either is right."""
    queue(home, "a@city.test")
    server.does(end=["late kill"])
    send_until_killed(server)
    noted = states(home)["a"] == "sent"
    assert send(DAY) == (0 if noted else 1)
    assert told(server) == ["a"] * (1 if noted else 2)


@pytest.mark.parametrize(("state", "copies"), [("uncertain", 1), ("sent", 2)])
def test_a_warehouse_that_breaks_in_the_middle(home: Home, server: SickServer, state: str, copies: int) -> None:
    """What cannot be committed before the content goes out keeps it in; what cannot be afterwards leaves a doubt."""
    queue(home, "a@city.test")
    home.run("create function mail.break() returns trigger language plpgsql as $$ begin raise 'no'; end $$")
    home.run(
        "create trigger breaks before update on mail.message "
        f"for each row when (new.state = '{state}') execute function mail.break()"
    )
    with pytest.raises(psycopg.Error):
        send(DAY)
    home.run("drop function mail.break cascade")
    assert len(told(server)) == copies - 1
    assert states(home) == {"a": "pending" if copies == 1 else ("uncertain", "no answer")}
    assert send(DAY) == 1
    assert told(server) == ["a"] * copies


def test_a_second_doubt_is_the_last(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test")
    for _ in range(2):
        server.does(end=["drop"])
        send_until_killed(server)
    server.does()
    assert [send(day) for day in (DAY, NEXT, date(2026, 6, 9))] == [0, 0, 0]
    assert states(home) == {"a": ("uncertain", "no answer")}
    assert column(home, "unanswered") == [2]
    assert told(server) == ["a", "a"]


def test_a_no_settles_a_doubt_of_its_own_attempt_alone(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test")
    server.does(end=["drop", "451", "drop"])
    for _ in range(2):
        with pytest.raises(MailError):
            send(DAY)
    assert states(home) == {"a": ("uncertain", "451")}
    assert column(home, "unanswered") == [1]
    assert send(DAY) == 0
    assert column(home, "unanswered") == [2]


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "end"])
def test_not_now(home: Home, server: SickServer, stage: str) -> None:
    queue(home, "a@city.test", "b@city.test")
    server.does(**{stage: ["451"]})
    with pytest.raises(MailError, match=r"^a@city\.test: 451$"):
        send(DAY)
    assert states(home) == {"a": ("pending", "451"), "b": "sent"}
    assert send(DAY) == 1
    assert told(server) == ["b", "a"]


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "end"])
def test_never(home: Home, server: SickServer, stage: str) -> None:
    """It is asked again once a day, on four days in all, and the run does not fail of it."""
    queue(home, "a@city.test", "b@city.test")
    server.does(**{stage: ["550", None, *["550"] * 9]})
    assert send(DAY) == 1
    assert states(home) == {"a": ("refused", "550"), "b": "sent"}
    days = [date(2026, 6, day) for day in (2, 2, 3, 3, 4, 5, 6, 7)]
    assert [send(day) for day in days] == [0] * 8
    assert column(home, "attempts") == [4, 1]
    assert told(server) == ["b"]


def test_who_is_wanted_after_all_gets_the_mail(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test")
    server.does(RCPT=["550"])
    assert (send(DAY), send(DAY), send(NEXT)) == (0, 0, 1)
    assert states(home) == {"a": "sent"}


def test_an_engineer_who_is_refused_can_be_told_by_a_failed_run_alone(home: Home, server: SickServer) -> None:
    queue(home, "e@city.test", role="engineer")
    server.does(RCPT=["550"])
    for _ in range(2):
        with pytest.raises(MailError, match=r"^e@city\.test: 550$"):
            send(DAY)
    assert server.reached.count("RCPT") == 1


def test_a_no_to_the_sender_is_no_recipient_s_fault(home: Home, server: SickServer) -> None:
    queue(home, *(f"{name}@city.test" for name in "abcde"))
    server.does(MAIL=["550"] * 5)
    with pytest.raises(MailError, match=r"^given up after 3 setbacks in a row: 550 to the sender; .*; not tried: 2$"):
        send(DAY)
    assert set(column(home, "state")) == {"pending"}
    server.does()
    assert send(DAY) == 5


@pytest.mark.parametrize("code", ["421", "451"])
def test_a_server_that_takes_its_leave_is_called_again(home: Home, server: SickServer, code: str) -> None:
    queue(home, "a@city.test", "b@city.test")
    server.does(RCPT=[code])
    with pytest.raises(MailError, match=r"^a@city\.test: "):
        send(DAY)
    assert states(home)["b"] == "sent"
    assert server.reached.count("connect") == (2 if code == "421" else 1)


def test_a_sick_server_is_left_in_peace(home: Home, server: SickServer) -> None:
    queue(home, *(f"{name}@city.test" for name in "abcdefgh"))
    server.does(RCPT=[None, "drop", "drop", None, "drop", "drop", "drop"])
    with pytest.raises(
        MailError, match=r"given up after 3 setbacks in a row: no answer; b@city\.test: no answer; .*; not tried: 1$"
    ):
        send(DAY)
    assert told(server) == ["a", "d"]
    assert server.reached.count("connect") == 5
    assert send(DAY) == 6


def test_mails_at_which_the_server_breaks_keep_nobody_waiting_for_ever(home: Home, server: SickServer) -> None:
    queue(home, *(f"{name}@city.test" for name in "abcd"))
    for _ in range(3):
        server.does(RCPT=["drop"] * 3)
        with pytest.raises(MailError, match="not tried: 1"):
            send(DAY)
    server.does(RCPT=[None, *["drop"] * 3])
    with pytest.raises(MailError, match="given up"):
        send(DAY)
    assert told(server) == ["d"]


def test_a_day_whose_server_was_away_comes_before_the_next(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test", "b@city.test")
    server.__exit__()
    for _ in range(2):
        with pytest.raises(MailError):
            send(DAY)
    queue(home, "b@city.test", "c@city.test", at="2026-06-03 10:00+08")
    server.__enter__()
    assert send(NEXT) == 4
    assert told(server) == ["a", "b", "b", "c"]


def test_a_server_that_drips_is_waited_for_no_longer_than_one_that_is_silent(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test")
    server.does(RCPT=["drip"])
    began = time.monotonic()
    with pytest.raises(MailError):
        send(DAY)
    assert 0.9 < time.monotonic() - began < 10


def test_who_is_no_recipient_any_more_gets_nothing_more(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test", "b@city.test")
    home.run("delete from mail.recipient where address = 'a@city.test'")
    assert (send(DAY), send(NEXT)) == (1, 0)
    assert told(server) == ["b"]
    assert states(home)["a"] == "pending"


@pytest.mark.parametrize(
    "address",
    [
        "a@city.test\r\nBcc: thief@evil.test",
        "a@city.test>\nRCPT TO:<thief@evil.test",
        "a@city.test, thief@evil.test",
        "领导@city.test",
        "a b@city.test",
        "@city.test",
        "x" * 250 + "@city.test",
    ],
)
def test_what_is_no_address_is_said_to_no_server(home: Home, server: SickServer, address: str) -> None:
    queue(home, address, "b@city.test")
    assert send(DAY) == 1
    assert column(home, "state") == ["refused", "sent"]
    assert column(home, "code") == ["553", None]
    assert [address for address, _ in server.taken] == ["b@city.test"]


def test_a_mail_is_what_every_server_can_carry(home: Home, server: SickServer) -> None:
    """Seven bits, lines of a bounded length that end as they must, dots at their beginning as they were."""
    queue(home, "a@city.test")
    send(DAY)
    (content,) = server.contents
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")
    mail = message_from_bytes(content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."), policy=policy.default)
    assert mail.get_body(["plain"]).get_content().replace("\r\n", "\n") == TEXT
    assert mail["From"].addresses[0].addr_spec == "cadre@city.test"
    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == ("a@city.test", "提醒", "auto-generated")
    assert mail["Date"].datetime.isoformat() == "2026-06-02T10:00:00+08:00"


def test_a_subject_ends_no_header(home: Home, server: SickServer) -> None:
    queue(home, "a@city.test")
    home.run("update mail.message set subject = E'x\\r\\nBcc: thief@evil.test'")
    with pytest.raises(ValueError, match="linefeed"):
        send(DAY)
    assert server.taken == []
