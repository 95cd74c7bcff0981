"""A refused row is seen by an engineer, numbers masked, after it has been kept that somebody looks."""

import psycopg
import pytest
from office import COURT, DAYS, Command, Office, changes, court, without_criminal_cases

from cadre_cloud.commands import quarantine
from transforms.masking import hide, hide_numbers

NUMBER = "529902198501010046"
WHO = ("--who=engineer", "--why=法院来电核对")
LOOKS = "select who, why, through, delivery_id, row_no, at > now() - interval '10 minutes' as is_now from core.look"


def cells(said: str) -> dict[str, list[str]]:
    """What is said of each column: its value, and a mark."""
    return {line.split()[0]: line.split()[1:] for line in said.splitlines()[2:]}


@pytest.fixture
def refused(office: Office) -> str:
    """The court's file, with a number where none belongs; the id of its delivery."""
    office.contract("court", without_criminal_cases)
    rows = [dict(row) for row in COURT]
    rows[3] |= {"案由": f"与{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}\x1b[2J借贷", "证件号码": "52990219850101004"}
    office.deliver("court", DAYS[0], "court_20260601.csv", court(rows))
    office.run("court", DAYS[0])
    return office.home.one("select delivery_id from ledger.quarantine")


def test_a_row_as_it_was_sent(office: Office, refused: str, command: Command) -> None:
    code, said, _ = command(quarantine, f"--show={refused}", "--row=4", *WHO)
    assert code == 0
    found = cells(said)
    assert found["案件类型"] == ["刑事", "<-", "unknown_code"]
    assert found["当事人姓名"] == ["阿依古丽买买提"]
    assert found["证件号码"] == ["529902***********"]
    assert found["案由"] == ["与529902**************\\x1b[2J借贷"]
    assert found["执行标的"] == ["(empty)"]
    assert NUMBER[6:14] not in said
    assert NUMBER[14:] not in said
    (look,) = office.home.rows(LOOKS)
    assert look.pop("is_now")
    assert look == {
        "who": "engineer", "why": "法院来电核对", "through": "command quarantine", "delivery_id": refused, "row_no": 4
    }  # fmt: skip


def test_that_somebody_looks_is_kept_first(office: Office, refused: str, command: Command) -> None:
    """Be there nothing to see."""
    for path in (office.home.var / "landing" / "court").iterdir():
        path.unlink()
    code, said, error = command(quarantine, f"--show={refused}", "--row=4", *WHO)
    assert (code, "刑事" in said, "FileNotFoundError" in error) == (1, False, True)
    assert len(office.home.rows(LOOKS)) == 1


def test_where_it_cannot_be_kept_nothing_is_shown(office: Office, refused: str, command: Command) -> None:
    (office.home.var / "looks").mkdir()
    code, said, error = command(quarantine, f"--show={refused}", "--row=4", *WHO)
    assert (code, said, "IsADirectoryError" in error) == (1, "", True)


@pytest.mark.parametrize("change", ["update core.look set why = ''", "delete from core.look", "truncate core.look"])
def test_it_is_kept_for_good(office: Office, refused: str, command: Command, change: str) -> None:
    command(quarantine, f"--show={refused}", "--row=4", *WHO)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        office.home.run(change)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--row=4", "--who=李工", "--why=x"], "has to be the user_name of an engineer"),
        (["--row=4", "--who=supervisor.529901", "--why=x"], "has to be the user_name of an engineer"),
        (["--row=4", "--who=engineer"], "must not be empty"),
        (["--row=5", *WHO], "there is no such refused row"),
        (WHO, "it takes a row"),
    ],
)
def test_who_is_shown_nothing(office: Office, refused: str, command: Command, arguments: list[str], why: str) -> None:
    code, said, error = command(quarantine, f"--show={refused}", *arguments)
    assert (code, said, why in error) == (1, "", True)
    assert office.home.rows(LOOKS) == []


def test_a_row_with_a_field_too_many(office: Office, command: Command) -> None:
    """The parser places none of it; a line without anything is no row."""
    lines = court(COURT).split(b"\r\n")
    lines[2] += b"," + NUMBER.encode()
    office.deliver("court", DAYS[0], "court_20260601.csv", b"\r\n".join([*lines[:1], b"", *lines[1:]]))
    office.run("court", DAYS[0])
    (row,) = office.home.rows("select delivery_id, row_no, reason from ledger.quarantine")
    assert (row["row_no"], row["reason"]) == (2, "wrong_columns")
    _, said, _ = command(quarantine, f"--show={row['delivery_id']}", "--row=2", *WHO)
    assert cells(said)["当事人姓名"] == ["黄大山"]
    assert said.splitlines()[-1].strip() == "529902************"


def test_a_record_of_a_gateway(office: Office, command: Command) -> None:
    said = {
        "JDWH": "云岭纪〔2026〕1号",
        "XM": "王建国",
        "SFZH": NUMBER[:17],
        "CLLX": "12",
        "JDRQ": "20260310",
        "JDJG": "x",
        "ZT": "1",
    }
    office.deliver("discipline", DAYS[0], "changes.jsonl", changes(said | {"GXSJ": "2026-05-20T10:00:00+08:00"}))
    office.run("discipline", DAYS[0])
    delivery_id = office.home.one("select delivery_id from ledger.quarantine")
    _, said, _ = command(quarantine, f"--show={delivery_id}", "--row=1", *WHO)
    assert cells(said)["SFZH"] == ["529902***********", "<-", "bad_format"]


def test_rows_are_listed_one_by_one(refused: str, command: Command) -> None:
    code, said, _ = command(quarantine, "--resource=court")
    assert code == 0
    assert said.splitlines()[1].split() == ["court", "unknown_code", "case_type", "2026-06-01", refused, "4", "waits"]
    assert command(quarantine, "--reason=missing")[1] == "No such row is refused.\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("529902198501010046", "529902************"),
        ("52990219850101004X", "529902************"),
        ("５２９９０２１９８５０１０１００４６", "５２９９０２************"),
        ("529902850101004", "529902*********"),
        ("52990219850101O046", "529902************"),
        ("529902-19850101-0046", "529902**************"),
        ("证号529902198501010046，电话13800138000", "证号529902************，电话13800138000"),
        ("(2026)黔9901执00001号", "(2026)黔9901执00001号"),
        ("2026-06-01T10:00:00+08:00", "2026-06-01T10:00:00+08:00"),
        ("a" * 64, "aaaaaa" + "*" * 58),
        ("the quick brown fox", "the quick brown fox"),
    ],
)
def test_numbers_are_hidden_wherever_they_stand(text: str, shown: str) -> None:
    assert hide_numbers(text) == shown


def test_a_short_text_is_hidden_whole() -> None:
    assert [hide("5299"), hide("529902850101"), hide("5299028501010")] == ["****", "************", "529902*******"]
