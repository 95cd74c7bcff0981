"""What counts as a mail address reaches the server as it is, and ends neither a header nor a command."""

import smtplib
from datetime import UTC, date, datetime
from email import message_from_bytes, policy

from hypothesis import example, given
from hypothesis import strategies as st

from cadre_cloud.mail.outbox import _message
from cadre_cloud.mail.recipients import is_address

ROW = {
    "subject": "提醒",
    "message_id": "<1@cadre-cloud>",
    "rendered_at": datetime(2026, 6, 2, tzinfo=UTC),
    "day": date(2026, 6, 2),
    "body_text": "a",
    "body_html": "b",
}
words = st.text("abXY09!#$%&'*+/=?^_`{|}~-", min_size=1, max_size=12)
labels = st.text("abXY09-", min_size=1, max_size=12)
addresses = st.builds("{}@{}".format, *(st.lists(of, min_size=1, max_size=3).map(".".join) for of in (words, labels)))


@given(addresses)
def test_a_mail_goes_to_that_address_alone(address: str) -> None:
    assert is_address(address)
    mail = message_from_bytes(_message({**ROW, "address": address}, "cadre@city.test").as_bytes(), policy=policy.default)
    assert [to.addr_spec for to in mail["To"].addresses] == [address]
    assert sorted(mail.keys()) == sorted(_message({**ROW, "address": "a@b"}, "cadre@city.test").keys())
    assert smtplib.quoteaddr(address) == f"<{address}>"


@example("a@city.test\r\nBcc: b@city.test")
@example("a@city.test>")
@example("a@city.test\n")
@given(st.text() | st.tuples(st.text(), addresses, st.text()).map("".join))
def test_nothing_else_counts_as_one(text: str) -> None:
    if is_address(text):
        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & set(' <>()[]:;,\\"')
        assert text.count("@") == 1
