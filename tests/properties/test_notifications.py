"""What comes back by mail may be anything; out of it comes a notification or none, and never an error."""

from hypothesis import given
from hypothesis import strategies as st

from cadre_cloud.mail.bounces import notification_in
from demo.bounce import report

REPORT = report("cadre@city.test", "a@city.test", b"Message-ID: <0@cadre-cloud>\r\n\r\ntext")


@given(st.data())
def test_no_bytes_raise(data: st.DataObject) -> None:
    """Pieces are cut out, said three times, and replaced by others."""
    assert notification_in(REPORT)
    content = REPORT
    for _ in range(data.draw(st.integers(1, 4))):
        start, end = sorted(data.draw(st.integers(0, len(content))) for _ in range(2))
        content = content[:start] + data.draw(st.binary(max_size=30) | st.just(content[start:end] * 3)) + content[end:]
    found = notification_in(content)
    assert found is None or found.message_id.isprintable()
