"""Planted findings of the auditors: each names an official as it could be known, for a person to confirm."""

import random

from demo.city.audit import DELIVERED, IN_WORK, RECTIFIED, UNTOUCHED, Ledger
from demo.city.cast import Cast
from demo.city.days import DAYS, add_days
from demo.city.identity import wrong_check_digit
from demo.city.people import Person
from demo.city.units import find

AUDIT_RULE = "audit_overdue"
Story = tuple[list[dict], list[dict]]  # the rows of one project in the two files


def plant_findings(rng: random.Random, ledger: Ledger, cast: Cast, units: list[dict]) -> dict[int, list[dict]]:
    """The planted rows of each day on which the auditors deliver, bad ones included."""
    stories = [*_lives(ledger, cast), *_names(ledger, cast, units)]
    bad = _flawed(ledger, rng.sample(cast.people.residents, 20), units)
    days = {}
    for number, day in enumerate(DELIVERED):
        days[day] = [row for story in stories for row in story[number]] + bad[number]
    return days


def _project(ledger: Ledger, person: Person, due: str, state: str, left: bool = False, others: tuple = ()) -> list[dict]:
    """A project in the unit where somebody had a post, with one finding that others may share."""
    post = ledger.held(person, left)
    finding = ledger.finding([(person, post.about.title), *others], due, state)
    return ledger.project(post.about.unit, [finding])


def _lives(ledger: Ledger, cast: Cast) -> list[Story]:
    """Overdue, rectified, not due yet, and held responsible for a post that somebody has left."""

    def story(part: str, why: str, due: str, state: str = IN_WORK, left: bool = False, later: str = "") -> Story:
        person = cast.plant(AUDIT_RULE, part, why, lambda one: ledger.held(one, left) is not None)
        rows = _project(ledger, person, due, state, left)
        return rows, [row | {"整改状态": later or state} for row in rows]

    return [
        story("audit overdue", "overdue for two months", "2026-04-01"),
        story("audit long overdue", "overdue for more than 180 days: attention", "2025-09-20", UNTOUCHED),
        story("audit due on day 1", "due on day 1, overdue from day 2", DAYS[0]),
        story("audit due later", "not due yet", "2026-06-30"),
        story("audit rectified", "rectified", "2026-03-20", RECTIFIED),
        story("audit rectified on day 3", "rectified on day 3", "2026-04-03", later=RECTIFIED),
        story("audit, left since", "held the post in the audited period and has left it", "2026-04-04", left=True),
        story("audit 180 days on day 2", "attention from the 180th day, which is day 2", add_days(DAYS[1], -180), UNTOUCHED),
    ]


def _names(ledger: Ledger, cast: Cast, units: list[dict]) -> list[Story]:
    """Two names in one cell; an official's namesake; units that are called as they were before."""
    one = cast.plant(AUDIT_RULE, "audit with another", "two officials in one cell", lambda person: bool(ledger.held(person)))
    unit = ledger.held(one).about.unit
    two = cast.plant(AUDIT_RULE, "audit with one", "two officials in one cell", lambda person: bool(ledger.held_in(person, unit)))
    post = ledger.held_in(two, unit) or ledger.held(two)
    both = _project(ledger, one, "2026-04-05", IN_WORK, others=((two, post.about.title),))
    stories = [(both, both)]
    for namesake in cast.people.namesakes[:2]:
        rows = ledger.project(units[40], [ledger.finding([(namesake, "会计")], "2026-04-06", IN_WORK)])
        stories.append((rows, rows))
    for region, ending in (("529901", "扶贫开发局"), ("529908", "招商服务中心")):
        unit = find(units, region, ending)
        part, why = f"audit in {ending}", "the unit has another name, or is gone, since day 2"
        person = cast.plant(AUDIT_RULE, part, why, lambda one, unit=unit: bool(ledger.held_in(one, unit)))
        post = ledger.held_in(person, unit)
        people = [(person, post.about.title if post else "干部")]
        rows = ledger.project(unit, [ledger.finding(people, "2026-04-07", IN_WORK)], unit["b0101"])
        stories.append((rows, rows))
    return stories


def _flawed(ledger: Ledger, people: list[Person], units: list[dict]) -> tuple[list[dict], list[dict]]:
    """The bad rows of the two files. Where the key cannot be read they are mended in the second."""
    code = units[50]["uscc"]
    flaws = (
        ("统一社会信用代码", "uscc", wrong_check_digit(code), "bad_check_digit"),
        ("问题类别", "category", "", "missing"),
        ("问题类别", "category", "作风问题", "unknown_code"),
        ("问题金额", "amount", "约三十万", "not_a_number"),
        ("问题金额", "amount", -5000, "out_of_range"),
        ("问题金额", "amount", 100_000_000_000_000, "out_of_range"),
        ("发现日期", "found_on", "2026.2.30", "impossible_date"),
        ("发现日期", "found_on", "去年年底", "bad_format"),
        ("发现日期", "found_on", "", "missing"),
        ("整改期限", "due_on", "2026.13.1", "impossible_date"),
        ("整改状态", "rectification", "已完成", "unknown_code"),
        ("整改状态", "rectification", "", "missing"),
    )
    rows = []
    for (column, name, value, reason), person in zip(flaws, people, strict=False):
        rows += [row | {column: value, "_bad": (name, reason)} for row in _single(ledger, person, units)]
    (twin,) = _single(ledger, people[15], units)
    twin["_bad"] = ("", "key_conflict")
    rows += [twin, twin | {"问题金额": 77.0}]
    (double,) = _single(ledger, people[16], units)
    (keyless,) = _single(ledger, people[17], units)
    bad = keyless | {"问题编号": "", "_bad": ("finding_no", "missing"), "_keyless": True}
    return [*rows, double, double, bad], [*rows, double, keyless]


def _single(ledger: Ledger, person: Person, units: list[dict]) -> list[dict]:
    return ledger.project(units[50], [ledger.finding([(person, "会计")], "2026-05-02", RECTIFIED)])
