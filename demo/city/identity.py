"""Identity numbers (GB 11643) and unified social credit codes (GB 32100), right ones and wrong ones."""

import random
from datetime import date, timedelta
from hashlib import sha256
from operator import mul

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
LOOK_ALIKES_AGE, MIDDLE_OF_THE_LIVING = 9, 1980
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MALE, FEMALE = "1", "2"


def with_check_digit(body: str) -> str:
    """Complete the 17 digits of an identity number by ISO 7064 MOD 11-2."""
    return body + ID_CHECKS[sum(map(mul, map(int, body), ID_WEIGHTS)) % 11]


def draw_number(rng: random.Random, prefix: str, born: str, sex: str, taken: set[str]) -> str:
    """Draw an unused number; the order code is odd for men. `taken` is added to."""
    while True:
        order = rng.randrange(1, 500) * 2 + (sex == MALE)
        number = with_check_digit(f"{prefix}{born}{order:03d}")
        if number not in taken:
            taken.add(number)
            return number


def mask(number: str) -> str:
    """Keep the first six and the last four, as the courts do."""
    return f"{number[:6]}********{number[-4:]}"


def old_form(number: str) -> str:
    """The 15 digits in force before 2000: without century and check digit."""
    return number[:6] + number[8:17]


def hashed(salt: str, number: str) -> str:
    """The number as the banks hand it over."""
    return sha256(f"{salt}{number}".encode()).hexdigest()


def look_alike(number: str, taken: set[str]) -> str:
    """Another number that has the same masked form, of somebody about nine years away. `taken` is added to."""
    year = int(number[6:10])
    step = 1 if year < MIDDLE_OF_THE_LIVING else -1
    birthday = date(year + step * LOOK_ALIKES_AGE, 7, 1)
    while True:
        birthday += timedelta(days=step)
        other = with_check_digit(f"{number[:6]}{birthday:%Y%m%d}{number[14:17]}")
        if other[-1] == number[-1] and other not in taken:
            taken.add(other)
            return other


def wrong_check_digit(number: str) -> str:
    """The same number with a check digit that does not fit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def impossible_birth(number: str) -> str:
    """A number whose check digit fits, of somebody born on 30 February."""
    return with_check_digit(f"{number[:10]}0230{number[14:17]}")


def credit_code(region: str, serial: int) -> str:
    """The unified social credit code of a public body: kind 11, region, organization code, check character."""
    return _credit_code("11", region, f"0001{serial:04d}")


def enterprise_code(region: str, serial: int) -> str:
    """The unified social credit code of an enterprise: kind 91."""
    return _credit_code("91", region, f"3{serial:07d}")


def _credit_code(kind: str, region: str, digits: str) -> str:
    org_check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, ORG_WEIGHTS, strict=True)) % 11
    body = f"{kind}{region}{digits}" + {10: "X", 11: "0"}.get(org_check, str(org_check))
    total = sum(CREDIT_DIGITS.index(character) * pow(3, place, 31) for place, character in enumerate(body))
    return body + CREDIT_DIGITS[-total % 31]
