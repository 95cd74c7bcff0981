"""Rows that a contract refused come in when it is mended, as what they are: of their own day, and no more than once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from chain_in_process import deliver
from dump import whole
from office import (
    CASE,
    COURT,
    DAYS,
    DISCIPLINE,
    Command,
    Office,
    assert_balance,
    changes,
    court,
    without_criminal_cases,
    without_investigations,
    without_spouses,
)

from cadre_cloud import contracts
from cadre_cloud.commands import quarantine
from cadre_cloud.feed.check import check
from cadre_cloud.feed.extract import extract
from cadre_cloud.feed.load import load
from cadre_cloud.feed.release import release
from cadre_cloud.steps import bound_duckdb
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.acts import Act
from cadre_cloud.warehouse.connection import connect

WHO = ("--who=李工", "--why=代码表已更正")
DECISION = "云岭纪〔2026〕3号"  # an investigation of C0003's


@pytest.fixture
def refused(office: Office) -> Office:
    """The court's first day under a contract that knows no criminal cases."""
    office.contract("court", without_criminal_cases)
    office.deliver_case("court/first_day", DAYS[0])
    office.run("court", DAYS[0])
    assert CASE not in office.known("court")
    return office


def test_a_reason_is_listed_and_released(refused: Office, command: Command) -> None:
    code, listed, _ = command(quarantine)
    assert code == 0
    assert [line.split()[:5] for line in listed.splitlines() if line.startswith("court")] == [
        ["court", "unknown_code", "case_type", "waits", "1"]
    ]
    refused.contract("court")
    before = refused.home.rows("select * from ledger.delivery")
    code, said, _ = command(quarantine, "--release", "--resource=court", "--reason=unknown_code", *WHO)
    assert (code, "1 came in" in said, "1 raised" in said) == (0, True, True)
    record = refused.known("court")[CASE]
    (made,) = [row for row in refused.home.rows("select * from ledger.delivery") if row["purpose"] == "release"]
    (original,) = [row for row in before if row["delivery_id"] in made["delivery_id"]]
    for name in ("resource", "day", "file", "sha256", "bytes", "landing", "snapshot_on"):
        assert made[name] == original[name]
    counts = ("received", "accepted", "quarantined", "duplicate", "changed", "mentions", "linked", "closed")
    assert [made[name] for name in counts] == [1, 1, 0, 0, 1, 1, 1, 0]
    assert (record["delivery_id"], record["detail"]["case_type"]) == (made["delivery_id"], "criminal")
    (row,) = refused.home.rows("select * from ledger.quarantine")
    assert (row["state"], row["release_id"]) == ("released", made["delivery_id"])
    assert refused.home.rows("select who, why, kind, delivery_id from ledger.act") == [
        {"who": "李工", "why": "代码表已更正", "kind": "released", "delivery_id": made["delivery_id"]}
    ]
    # What came before stays as it was, and the day has been published anew.
    assert [row for row in refused.home.rows("select * from ledger.delivery") if row["purpose"] != "release"] == before
    assert refused.home.one("select max(revision) from ledger.settlement") == refused.home.one(
        "select max(revision) from ledger.publication"
    )
    assert refused.home.rows("select state from mart.alert where cadre_no = 'C0003' and rule = 'criminal_case'") == [
        {"state": "new"}
    ]
    assert_balance(refused.home)


def test_again_it_changes_nothing(refused: Office, command: Command) -> None:
    refused.contract("court")
    wanted = ("--release", "--resource=court", "--reason=unknown_code", *WHO)
    command(quarantine, *wanted)
    before = whole(refused.home, "core", "ledger", "mail")
    code, said, _ = command(quarantine, *wanted)
    assert (code, said.splitlines()[0]) == (0, "No such row is refused.")
    refused.run_again("court", DAYS[0])
    assert whole(refused.home, "core", "ledger", "mail") == before


@pytest.mark.parametrize("goes", [True, False])
def test_the_next_snapshot_knows_it(refused: Office, command: Command, goes: bool) -> None:
    """Refused again it stays as it was; gone, it is closed."""
    refused.contract("court")
    command(quarantine, "--release", "--resource=court", "--reason=unknown_code", *WHO)
    refused.contract("court", without_criminal_cases)
    rows = [row for row in reversed(COURT) if not (goes and row["案号"] == "（2025）黔9902刑00003号")]
    refused.deliver("court", DAYS[1], "court_20260602.csv", court(rows))
    refused.run("court", DAYS[1])
    query = "select left_on from mart.record where source_key = %s"
    assert refused.home.rows(query, [CASE]) == [{"left_on": DAYS[1] if goes else None}]
    delivery = refused.home.rows("select closed, changed, unchanged from ledger.delivery where day = %s", [DAYS[1]])
    assert delivery == [{"closed": int(goes), "changed": 0, "unchanged": 11}]


