"""Who gets mail: a file of the deployment's, else the table, else a rehearsal's addresses."""

from datetime import date
from pathlib import Path

import pytest
from airflow.sdk.exceptions import AirflowException
from homes import Home

from cadre_cloud.mail import MailError
from cadre_cloud.mail.digest import render
from cadre_cloud.steps import step

DAY = date(2026, 6, 2)
HEAD = "region_prefix,role,address,user_name\n"
ROWS = "select region_prefix, role, address, user_name from mail.recipient order by 2, 1, 3"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "recipients.csv"
    monkeypatch.setenv("CADRE_RECIPIENTS", str(path))
    return path


def addressed(city: Home) -> list[str]:
    return [row["address"] for row in city.rows("select address from mail.message order by 1")]


def test_the_file_says_who(city: Home, file: Path) -> None:
    file.write_text(
        HEAD + "5299,supervisor,city@org.test,chief\n529902,supervisor,qinghe@org.test,q\n,engineer,pipes@org.test,e\n"
    )
    render(DAY)
    assert addressed(city) == ["city@org.test", "qinghe@org.test"]
    assert [row["user_name"] for row in city.rows(ROWS)] == ["e", "chief", "q"]
    body = "select body_text from mail.message where address = %s"
    assert city.one(body, ["city@org.test"]).count("/cadre/alerts/") > city.one(body, ["qinghe@org.test"]).count("/cadre/alerts/")


def test_a_spreadsheet_s_mark_and_spaces_do_no_harm(city: Home, file: Path) -> None:
    file.write_bytes(
        "\ufeff".encode() + (HEAD + "529902, supervisor ,q@org.test ,q\n").replace(" supervisor ", "supervisor").encode()
    )
    render(DAY)
    assert addressed(city) == ["q@org.test"]


def test_who_left_the_file_gets_nothing_more(city: Home, file: Path) -> None:
    file.write_text(HEAD + "529901,supervisor,old@org.test,o\n")
    render(DAY)
    file.write_text(HEAD + "529902,supervisor,new@org.test,n\n")
    render(DAY)
    assert addressed(city) == ["new@org.test", "old@org.test"]
    assert [row["address"] for row in city.rows(ROWS)] == ["new@org.test"]


@pytest.mark.parametrize(
    "content",
    [
        "region_prefix,role,address\n529902,supervisor,q@org.test\n",
        HEAD + "529902,boss,q@org.test,q\n",
        HEAD + "529902,supervisor,nobody,q\n",
        HEAD + "529902,supervisor\n",
    ],
)
def test_a_bad_file_stops_the_run_and_changes_nothing(city: Home, file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(MailError, match=r"recipients\.csv, row 1: no good "):
        render(DAY)
    assert addressed(city) == []


@pytest.mark.parametrize(
    "content", [None, b"", HEAD.encode(), HEAD.encode() + b"529902,supervisor,\xff@org.test,q\n", b"\0" * 99]
)
def test_while_the_file_is_no_good_the_table_serves(city: Home, file: Path, content: bytes | None) -> None:
    """What there is to tell is told, and the run fails with what is wrong; once the file is mended nothing is told again."""
    city.run("insert into mail.recipient values ('529902', 'supervisor', 'q@org.test', 'q'), ('', 'engineer', 'e@org.test', 'e')")
    if content is not None:
        file.write_bytes(content)
    for day in (DAY, date(2026, 6, 3)):
        with (
            pytest.raises(AirflowException, match=r"render: recipients\.csv (cannot be read: \w+|names nobody|, row 1: no good)"),
            step("mail", day, "render"),
        ):
            render(day)
    assert addressed(city) == ["e@org.test", "q@org.test"]
    assert "render: recipients.csv" in city.one("select body_text from mail.message where role = 'engineer'")
    file.write_text(HEAD + "529902,supervisor,q@org.test,q\n,engineer,e@org.test,e\n,engineer,e@org.test,twice\n")
    assert render(date(2026, 6, 3)) == 1  # that it failed on that day, too
    assert render(date(2026, 6, 3)) == 0


def test_a_column_that_is_not_there_makes_nobody_a_city_s_supervisor(city: Home, file: Path) -> None:
    file.write_text("role,address,user_name\nsupervisor,q@org.test,q\n")
    with pytest.raises(MailError, match=r"recipients\.csv, row 1: no good region_prefix$"):
        render(DAY)
    assert city.rows(ROWS) == []


def test_a_rehearsal_writes_to_addresses_of_nobody(city: Home) -> None:
    render(DAY)
    found = {(row["role"], row["region_prefix"], row["address"]) for row in city.rows(ROWS)}
    regions = ("529900", "529901", "529902")
    assert found == {("engineer", "", "engineer@example.test")} | {
        ("supervisor", r, f"supervisor.{r}@example.test") for r in regions
    }


def test_a_deployment_without_a_file_keeps_its_table(city: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_REHEARSAL", "0")
    city.run("insert into mail.recipient values ('5299', 'supervisor', 'chief@org.test', 'chief')")
    render(DAY)
    assert addressed(city) == ["chief@org.test"]
