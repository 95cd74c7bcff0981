"""Who gets which mail, and that nothing tells what is nobody's business."""

import re
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from demo import settings

from .chain import Chain

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ITEM = re.compile(r"/alerts/[0-9A-F]{12}\b")
ID_NUMBER = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d\d{3}[\dXx](?!\d)")
DELIVERY = re.compile(r"[a-z_]+-\d{8}-[0-9a-f]{12}(-search)?")
AIRFLOWS_OWN = "/skipmixin_key"  # which tasks a gate has left out

# Whose supervisor is told: of 科级 the county's, of all above the city's.
_REGIONS = """
select c.cadre_no,
       case when c.duty_level in ('141', '142') then u.region_code else left(u.region_code, 4) || '00' end as region_code
from core.cadre c join core.unit u using (unit_code)
where c.known_from <= core.known_at(%(day)s) and coalesce(c.known_to, 'infinity') > core.known_at(%(day)s)
  and u.known_from <= core.known_at(%(day)s) and coalesce(u.known_to, 'infinity') > core.known_at(%(day)s)"""


@pytest.fixture(autouse=True)
def _evening(chain: Chain) -> None:
    chain.go_to(chain.days[-1])


def day_of(mail) -> str:
    return DAY.search(mail["Subject"])[0]


def test_one_digest_a_supervisor_and_day_of_what_is_new(chain: Chain, truth) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    # An alert is told once, when it is more than context, and again to whom its official has moved to.
    before: set[tuple[str, ...]] = set()
    for day in chain.days:
        region = {row["cadre_no"]: row["region_code"] for row in chain.rows(_REGIONS, {"day": day})}
        for row in truth("alert"):
            if row["day"] != day or row["severity"] == "context" or row["state"] not in ("new", "standing"):
                continue
            address = f"supervisor.{region[row['cadre_no']]}@example.test"
            telling = (address, *(row[name] for name in ("rule", "cadre_no", "matter")))
            if row["state"] == "new" or telling not in before:
                before.add(telling)
                expected[address, day] += 1
    mails = [mail for mail in chain.mails() if mail["To"].startswith("supervisor.")]
    assert max(Counter((mail["To"], day_of(mail)) for mail in mails).values()) == 1
    found = {(mail["To"], day_of(mail)): len(ITEM.findall(mail.get_body(("plain",)).get_content())) for mail in mails}
    assert found == expected
    assert all(len(ITEM.findall(mail.get_body(("html",)).get_content())) == found[mail["To"], day_of(mail)] for mail in mails)


def test_one_digest_to_the_engineer_on_a_day_with_a_held_delivery(chain: Chain, truth) -> None:
    held = Counter(row["day"] for row in truth("delivery") if row["outcome"] == "held")
    mails = [mail for mail in chain.mails() if mail["To"] == "engineer@example.test"]
    assert [day_of(mail) for mail in mails] == sorted(held)
    for mail in mails:
        assert mail.get_body(("plain",)).get_content().count("/cadre/deliveries/") == held[day_of(mail)]


def test_mails_are_sent_as_they_were_rendered(chain: Chain) -> None:
    rendered = {row["message_id"]: row for row in chain.rows("select * from mail.message")}
    mails = chain.mails()
    assert sorted(mail["Message-ID"] for mail in mails) == sorted(rendered)
    for mail in mails:
        row = rendered[mail["Message-ID"]]
        assert (mail["To"], mail["Subject"], row["state"]) == (row["address"], row["subject"], "sent")
        assert mail.get_body(("html",)).get_content().splitlines() == row["body_html"].splitlines()


def test_tasks_hand_on_delivery_ids_and_counts_alone(chain: Chain) -> None:
    values = [value for key, value in xcoms(chain) if not key.endswith(AIRFLOWS_OWN)]
    assert len(values) > 10
    for value in values:
        leaves = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        for leaf in leaves:
            assert isinstance(leaf, int) or DELIVERY.fullmatch(leaf), value


def test_nothing_told_holds_a_number_or_a_name(chain: Chain, truth) -> None:
    people = truth("person")
    names = {name for person in people for name in (person["name"], person["former_name"]) if name}
    any_name = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    read = 0
    for place, text in told(chain):
        read += len(text)
        assert ID_NUMBER.findall(text) == [], place
        assert any_name.findall(text) == [], place
    assert read > 100_000
    # The same patterns do find what the core holds, and the numbers that departments sent.
    known = "\n".join(row["name"] for row in chain.rows("select name from core.cadre"))
    assert len(any_name.findall(known)) >= len(people)
    assert all(ID_NUMBER.fullmatch(person["id_number"]) for person in people)


def told(chain: Chain) -> Iterator[tuple[str, str]]:
    """Everything that is told outside the core: logs, XCom, mails, the ledger."""
    for path in sorted((chain.stack.home / "logs").rglob("*")):
        if path.is_file():
            yield path.name, path.read_text(encoding="utf-8", errors="replace")
    for key, value in xcoms(chain):
        yield f"XCom {key}", str(value)
    for mail in chain.mails():
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        yield f"mail {mail['Message-ID']}", "\n".join([*map(str, mail.values()), *parts])
    tables = chain.rows("select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'ledger'")
    for table in tables:
        yield table["name"], "\n".join(row["row"] for row in chain.rows(f"select t::text as row from {table['name']} t"))


def xcoms(chain: Chain) -> list[tuple[str, object]]:
    """What tasks have handed on: under which key, and what."""
    address = settings.address("airflow", chain.stack.secrets["airflow"], chain.stack.ports["postgres"], "airflow")
    with psycopg.connect(address) as airflow:
        return airflow.execute("select dag_id || '/' || task_id || '/' || key, value from xcom").fetchall()
