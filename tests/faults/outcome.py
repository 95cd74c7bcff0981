"""What came of a day, so that two runs of it can be held against each other: by hash, and what differs shown."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from chain.chain import Chain
from chain.dump import Dump, differences, dump, of_another_run

# What went wrong on the way and was overcome is told there, and nowhere else.
ON_THE_WAY = "ledger.failure"

Mail = tuple[str, str, str]


@dataclass(frozen=True)
class Outcome:
    """All rows of `core`, `ledger`, `mail` and `mart`, and the Message-IDs under which each mail came, as often as it came."""

    tables: Dump
    mails: dict[Mail, list[str]]

    @classmethod
    def of(cls, chain: Chain) -> Self:
        """What stands now."""
        with chain.warehouse() as warehouse:
            tables = dump(warehouse, of_another_run(warehouse))
        mails: dict[Mail, list[str]] = {}
        for mail in chain.mails():
            mails.setdefault((mail["To"], mail["Subject"], mail.get_body().get_content()), []).append(mail["Message-ID"])
        return cls(tables, mails)

    @property
    def hash(self) -> str:
        """The same of the same day, whatever happened on it."""
        told = {name: rows for name, rows in self.tables.items() if name != ON_THE_WAY}
        return sha256(json.dumps([told, sorted(self.mails)]).encode()).hexdigest()[:12]

    @property
    def repeats(self) -> int:
        """How many mails came once more than they should."""
        return sum(len(copies) - 1 for copies in self.mails.values())

    def differences(self, undisturbed: Self, repeats: int) -> list[str]:
        """What is not as it is without any disturbance; so many mails may have come twice, each under one Message-ID."""
        tables = differences(self.tables, undisturbed.tables)
        tables.pop(ON_THE_WAY, None)
        found = [f"{name}: {ours} instead of {theirs}" for name, (ours, theirs) in tables.items()]
        found += [f"a mail that came, or did not: {mail}" for mail in self.mails.keys() ^ undisturbed.mails.keys()]
        found += [f"one mail under several Message-IDs: {ids}" for ids in self.mails.values() if len(set(ids)) > 1]
        return found + [f"{self.repeats} mails came again, where {repeats} might"] * (self.repeats > repeats)
