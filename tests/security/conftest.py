"""A city of two counties after two days, and who may read about which."""

import pytest
from feed_cases import States
from homes import Home
from readers import admit

LONGXI, QINGHE, CITY, NOBODY = "reader_529901", "reader_529902", "reader_city", "reader_of_nothing"


@pytest.fixture(scope="module")
def city(states: States, tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = states.lodging(tmp_path_factory.mktemp("city") / "home", "personnel/newcomer")
    for role, prefixes in {LONGXI: ["529901"], QINGHE: ["529902"], CITY: ["5299"], NOBODY: []}.items():
        admit(home, role, *prefixes)
    return home
