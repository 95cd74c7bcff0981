"""Whatever a mail server does over some runs: once it is well everybody has their mail, and twice only out of a doubt."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from homes import Home
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sick_smtp import SickServer
from waiting_mails import DAY, queue, send_until_killed

from cadre_cloud.mail import MailError
from cadre_cloud.mail.outbox import send

NAMES = "abcd"
BEFORE = [None, None, None, "451", "550", "421", "drop", "garbage", "kill"]
BEHAVIOUR = {
    "connect": [None, None, None, "554", "drop"],
    "MAIL": [None, *BEFORE],
    "RCPT": BEFORE,
    "DATA": BEFORE,
    "content": [None, None, None, "drop", "reset", "kill"],
    "end": [None, "451", "554", "421", "drop", "garbage", "forget", "kill", "late kill"],
}
runs = st.lists(
    st.fixed_dictionaries({stage: st.lists(st.sampled_from(deeds), max_size=4) for stage, deeds in BEHAVIOUR.items()}),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def server(shared_home: Home) -> Iterator[SickServer]:
    with pytest.MonkeyPatch.context() as patch, SickServer() as server:
        options = "disable_ssl=true&disable_tls=true&timeout=20"
        patch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", f"smtp://127.0.0.1:{server.port}?{options}")
        yield server


@settings(max_examples=30, phases=[Phase.explicit, Phase.generate])  # to make one that fails smaller takes minutes
@given(runs)
def test_no_mail_is_lost_and_none_comes_three_times(shared_home: Home, server: SickServer, runs: list) -> None:
    shared_home.run("truncate mail.message, mail.recipient cascade")
    queue(shared_home, *(f"{name}@city.test" for name in NAMES))
    server.taken.clear()
    for number, behaviour in enumerate(runs):
        server.does(**behaviour)
        send_until_killed(server, DAY + timedelta(days=number // 2))
        assert_what_is_known_is_so(shared_home, server)
    server.does()
    for number in range(len(runs), len(runs) + 2):
        with suppress(MailError):
            send(DAY + timedelta(days=number))
        assert_what_is_known_is_so(shared_home, server)
    for mail in mails(shared_home):
        assert mail["state"] == "sent" or mail["unanswered"] == 2, mail
    assert send(DAY + timedelta(days=9)) == 0


def assert_what_is_known_is_so(home: Home, server: SickServer) -> None:
    copies = Counter(server.taken)
    for mail in mails(home):
        known = mail["state"] == "sent"
        assert known <= copies.pop((mail["address"], mail["message_id"]), 0) <= known + mail["unanswered"] <= 2, mail
    assert not copies


def mails(home: Home) -> list[dict]:
    return home.rows("select message_id, address, state, attempts, unanswered, refusals from mail.message")
