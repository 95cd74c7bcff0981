"""The page for whoever takes the project over names all that there is."""

import re

from documents import CHECKOUT, text
from homes import Home

PAGE = text("docs/architecture.md")
# Without those that stand beside another one.
TABLES = """
select schemaname, tablename from pg_tables where schemaname in ('core', 'ledger', 'mail')
and tablename not in ('alembic_version', 'sealed_under', 'alert_event', 'alert_told', 'notice_told')"""


def test_every_table(home: Home) -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert {row["tablename"] for row in home.rows(TABLES)} - named == set()


def test_every_lock() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (CHECKOUT / "plugins").rglob("*.py"))
    locks = set(re.findall(r"hashtext\('(cadre \w+)'\)", code))
    assert {name for name in locks if f"`{name}`" not in PAGE} == set()


def test_every_dag_and_task() -> None:
    for path in (CHECKOUT / "dags").glob("*.py"):
        names = re.findall(r'dag_id="(\w+)"|@task.*\n    +def (\w+)\(|task_id="(\w+)"', path.read_text(encoding="utf-8"))
        assert names, path.name
        assert {name for found in names for name in found if name and f"`{name}`" not in PAGE} == set(), path.name
