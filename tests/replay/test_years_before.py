"""Years of past loaded before a city's days: known since their deliveries, and nothing is said of them that is over."""

from collections.abc import Iterator
from datetime import date

import pytest
import yaml
from chain_in_process import deliver, gateway, run_day
from homes import Home, clone, settled_in

from cadre_cloud import contracts
from demo.city import generate
from demo.comparison import compare
from demo.past import load_day, told_by
from demo.stack import Stack

DAYS = [date(2026, 6, day) for day in (1, 2, 3)]
RESOURCES = ("unit", "personnel", "appointment", "education", "assessment", "discipline")
RULES = ("discipline_effect_period", "under_investigation", "weak_assessment")


@pytest.fixture(scope="module")
def old(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A small city's years since 2016, and its days, as far as its departments have a past."""
    home = clone(stack, tmp_path_factory.mktemp("old"))
    city = home.folder / "city"
    generate(city, seed=4, officials=150, residents=300, years=10)
    with settled_in(home):
        for day in yaml.safe_load((city / "city.yaml").read_text(encoding="utf-8"))["past"]:
            feeds = [feed for feed in told_by(city, str(day)) if feed.resource in RESOURCES]
            resources = [feed.resource for feed in feeds]
            deliver(home, city, day, resources)
            with gateway(city, day, resources):
                load_day(day, feeds)
        for day in DAYS:
            run_day(home, city, day, RESOURCES)
        yield home


def test_all_is_as_the_truth_has_it(old: Home) -> None:
    feeds = [contracts.named(resource) for resource in RESOURCES]
    found = compare(old.folder / "city", old.address("cadre_loader"), list(map(str, DAYS)), feeds)
    for label, count in found["links"].items():
        assert (count["false"], count["missed"]) == (0, 0), label
    for rule in RULES:
        count = found["alerts"][rule]
        assert (count["right"], count["unexpected"]) == (count["foretold"], 0), rule
    assert found["deliveries"] == []
    assert all(count["missed"] == count["good_refused"] == 0 for count in found["bad_rows"].values())


def test_what_was_known_follows_the_deliveries(old: Home) -> None:
    known = old.rows("select distinct extract(year from known_from)::integer as year from core.appointment order by 1")
    assert [row["year"] for row in known] == list(range(2016, 2027))
    assert old.one("select min(at) >= core.known_at('2026-06-01') from core.alert_event")


def test_units_that_were_merged_were_there_before(old: Home) -> None:
    there = """
        select count(*) from core.unit where name like '%%质量技术监督局' and left_on is null
        and known_from <= %(then)s and (known_to is null or known_to > %(then)s)"""
    assert [old.one(there, {"then": then}) for then in ("2018-06-01", "2019-06-01")] == [9, 0]


def test_numbers_were_put_right(old: Home) -> None:
    then = "select cadre_no from core.cadre where known_from < %s group by cadre_no having count(distinct id_lookup) > 1"
    assert old.rows(then, [DAYS[0]])


def test_sanctions_of_the_past_were_known_then(old: Home) -> None:
    known = (
        "select count(distinct known_from) from core.link where resource = 'discipline' and verdict = 'same' and known_from < %s"
    )
    assert old.one(known, [DAYS[0]]) > 4
