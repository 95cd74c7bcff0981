"""Planted properties: land that officials use against the law, papers of all kinds, and rows that are bad."""

import random
from collections.abc import Iterator

from demo.city import identity
from demo.city.cast import Cast
from demo.city.land import CURRENT, DELIVERED, ILLEGAL, OFFICER, PASSPORT, Register
from demo.city.names import traditional
from demo.city.people import Person, has_traditional
from demo.city.write import UNDECODABLE

LAND_RULE = "illegal_land_use"
RECENTLY = (2025, 9, 3)
Story = tuple[dict | None, dict | None]  # one row in the two files; `None`: not in that file


def plant_estates(rng: random.Random, register: Register, cast: Cast) -> dict[int, list[dict]]:
    """The planted rows of each day on which the register delivers, bad ones included."""
    stories = [*_illegal(register, cast), *_papers(register, cast)]
    for namesake in cast.people.namesakes:
        (row,) = register.property([namesake], RECENTLY, ILLEGAL)
        stories.append((row, row))
    bad = _flawed(register, iter(rng.sample(cast.people.residents, 30)))
    days = {}
    for number, day in enumerate(DELIVERED):
        days[day] = [story[number] for story in stories if story[number]] + bad[number]
    return days


def _held(register: Register, cast: Cast, part: str, why: str, **given: object) -> dict:
    """A property that an official uses against the law."""
    (row,) = register.property([cast.plant(LAND_RULE, part, why)], RECENTLY, ILLEGAL)
    return row | given


def _illegal(register: Register, cast: Cast) -> Iterator[Story]:
    """Illegal use that stands, ends, begins, or is not meant."""
    lawful = {"权利状态": CURRENT}
    row = _held(register, cast, "land used illegally", "used illegally")
    yield row, row
    row = _held(register, cast, "land set right on day 3", "the status changes on day 3")
    yield row, row | lawful
    row = _held(register, cast, "land gone on day 3", "the property leaves the register on day 3")
    yield row, None
    row = _held(register, cast, "land found on day 3", "found to be used illegally on day 3")
    yield row | lawful, row
    row = _held(register, cast, "land registered on day 3", "registered on day 3")
    yield None, row
    row = _held(register, cast, "lawful land", "lawfully used", **lawful)
    yield row, row
    row = _held(register, cast, "land unreadable on day 3", "the row of day 3 cannot be read, so that of day 1 stands")
    yield row, row | lawful | {"面积": "不详", "_bad": ("area_m2", "not_a_number")}
    husband = cast.plant(LAND_RULE, "land shared", "holds illegally used land together with a resident")
    for shared in register.property([cast.people.residents[0], husband], RECENTLY, ILLEGAL):
        yield shared, shared


def _papers(register: Register, cast: Cast) -> Iterator[Story]:
    """Papers by which the holder can be known, and papers by which nobody can."""
    row = _held(register, cast, "land by officer's card", "an officer's card names nobody", _obscure=True)
    row |= {"证件种类": OFFICER, "证件号": "军字第20012345号"}
    yield row, row
    row = _held(register, cast, "land by passport", "a passport names nobody", _obscure=True)
    row |= {"证件种类": PASSPORT, "证件号": "E20012345"}
    yield row, row
    why = "the number's x is small, the name is spaced"
    person = cast.plant(LAND_RULE, "land by lower case", why, lambda one: one.id_number.endswith("X"))
    (row,) = register.property([person], RECENTLY, ILLEGAL)
    row |= {"权利人": " ".join(person.name), "证件号": person.id_number.lower()}
    yield row, row
    # The register's clerks took the old number from the certificate that was there before.
    person = cast.plant(LAND_RULE, "land by old number", "the 15 digits of before 2000", has_traditional)
    (row,) = register.property([person], RECENTLY, ILLEGAL)
    row |= {"证件号": identity.old_form(person.id_number), "权利人": traditional(person.name)}
    yield row, row
    row = _held(register, cast, "land by wrong name", "an official's old number, but another person's name", _obscure=True)
    other = next(one for one in cast.people.residents if one.name[0] != row["_person"].name[0])
    row |= {"证件号": identity.old_form(row["_person"].id_number), "权利人": other.name, "_person": other}
    yield row, row


def _flawed(register: Register, people: Iterator[Person]) -> tuple[list[dict], list[dict]]:
    """The bad rows of the two files. Where the key cannot be read they are mended in the second, so that it may close."""
    flaws = (
        ("权利人", "person_name", "", "missing"),
        ("证件种类", "id_type", "户口簿", "unknown_code"),
        ("证件种类", "id_type", "", "missing"),
        ("共有方式", "shared", "家庭共有", "unknown_code"),
        ("坐落", "location", "", "missing"),
        ("面积", "area_m2", "约百平", "not_a_number"),
        ("用途", "land_use", "林地", "unknown_code"),
        ("登记日期", "registered_on", "2021年秋", "bad_format"),
        ("登记日期", "registered_on", "2021/2/30", "impossible_date"),
        ("取得价格", "price", "面议", "not_a_number"),
        ("取得价格", "price", "-83000.00", "out_of_range"),
        ("权利状态", "status", "抵押", "unknown_code"),
        ("权利状态", "status", "", "missing"),
    )
    mended = (
        ({"不动产单元号": "", "_keyless": True}, ("property_no", "missing")),
        ({"不动产单元号": "529901001001GB00000F1", "_keyless": True}, ("property_no", "bad_format")),
        ({"权利人序号": "壹", "_keyless": True}, ("holder_no", "not_a_number")),
        ({"_fields": 11, "_keyless": True}, ("", "wrong_columns")),
        ({"_fields": 13, "_keyless": True}, ("", "wrong_columns")),
        ({"坐落": f"青禾县{UNDECODABLE}路1号"}, ("", "undecodable")),
    )
    stay = [_own(register, next(people)) | {column: value, "_bad": (name, why)} for column, name, value, why in flaws]
    twin = _own(register, next(people)) | {"_bad": ("", "key_conflict")}
    stay += [twin, twin | {"面积": "11.11"}]
    good = [_own(register, next(people)) for _ in mended]
    bad = [row | flaw | {"_bad": why} for row, (flaw, why) in zip(good, mended, strict=True)]
    return stay + bad, stay + good


def _own(register: Register, person: Person) -> dict:
    return register.property([person], (2021, 9, 1))[0]