def test_an_older_snapshot_is_out_of_date(refused: Office, command: Command) -> None:
    refused.contract("court")
    rows = [row | {"案由": "另案"} for row in COURT]
    refused.deliver("court", DAYS[1], "court_20260602.csv", court(rows))
    refused.run("court", DAYS[1])
    before = whole(refused.home, "core", "ledger")
    assert "outdated" in command(quarantine)[1]
    code, _, said = command(quarantine, "--release", "--resource=court", "--reason=unknown_code", *WHO)
    assert (code, "outdated" in said) == (1, True)
    assert whole(refused.home, "core", "ledger") == before
    assert refused.known("court")[CASE]["detail"]["cause"] == "另案"


def test_what_is_refused_again_says_why(office: Office, command: Command) -> None:
    """A row has a second fault; another one, that is chosen by its number, has none."""
    office.contract("court", without_criminal_cases)
    rows = [row | {"案件类型": "刑事"} for row in COURT[:3]] + COURT[3:]
    rows[0]["立案日期"] = "2026-02-30"
    office.deliver("court", DAYS[0], "court_20260601.csv", court(rows))
    office.deliver("court", DAYS[1], "court_20260602.csv", court(rows[:2]))
    for day in DAYS[:2]:
        office.run("court", day)
    office.contract("court")
    loaded, held = office.home.rows("select delivery_id, state from ledger.delivery where resource = 'court' order by day")
    assert held["state"] == "held"  # of it nothing is released: it is accepted first, or comes again
    code, _, said = command(quarantine, "--release", f"--delivery={held['delivery_id']}", "--row=2", *WHO)
    assert (code, "not loaded but held" in said) == (1, True)
    one = ("--release", f"--delivery={loaded['delivery_id']}")
    assert "1 came in" in command(quarantine, *one, "--row=2", *WHO)[1]
    assert "1 still refused (filed_on: impossible_date)" in command(quarantine, *one, "--reason=unknown_code", *WHO)[1]
    assert command(quarantine, *one, "--reason=unknown_code", *WHO)[1].startswith("No such row is refused.")
    query = "select row_no, reason, state from ledger.quarantine where delivery_id = %s order by 1"
    assert [tuple(row.values()) for row in office.home.rows(query, [loaded["delivery_id"]])] == [
        (1, "impossible_date", "quarantined"),
        (2, "unknown_code", "released"),
        (3, "unknown_code", "released"),
        (4, "unknown_code", "released"),
    ]
    assert_balance(office.home)


def test_a_changes_feed_is_never_set_back(office: Office, command: Command) -> None:
    """Of two refused decisions one came again since, with a later cursor; the other comes in with its own day."""
    office.contract("discipline", without_investigations)
    office.deliver_case("discipline/first_day", DAYS[0])
    other = DISCIPLINE[2] | {"JDWH": "云岭纪〔2026〕93号", "WJXZ": "另案", "GXSJ": "2026-05-30T09:00:00+08:00"}
    beside = DISCIPLINE[0] | {"GXSJ": "2026-06-05T10:00:00+08:00"}  # from here on the next day reads, less three days
    office.deliver("discipline", DAYS[1], "changes.jsonl", changes(other, beside))
    for day in DAYS[:2]:
        office.run("discipline", day)
    office.contract("discipline")
    later = DISCIPLINE[2] | {"WJXZ": "后来的", "GXSJ": "2026-06-05T11:00:00+08:00"}
    office.deliver("discipline", DAYS[2], "changes.jsonl", changes(later))
    office.run("discipline", DAYS[2])
    before, before_release = office.home.rows("select cursor_to from ledger.delivery"), office.known("discipline")
    code, said, _ = command(quarantine, "--release", "--resource=discipline", "--reason=unknown_code", "--field=measure", *WHO)
    assert code == 0
    known = office.known("discipline")
    assert "云岭纪〔2026〕93号" not in before_release
    assert known[DECISION]["detail"]["violation"] == "后来的"
    assert known["云岭纪〔2026〕93号"]["detail"]["violation"] == "另案"
    days = office.home.rows(
        "select day, changed, unchanged, cursor_to from ledger.delivery where purpose = 'release' order by day"
    )
    assert [tuple(row.values()) for row in days] == [(DAYS[0], 0, 1, None), (DAYS[1], 1, 0, None)], said
    assert office.home.rows("select cursor_to from ledger.delivery where purpose <> 'release'") == before
    assert_balance(office.home)


