"""Who may not read what a page shows is told what everybody is told who may not."""

from collections.abc import Iterator

import pytest
import requests
from feed_cases import States
from homes import Home, settled_in
from page_server import Pages, serving


@pytest.fixture(scope="module")
def pages(states: States, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    home: Home = states.lodging(tmp_path_factory.mktemp("who") / "home", "personnel/newcomer")
    with settled_in(home), serving(home) as served:
        yield served


@pytest.mark.parametrize("group", ["cadre_analyst", "cadre_auditor"])
def test_an_alert_is_none_of_theirs(pages: Pages, group: str) -> None:
    pages.home.run("select core.admit_to(%s, 'wu', '52')", [group])
    alert_no = pages.home.one("select min(alert_no) from core.alert where state = 'new'")
    refused, unknown = (pages.get(pages.browser("wu"), f"/alerts/{number}") for number in (alert_no, "0123456789AB"))
    assert (refused.status_code, refused.text) == (unknown.status_code, unknown.text)
    assert refused.status_code == requests.codes.not_found


@pytest.mark.parametrize("group", ["cadre_reader", "cadre_reviewer", "cadre_engineer", "cadre_steward"])
def test_and_all_others_read_it(pages: Pages, group: str) -> None:
    pages.home.run("select core.admit_to(%s, 'wu', '52')", [group])
    alert_no = pages.home.one("select min(alert_no) from core.alert where state = 'new'")
    assert pages.get(pages.browser("wu"), f"/alerts/{alert_no}").status_code == requests.codes.ok
