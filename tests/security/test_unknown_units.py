"""While nobody knows an official's county, no county's reader sees them."""

from chain_in_process import run_day
from feed_cases import FOLDER, Case
from homes import Home
from readers import admit, column, login

ROSTER = Case(FOLDER / "personnel" / "roster")
COUNTY, CITY = "reader_529902", "reader_of_all"


def test_officials_without_units(home: Home) -> None:
    """The units' feed failed on the first day: the roster is there, and no region is known at all."""
    ROSTER.lay(home.folder / "city")
    run_day(home, home.folder / "city", ROSTER.day, ["personnel"])
    admit(home, COUNTY, "529902")
    admit(home, CITY, "")
    with login(home, COUNTY) as county:
        assert column(county, "select cadre_no from mart.cadre") == []
    with login(home, CITY) as city:
        assert len(column(city, "select cadre_no from mart.cadre")) == 8


def test_an_official_whose_unit_is_unknown(city: Home) -> None:
    admit(city, CITY, "")
    city.run("update core.cadre_now set region_code = null, unit_name = null where cadre_no = 'C0002'")
    with login(city, COUNTY) as county:
        seen = column(county, "select cadre_no from mart.cadre")
        assert seen
        assert "C0002" not in seen
    with login(city, CITY) as whole:
        assert "C0002" in column(whole, "select cadre_no from mart.cadre")
