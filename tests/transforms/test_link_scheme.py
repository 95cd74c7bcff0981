"""Linking knows no country: under another scheme the same surface links persons with other items."""

import random
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from bench.febrl import COLUMNS, link_febrl

PEOPLE, STRANGERS = 400, 40
SYLLABLES = ("mi", "ka", "ro", "len", "tar", "bo", "su", "vin", "del", "ash", "or", "ne", "wil", "co", "pet", "har")


def word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(syllables))


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def person(chance: random.Random) -> dict[str, str]:
    words = {column: word(chance, 3) for column in ("given_name", "surname", "address_1", "address_2", "suburb")}
    born = f"19{chance.randint(10, 99)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
    numbers = {"soc_sec_id": digits(chance, 7), "postcode": digits(chance, 4), "street_number": digits(chance, 2)}
    return words | numbers | {"date_of_birth": born, "state": chance.choice(("nsw", "vic", "qld"))}


def mistyped(chance: random.Random, told: dict[str, str]) -> dict[str, str | None]:
    """Two items with one character too few, one that is missing, and sometimes given name and surname in each other's place."""
    wrong: dict[str, str | None] = dict(told)
    for column in chance.sample(COLUMNS, 2):
        place = chance.randrange(len(told[column]))
        wrong[column] = told[column][:place] + told[column][place + 1 :]
    if chance.random() < 0.1:
        wrong |= {"given_name": wrong["surname"], "surname": wrong["given_name"]}
    return wrong | {chance.choice(COLUMNS): None}


def rows(people: list[dict[str, Any]], key: Callable[[int], dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([key(number) | told for number, told in enumerate(people)])


@pytest.fixture(scope="module")
def statements() -> list[dict[str, Any]]:
    chance = random.Random(4)
    people = [person(chance) for _ in range(PEOPLE)]
    named = [mistyped(chance, told) for told in people] + [person(chance) for _ in range(STRANGERS)]
    roster = rows(people, lambda number: {"cadre_no": f"r{number}"})
    mentions = rows(named, lambda number: {"source_key": f"febrl/{number}", "mention_no": 1})
    mentions = mentions.set_column(1, "mention_no", mentions["mention_no"].cast(pa.int32()))
    return link_febrl(mentions, roster).to_pylist()


def test_who_is_named_with_mistakes_is_found_and_a_stranger_is_not(statements: list[dict[str, Any]]) -> None:
    found = {row["source_key"]: row["cadre_no"] for row in statements
             if row["verdict"] == "same" or (row["rank"] == 1 and row["probability"] >= 0.5)}  # fmt: skip
    assert found == {f"febrl/{number}": f"r{number}" for number in range(PEOPLE)}


def test_what_its_number_decides_is_a_link_and_all_else_a_question_with_its_weights(statements: list[dict[str, Any]]) -> None:
    methods = {(row["verdict"], row["method"]) for row in statements}
    assert methods == {("same", "number"), ("undecided", "alike")}
    assert all((row["weights"] is None) == (row["verdict"] == "same") for row in statements)
    assert any('"of":"address_1","says":"agrees"' in row["weights"] for row in statements if row["weights"])
