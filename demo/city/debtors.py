"""Planted parties: officials on the list of dishonest debtors, strangers who look like them, and rows that are bad."""

import random
from collections.abc import Callable, Iterator

from demo.city.cast import Cast
from demo.city.names import traditional
from demo.city.parties import CREDITOR, HALF_WIDTH, Courts
from demo.city.people import Person, has_traditional
from demo.city.write import UNDECODABLE

LISTED_RULE = "dishonest_debtor"
LISTED, UNLISTED = {"是否失信": "是"}, {"是否失信": "否"}


Story = tuple[dict | None, dict | None, dict | None]  # one row through the three days; `None`: not in that snapshot


def plant_debtors(courts: Courts, cast: Cast) -> list[Story]:
    """Plant what the rule about dishonest debtors has to speak about, and what it must be silent about."""
    stories = [*_officials(courts, cast), *_newcomers(courts, cast)]
    for stranger in [*cast.people.namesakes, *cast.people.look_alikes]:
        row = courts.party(stranger, "2026-01-22", **LISTED)
        stories.append((row, row, row))
    return stories


def _officials(courts: Courts, cast: Cast) -> Iterator[Story]:
    """Listed, delisted, closed, gone, and not meant at all."""

    def listed(part: str, why: str, fits: Callable[[Person], bool] = lambda _: True, **given: object) -> dict:
        person = cast.plant(LISTED_RULE, part, why, fits)
        return courts.party(person, "2026-02-24", **LISTED | given)

    row = listed("listed", "listed, and the case is open")
    yield row, row, row
    row = listed("delisted on day 2", "delisted on day 2")
    yield row, row | UNLISTED, row | UNLISTED
    row = listed("closed on day 2", "the case is closed")
    closed = row | {"结案日期": "2026-06-01", "裁判结果": "执行完毕"}
    yield row, closed, closed
    yield listed("gone on day 2", "the case leaves the snapshot"), None, None
    row = listed("listed on day 2", "listed on day 2")
    yield row | UNLISTED, row, row
    row = listed("filed before day 2", "a new case on day 2")
    yield None, row, row
    row = listed("creditor", "the creditor is not the debtor", 诉讼地位=CREDITOR)
    yield row, row, row
    row = listed("closed before", "closed before day 1", 结案日期="2026-05-11", 裁判结果="执行完毕")
    yield row, row, row
    row = listed("unreadable on day 2", "the row of day 2 cannot be read, so that of day 1 stands")
    unreadable = row | UNLISTED | {"立案日期": "2026/02/24", "_bad": ("filed_on", "bad_format")}
    yield row, unreadable, row
    row = listed("delisted by a held file", "delisted by a file that is held, so the listing stands")
    yield row, row, row | UNLISTED | {"_place": (0.0, 0)}
    row = listed("debtor with spaces", "name with spaces inside")
    spaced = row | {"当事人姓名": "　".join(row["当事人姓名"])}
    yield spaced, spaced, spaced
    row = listed("debtor in traditional", "name in traditional characters", has_traditional)
    row["当事人姓名"] = traditional(row["当事人姓名"])
    yield row, row, row
    row = listed("retired", "listed after retirement: nothing new for those who left")
    yield None, row, row


def _newcomers(courts: Courts, cast: Cast) -> Iterator[Story]:
    """Debtors who join the roster when the courts have already delivered their case."""
    for part in ("newcomer of day 2, indebted", "newcomer of day 3, indebted"):
        cast.explain(LISTED_RULE, cast.parts[part], "listed since day 1, on the roster later")
        row = courts.party(cast.parts[part], "2026-02-25", **LISTED)
        yield row, row, row


def flawed(rng: random.Random, courts: Courts, residents: list[Person]) -> list[list[dict]]:
    """The bad rows of each day. Where the key cannot be read they are mended on day 2, so that it may close cases."""
    flaws = (
        ("当事人姓名", "person_name", "", "missing"),
        ("年龄", "age", "abc", "not_a_number"),
        ("年龄", "age", "230", "out_of_range"),
        ("立案日期", "filed_on", "2026/03/01", "bad_format"),
        ("立案日期", "filed_on", "2026-02-30", "impossible_date"),
        ("结案日期", "closed_on", "20260501", "bad_format"),
        ("诉讼地位", "party_role", "案外人", "unknown_code"),
        ("诉讼地位", "party_role", "", "missing"),
        ("案件类型", "case_type", "行政", "unknown_code"),
        ("性别", "sex", "未知", "unknown_code"),
        ("是否失信", "dishonest", "Y", "unknown_code"),
        ("执行标的", "amount", "约三百万", "not_a_number"),
        ("证件号码", "id_masked", "529901****123X", "bad_format"),
    )
    mended = (
        ({"案号": "", "_keyless": True}, ("case_no", "missing")),
        ({"当事人序号": "壹", "_keyless": True}, ("party_no", "not_a_number")),
        ({"_fields": 13, "_keyless": True}, ("", "wrong_columns")),
        ({"_fields": 15, "_keyless": True}, ("", "wrong_columns")),
        ({"案由": f"买卖{UNDECODABLE}纠纷"}, ("", "undecodable")),
    )
    people = iter(rng.sample(residents, len(flaws) + len(mended) + 2))
    stay = [
        courts.party(next(people), "2026-03-01", **{column: value, "_bad": (name, reason)})
        for column, name, value, reason in flaws
    ]
    stay += _conflicts(courts, next(people), next(people))
    good = [courts.party(next(people), "2026-03-02") for _ in mended]
    bad = [row | flaw | {"_bad": why} for row, (flaw, why) in zip(good, mended, strict=True)]
    return [stay + bad, stay + good, stay + good]


def _conflicts(courts: Courts, one: Person, other: Person) -> list[dict]:
    """Two rows of one key that say different things, and two whose keys are one only when normalised."""
    bad = {"_bad": ("", "key_conflict")}
    first, second = courts.party(one, "2026-03-03", **bad), courts.party(other, "2026-03-04", **bad)
    narrow = second["案号"].translate(HALF_WIDTH)
    return [first, first | {"执行标的": "1,234.00"}, second, second | {"案号": narrow, "执行标的": "5,678.00"}]