def test_an_official_who_was_refused_is_found_next_morning(office: Office, command: Command) -> None:
    office.deliver_case("court/first_day", DAYS[0])
    office.run("court", DAYS[0])
    office.contract("personnel", lambda words: words["columns"]["a0196"].update(required=True))
    office.deliver_case("personnel/newcomer", DAYS[1])
    office.run("personnel", DAYS[1])
    assert office.home.rows("select reason from ledger.quarantine") != []
    office.contract("personnel")
    command(quarantine, "--release", "--resource=personnel", "--reason=missing", *WHO)
    assert office.home.one("select count(*) from mart.cadre where cadre_no = 'C0009'") == 1
    office.run("court", DAYS[2])
    assert "(2026)黔9902执00009号|1" in office.known("court")


def test_two_people_at_once(refused: Office) -> None:
    """The lock of the resource lets one in after the other, and a load as well."""
    refused.contract("court")
    bound_duckdb()
    contract = contracts.named("court")
    delivery_id = refused.home.one("select delivery_id from ledger.quarantine")

    def one(who: str) -> int:
        with connect() as warehouse:
            return release(warehouse, contract, delivery_id, Act(who, "x")).changed

    with ThreadPoolExecutor(2) as pool:
        with connect() as loading:
            ledger.lock_resource(loading, "court")
            both = [pool.submit(one, who) for who in ("李工", "赵工")]
            assert not any(future.done() for future in both)
        assert sorted(future.result() for future in both) == [0, 1]
    assert refused.home.one("select count(*) from ledger.delivery where purpose = 'release'") == 1


def test_released_between_check_and_load(refused: Office) -> None:
    """What the check had laid down knows nothing of the released row; the load looks again."""
    contract = contracts.named("court")  # it is refused still; the row is released under the mended one
    rows = [row for row in reversed(COURT) if row["案号"] != "（2025）黔9902刑00003号"]
    refused.deliver("court", DAYS[1], "court_20260602.csv", court(rows))
    deliver(refused.home, refused.city, DAYS[1], ["court"])
    extract(contract, DAYS[1])
    assert len(check(contract, DAYS[1])) == 1
    refused.contract("court")
    with connect() as warehouse:
        delivery_id = refused.home.one("select delivery_id from ledger.quarantine")
        assert release(warehouse, contracts.named("court"), delivery_id, Act("李工", "x")).changed == 1
    load(contract, DAYS[1])
    assert refused.home.rows("select closed, changed from ledger.delivery where day = %s", [DAYS[1]]) == [
        {"closed": 1, "changed": 0}
    ]


def test_a_released_row_of_a_household_is_put_beside_the_others_next_time(office: Office, command: Command) -> None:
    office.contract("population", without_spouses)
    office.deliver_case("population/first_day", DAYS[0])
    office.run("population", DAYS[0])
    kept = "select source_key from core.record where resource = 'population' order by 1"
    assert office.home.rows(kept) == []
    office.contract("population")
    code, _, _ = command(quarantine, "--release", "--resource=population", "--reason=unknown_code", *WHO)
    assert (code, office.home.rows(kept)) == (0, [])
    office.run_again("population", DAYS[1])
    assert [row["source_key"] for row in office.home.rows(kept)] == ["H52990100001|1", "H52990100001|2"]
    assert_balance(office.home)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--release", "--resource=court", *WHO], "it takes a delivery and a row, or a resource and a reason"),
        (["--release", "--resource=court", "--reason=x"], "who and why must not be empty"),
        (["--release", "--resource=court", "--reason=x", "--who=machine", "--why=x"], "has to be a person"),
        (["--release", "--resource=court", "--reason=x", "--who=x", "--why=529901197503120010"], "identity number"),
    ],
)
def test_what_is_not_carried_out(office: Office, command: Command, arguments: list[str], why: str) -> None:
    code, _, said = command(quarantine, *arguments)
    assert (code, why in said) == (1, True)
    assert "5299" not in said
