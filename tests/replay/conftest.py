"""The days that are past, run once for all tests of a file."""

import pytest
from feed_cases import FOLDER, Case, States
from homes import clone, settled_in
from past import DAYS, Past, lay_out, run

from demo.stack import Stack


@pytest.fixture(scope="module")
def past(stack: Stack, states: States, tmp_path_factory: pytest.TempPathFactory) -> Past:
    folder = tmp_path_factory.mktemp("past")
    home = clone(stack, folder / "home", states.after(Case(FOLDER / "personnel" / "roster").chain))
    city, evenings = home.folder / "city", []
    lay_out(city)
    with settled_in(home):
        for day in DAYS:
            (home.drop / "court" / f"court_{day:%Y%m%d}b.csv").mkdir(parents=True)
            run(home, day)
            evenings.append(clone(stack, folder / f"{day}", home))
    assert not home.rows("select step, cause from ledger.failure")
    states_of_court = home.rows("select state, quarantined from ledger.delivery where resource = 'court' order by day, file")
    assert [tuple(row.values()) for row in states_of_court] == [
        ("loaded", 0), ("held", 0), ("loaded", 2), ("held", 0), ("held", 0), ("held", 0)]  # fmt: skip
    assert home.one("select count(*) from ledger.delivery where purpose = 'search'") == 2
    return Past(stack, evenings)
