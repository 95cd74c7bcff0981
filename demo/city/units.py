"""The city's units (B01) and how they change: one is renamed, one is new, one is merged into another."""

import random
from pathlib import Path

from demo.city import places
from demo.city.days import DAYS
from demo.city.identity import credit_code, wrong_check_digit
from demo.city.truth import Truth, source_key
from demo.city.write import write_csv

RESOURCE, FILE, KEY = "unit", "rows.csv", "b0111"
COLUMNS = ("b0111", "b0101", "b0104", "uscc", "b0117", "b0121", "b0127", "b0124", "b0150")
RENAMED_COLUMN = ("b0150", "zhishu")  # what the header of the last day says in place of what was agreed
BUREAU, COUNTY = "5", "4"
MERGED, MERGED_INTO = "招商服务中心", "商务局"


def draw_units(rng: random.Random) -> list[dict]:
    """All units of the first day. `_tier` says where in the city one stands: top, office or town."""
    units: list[dict] = []
    for region, place in places.REGIONS.items():
        root = _add(rng, units, region, name=f"{place}委员会", kind="党委", tier="top", parent="")
        for name, kind in (("人民政府", "政府"), ("人大常委会", "人大"), ("政协委员会", "政协")):
            _add(rng, units, region, name=place + name, kind=kind, tier="top", parent=root)
        for name, kind in _offices():
            _add(rng, units, region, name=place + name, kind=kind, tier="office", parent=root)
        if region != places.CITY:
            for town in places.TOWNS:
                _add(rng, units, region, name=f"{place}{town}镇人民政府", kind="政府", tier="town", parent=root)
    return units


def _offices() -> list[tuple[str, str]]:
    """Names and kinds of the offices that the city and each county have."""
    return [
        ("纪委监委", "纪委监委"),
        ("人民法院", "法院"),
        ("人民检察院", "检察院"),
        *((name, "党委") for name in places.PARTY_OFFICES),
        *((name, "政府") for name in places.BUREAUS),
        *((name, "群团") for name in places.UNIONS),
        *((name, "事业单位") for name in places.INSTITUTIONS),
        *((name, "国有企业") for name in places.COMPANIES),
    ]


def _add(rng: random.Random, units: list[dict], region: str, *, name: str, kind: str, tier: str, parent: str) -> str:
    """Append a unit and return its code. The city's units are a level above the counties'."""
    serial = len(units)
    code = f"B{region}{serial:04d}"
    level = int(BUREAU) - (tier == "top") - (region == places.CITY)
    place = places.REGIONS[region]
    # 城关镇, 县财政局, 市委: what people there call it
    short = name.removeprefix(place).removesuffix("人民政府") if tier == "town" else place[-1] + name.removeprefix(place)
    city_root = units[0]["b0111"] if units else ""
    units.append(
        {
            "b0111": code,
            "b0101": name,
            "b0104": short.replace("委员会", "委").replace("人民政府", "政府"),
            "uscc": credit_code(region, serial),
            "b0117": region,
            "b0121": parent or city_root,
            "b0127": str(level),
            "b0124": kind,
            "b0150": str(rng.randint(3, 9)),
            "_tier": tier,
        }
    )
    return code


def find(units: list[dict], region: str, ending: str) -> dict:
    """The unit of a region whose name ends like this."""
    return next(unit for unit in units if unit["b0117"] == region and unit["b0101"].endswith(ending))


def merged_unit(units: list[dict]) -> tuple[dict, dict]:
    """The unit that is gone on the second day, and the one that takes its people."""
    return find(units, "529908", MERGED), find(units, "529908", MERGED_INTO)


def unit_days(rng: random.Random, units: list[dict]) -> list[list[dict]]:
    """The rows of each day's snapshot, bad ones included."""
    gone, _ = merged_unit(units)
    renamed = find(units, "529901", "扶贫开发局")
    second = [
        unit | {"b0101": "青禾县乡村振兴局", "b0104": "县乡村振兴局"} if unit is renamed else unit
        for unit in units
        if unit is not gone
    ]
    founded = list(units)
    _add(rng, founded, places.CITY, name="云岭市数据局", kind="政府", tier="office", parent=units[0]["b0111"])
    second.append(founded[-1])
    third = [unit | {"b0150": str(int(unit["b0150"]) + 1)} if unit is renamed else unit for unit in second]
    keyless = _specimen(founded[-1], 0) | {"b0111": "", "_bad": ("unit_code", "missing"), "_keyless": True}
    first = [*units, keyless, *_specimens(units)]
    return [first, second + _specimens(units), third]


def _specimen(unit: dict, number: int) -> dict:
    """A unit that nobody works in, made after another."""
    region = unit["b0117"]
    code = credit_code(region, 9000 + number)
    return unit | {"b0111": f"B{region}{9000 + number}", "b0101": f"{unit['b0101']}筹备组", "uscc": code}


def _specimens(units: list[dict]) -> list[dict]:
    """Bad rows, one of each kind; they stay bad, because nobody at the department looks."""
    flaws = (
        ("b0101", "name", "", "missing"),
        ("b0127", "unit_level", "9", "unknown_code"),
        ("b0150", "seats", "若干", "not_a_number"),
        ("b0117", "region_code", "52990", "bad_format"),
        ("uscc", "uscc", None, "bad_check_digit"),
    )
    rows = []
    for number, (column, name, value, reason) in enumerate(flaws, start=1):
        row = _specimen(units[20 + number], number)
        row[column] = wrong_check_digit(row[column]) if value is None else value
        rows.append(row | {"_bad": (name, reason)})
    twin = _specimen(units[30], 6) | {"_bad": ("", "key_conflict")}
    return [*rows, twin, twin | {"b0150": str(int(twin["b0150"]) + 1)}]


def write_units(out: Path, days: list[list[dict]], truth: Truth) -> None:
    """Write the three snapshots; the last one's header is not what was agreed, so it must be held."""
    for day, rows in zip(DAYS, days, strict=True):
        held = day == DAYS[-1]
        header = [RENAMED_COLUMN[1] if held and column == RENAMED_COLUMN[0] else column for column in COLUMNS]
        write_csv(out / RESOURCE / day / FILE, COLUMNS, rows, header)
        if held:
            why = f"column {RENAMED_COLUMN[0]} is called {RENAMED_COLUMN[1]}"
            truth.deliver(RESOURCE, day, FILE, len(rows), outcome="held", why=why)
        else:
            truth.deliver(RESOURCE, day, FILE, len(rows), why="the daily snapshot")
            truth.condemn(RESOURCE, day, FILE, rows, key_of=lambda row: source_key(row[KEY]))
