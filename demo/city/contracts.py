"""Planted loans: bad ones, late ones, guaranteed ones, repaid ones, and rows that are bad."""

import random
from collections.abc import Iterator

from demo.city.cast import Cast
from demo.city.identity import hashed
from demo.city.loans import BAD, DELIVERED, GUARANTOR, LATER, NORMAL, WATCHED, Banks
from demo.city.people import Person

LOAN_RULE = "bad_loan"
Story = tuple[dict | None, dict | None]  # one row in the two files; `None`: not in that file


def plant_contracts(rng: random.Random, banks: Banks, cast: Cast) -> dict[int, list[dict]]:
    """The planted rows of each day on which the banks deliver, bad ones included."""
    stories = [*_lives(banks, cast), *_persons(banks, cast)]
    for namesake in cast.people.namesakes:
        row = banks.loan(namesake, risk=BAD[0], overdue=200)
        stories.append((row, row))
    bad = _flawed(banks, iter(rng.sample(cast.people.residents, 20)))
    days = {}
    for number, day in enumerate(DELIVERED):
        days[day] = [story[number] for story in stories if story[number]] + bad[number]
    return days


def _lives(banks: Banks, cast: Cast) -> Iterator[Story]:
    """Loans that are bad or late, become so, or cease to be."""

    def loan(part: str, why: str, **given: object) -> dict:
        return banks.loan(cast.plant(LOAN_RULE, part, why), **given)

    later, fine = {"as_of": LATER}, {"risk_class": NORMAL, "overdue_days": 0}
    for risk in BAD:
        row = loan(f"loan {risk}", f"classed as {risk}", risk=risk, overdue=400)
        yield row, row
    row = loan("loan 90 days late", "90 days overdue", risk=WATCHED, overdue=90)
    yield row, row
    row = loan("loan 89 days late", "89 days overdue are not enough, 91 on day 3 are", risk=WATCHED, overdue=89)
    yield row, row | later | {"overdue_days": 91}
    row = loan("loan watched", "watched, and 60 days overdue", risk=WATCHED, overdue=60)
    yield row, row
    row = loan("loan repaid on day 3", "repaid: gone from the file of day 3", risk=BAD[0], overdue=150)
    yield row, None
    row = loan("loan reclassified on day 3", "classed as normal on day 3", risk=BAD[1], overdue=150)
    yield row, row | later | fine
    row = loan("loan new on day 3", "first reported on day 3", risk=BAD[0], overdue=95)
    yield None, row | later
    row = loan("guarantor", "guarantees a bad loan: context", party=GUARANTOR, risk=BAD[2], overdue=500)
    yield row, row
    row = loan("guarantor of a good loan", "guarantees a good loan", party=GUARANTOR)
    yield row, row
    row = loan("loan unreadable on day 3", "the row of day 3 cannot be read, so that of day 1 stands", risk=BAD[0])
    yield row, row | later | {"risk_class": "不良", "_bad": ("risk_class", "unknown_code")}


def _persons(banks: Banks, cast: Cast) -> Iterator[Story]:
    """Whom a hash does not name for sure; and the borrower and the guarantor of one contract."""
    person = cast.plant(LOAN_RULE, "loan under another family name", "the hash fits, but not the family name")
    other = next(one for one in cast.people.residents if one.name[0] != person.name[0])
    row = banks.loan(other, risk=BAD[0], overdue=300, id_sha256=hashed(banks.salt, person.id_number))
    yield row, row
    person = cast.plant(LOAN_RULE, "loan with another birth year", "the hash fits, but not the year of birth")
    row = banks.loan(person, risk=BAD[0], overdue=300, _obscure=True)
    row["birth_year"] -= 11
    yield row, row
    person = cast.plant(LOAN_RULE, "borrower with a guarantor", "borrows, while another official guarantees")
    row = banks.loan(person, risk=BAD[0], overdue=120)
    yield row, row
    person = cast.plant(LOAN_RULE, "guarantor of a borrower", "guarantees what another official borrows")
    backed = banks.loan(person, GUARANTOR, risk=BAD[0], overdue=120, contract_no=row["contract_no"])
    yield backed, backed
    newcomer = cast.parts["newcomer of day 3, indebted"]
    cast.explain(LOAN_RULE, newcomer, "a bad loan since day 1, on the roster later")
    row = banks.loan(newcomer, risk=BAD[0], overdue=130)
    yield row, row


def _flawed(banks: Banks, people: Iterator[Person]) -> tuple[list[dict], list[dict]]:
    """The bad rows of the two files; the one without a key is in the first alone."""
    flaws = (
        ("contract_no", "contract_no", None, "missing"),
        ("party_type", "party_type", "co-signer", "unknown_code"),
        ("id_sha256", "id_hash", None, "missing"),
        ("id_sha256", "id_hash", "ab12", "bad_format"),
        ("institution", "institution", None, "missing"),
        ("balance", "amount", None, "missing"),
        ("overdue_days", "overdue_days", -5, "out_of_range"),
        ("risk_class", "risk_class", "不良", "unknown_code"),
        ("risk_class", "risk_class", None, "missing"),
        ("as_of", "as_of", None, "missing"),
    )
    rows = []
    for column, name, value, reason in flaws:
        keyless = column in ("contract_no", "party_type")
        rows.append(banks.loan(next(people)) | {column: value, "_bad": (name, reason), "_keyless": keyless})
    twin = banks.loan(next(people)) | {"_bad": ("", "key_conflict")}
    rows += [twin, twin | {"overdue_days": 7}]
    double = banks.loan(next(people))
    return [*rows, double, double], [*(row for row in rows if not row.get("_keyless")), double]
