"""What each rule finds, day by day, from facts in the core: a new rule is its SQL and its cases here."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowException
from homes import Home
from psycopg.rows import dict_row
from rule_cases import Case, Facts, every_case

from cadre_cloud.alerts import evaluation, rules
from cadre_cloud.alerts.evaluation import evaluate
from cadre_cloud.steps import step
from cadre_cloud.warehouse.connection import known_at

CASES = every_case()


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def facts(shared_home: Home, case: Case) -> Iterator[Facts]:
    with Facts(shared_home, case) as told:
        yield told


def test_every_rule_has_cases() -> None:
    assert {case.rule for case in CASES} == {rule.rule for rule in rules.rules()}


def test_case(shared_home: Home, case: Case, facts: Facts) -> None:
    for day in case.days:
        facts.tell(day)
        evaluate(day)
        assert_alerts(shared_home, case, day)
        assert_nothing_is_written_again(shared_home, day)


def test_a_rule_answers_as_of_then_what_it_answered_then(shared_home: Home, case: Case, facts: Facts) -> None:
    then = {}
    for day in case.days:
        facts.tell(day)
        then[day] = list(answers(shared_home, case.rule, day))
    for day in case.days:
        assert list(answers(shared_home, case.rule, day, as_of=day)) == then[day]


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"select": "select 1 from core.nowhere"}, "the warehouse refused: UndefinedTable (42P01)"),
        ({"explain": "{{ nobody.knows }}"}, "UndefinedError"),
    ],
)
def test_a_rule_that_breaks_is_named_and_nothing_is_written(
    shared_home: Home, change: dict[str, str], cause: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = next(case for case in CASES if case.alerts_on[case.days[0]])
    rule = next(rule for rule in rules.rules() if rule.rule == case.rule)
    monkeypatch.setattr(evaluation, "rules", lambda: [rule.model_copy(update=change)])
    with Facts(shared_home, case) as facts:
        facts.tell(case.days[0])
        with (
            pytest.raises(AirflowException, match=re.escape(f"evaluate: rule {case.rule}: {cause}")),
            step("alerts", case.days[0], "evaluate"),
        ):
            evaluate(case.days[0])
        assert shared_home.rows("select from core.alert") == []


def assert_alerts(home: Home, case: Case, day: date) -> None:
    found = home.rows(
        "select a.*, cadre_no as cadre, matter as key, rule_version as version, "
        "jsonb_path_query_array(evidence, '$[*].source_key') as keys, "
        "(select why from core.alert_event e where e.alert_no = a.alert_no order by event_no desc limit 1) as why "
        "from core.alert a where rule = %s order by cadre_no, matter",
        [case.rule],
    )
    expected = case.alerts_on[day]
    assert len(found) == len(expected), (day, found)
    for row, wanted in zip(found, expected, strict=True):
        says = wanted.pop("says", "")
        assert {name: row[name] for name in wanted} == wanted, day
        assert says in row["explanation"]


def assert_nothing_is_written_again(home: Home, day: date) -> None:
    number = "select count(*) from core.alert_event"
    before = home.one(number)
    assert evaluate(day) == {"raised": 0, "updated": 0, "expired": 0, "retracted": 0}
    assert home.one(number) == before


def answers(home: Home, rule: str, day: date, as_of: date | None = None) -> Iterator[dict[str, Any]]:
    (selected,) = [one for one in rules.rules() if one.rule == rule]
    with psycopg.connect(home.owner, row_factory=dict_row) as connection:
        if as_of:
            connection.execute("select set_config('cadre.as_of', %s, true)", [known_at(as_of).isoformat()])
        rows = connection.execute(selected.select, {"business_day": day}).fetchall()
    return iter(sorted(rows, key=repr))
