"""Loans and guarantees: the banks hand over hashed numbers, once a month, and once more under the same file name."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from demo.city.chance import happens
from demo.city.days import DAYS
from demo.city.identity import hashed
from demo.city.names import starred
from demo.city.people import Person
from demo.city.truth import Truth, count_duplicates, source_key

RESOURCE, FILE, DELIVERED = "finance", "finance_202605.parquet", (0, 2)  # on which of the days
SCHEMA = pa.schema([
    ("contract_no", pa.string()), ("party_type", pa.string()), ("name_masked", pa.string()), ("id_sha256", pa.string()),
    ("birth_year", pa.int32()), ("institution", pa.string()), ("balance", pa.decimal128(18, 2)),
    ("overdue_days", pa.int32()), ("risk_class", pa.string()), ("as_of", pa.date32()),
])  # fmt: skip
BORROWER, GUARANTOR = "borrower", "guarantor"
NORMAL, WATCHED, BAD = "正常", "关注", ("次级", "可疑", "损失")
BANKS = ("贵州银行云岭分行", "邮储银行云岭分行", "云岭农商银行", "惠农小额贷款公司", "云岭村镇银行")
AS_OF, LATER = date(2026, 5, 31), date(2026, 6, 2)
LATE_FROM = 90  # days


class Banks:
    """Lends. Of a row, `_person` is whom it is really about, `_obscure` that it does not let that be known."""

    def __init__(self, rng: random.Random, salt: str) -> None:
        """Begin with no contract."""
        self.rng, self.salt, self.serial = rng, salt, 0

    def loan(self, person: Person, party: str = BORROWER, risk: str = NORMAL, overdue: int = 0, **given: object) -> dict:
        """A row of a new contract."""
        self.serial += 1
        return {
            "contract_no": f"HT{self.serial:09d}",
            "party_type": party,
            "name_masked": starred(person.name),
            "id_sha256": hashed(self.salt, person.id_number),
            "birth_year": int(person.born[:4]),
            "institution": BANKS[int(self.rng.random() * len(BANKS))],
            "balance": Decimal(int(self.rng.random() * 10**8)).scaleb(-2),
            "overdue_days": overdue,
            "risk_class": risk,
            "as_of": AS_OF,
            "_person": person,
        } | given

    def everyday(self, person: Person) -> dict:
        """One of the many: mostly in order, one in thirty bad or late."""
        rng = self.rng
        standing = rng.choices(("normal", "watched", "bad"), cum_weights=(920, 975, 1000))[0]
        risk, overdue = NORMAL, 0
        if standing == "watched":
            risk, overdue = WATCHED, rng.randint(1, 120)
        elif standing == "bad":
            risk, overdue = rng.choice(BAD), rng.randint(100, 900)
        row = self.loan(person, GUARANTOR if happens(rng, 0.18) else BORROWER, risk, overdue)
        if happens(rng, 0.05):
            row["name_masked"] = row["name_masked"].rstrip("*") + "***"
        return row

    def fill(self, residents: list[Person], officials: list[Person]) -> tuple[list[dict], list[dict]]:
        """The everyday rows of the two files; in the second some are repaid, some late, some new."""
        rng = self.rng
        people = rng.choices(residents, k=len(residents) * 19 // 20) + rng.choices(officials, k=len(officials) // 2)
        first = [self.everyday(person) for person in people]
        guarantors = rng.sample(residents, max(3, len(residents) // 100))
        contracts = [row for row in first if row["party_type"] == BORROWER]
        for row, person in zip(rng.choices(contracts, k=len(guarantors)), guarantors, strict=True):
            if happens(rng, 0.9) and "_backed" not in row:
                row["_backed"] = True
                backed = {"contract_no": row["contract_no"], "risk_class": row["risk_class"]}
                first.append(self.loan(person, GUARANTOR) | backed)
        rng.shuffle(first)
        second = [self._later(row) if happens(rng, 0.001) else row for row in first]
        gone = max(2, len(first) // 2000)
        return first, second[gone:] + [self.loan(person, as_of=LATER) for person in rng.choices(residents, k=gone)]

    def _later(self, row: dict) -> dict:
        risk, overdue = (NORMAL, 0) if row["overdue_days"] else (WATCHED, 33)
        return row | {"risk_class": risk, "overdue_days": overdue, "as_of": LATER}


def severity(row: dict, _day: str) -> str:
    """What `bad_loan` says of a row, nothing where it is silent."""
    if row["risk_class"] not in BAD and row["overdue_days"] < LATE_FROM:
        return ""
    return "notice" if row["party_type"] == BORROWER else "context"


def key_of(row: dict) -> str:
    """The key of a row as keys compare."""
    return source_key(row["contract_no"] or "", row["party_type"] or "")


def write_loans(out: Path, days: dict[int, list[dict]], truth: Truth) -> None:
    """Write the two files, which have the same name."""
    for number, rows in days.items():
        path = out / RESOURCE / DAYS[number] / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        table = pa.table({name: [row[name] for row in rows] for name in SCHEMA.names}, schema=SCHEMA)
        pq.write_table(table, path, compression="zstd")
        why = "the month's contracts" if number == DELIVERED[0] else "the same file name with other content"
        twice = count_duplicates(rows, tuple(SCHEMA.names))
        truth.deliver(RESOURCE, DAYS[number], FILE, len(rows), duplicate=twice, why=why)
        truth.condemn(RESOURCE, DAYS[number], FILE, rows, key_of=key_of)
    every = {DAYS[number]: rows for number, rows in days.items()}
    truth.own_all(RESOURCE, every, key_of=key_of, form_of=lambda _: "hashed_id")
