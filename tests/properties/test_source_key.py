"""Source keys: one for all writings of a key, another one for every other key."""

import unicodedata

import pyarrow as pa
from hypothesis import assume, given
from hypothesis import strategies as st

from transforms.source_key import source_keys

parts = st.text(st.sampled_from("a1（(２2|\\｜＼ 　号①"), min_size=1, max_size=8)


def key(*items: str | int) -> str | None:
    return source_keys([pa.array([item]) for item in items]).to_pylist()[0]


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def split(joined: str) -> list[str]:
    """The items of a key, by its definition: a backslash takes the next character as it is."""
    items, rest = [""], iter(joined)
    for character in rest:
        if character == "|":
            items.append("")
        else:
            items[-1] += next(rest) if character == "\\" else character
    return items


@given(st.lists(parts.filter(plain), min_size=1, max_size=4))
def test_the_items_can_be_read_back(items: list[str]) -> None:
    assert split(key(*items)) == [plain(item) for item in items]


@given(st.lists(parts.filter(plain), min_size=1, max_size=4), st.lists(parts.filter(plain), min_size=1, max_size=4))
def test_other_items_make_another_key(one: list[str], other: list[str]) -> None:
    assume([plain(item) for item in one] != [plain(item) for item in other])
    assert key(*one) != key(*other)


@given(st.lists(parts.filter(plain), min_size=1, max_size=4), st.sampled_from(["NFKC", "NFKD", "NFC"]))
def test_width_and_spaces_make_no_other_key(items: list[str], form: str) -> None:
    assert key(*[f"　{unicodedata.normalize(form, item)} " for item in items]) == key(*items)


@given(st.integers(-(10**12), 10**12))
def test_integers_are_plain_digits(number: int) -> None:
    assert key("号", number) == f"号|{number}"


@given(st.lists(st.none() | parts, min_size=1, max_size=4))
def test_without_one_of_its_items_there_is_no_key(items: list[str | None]) -> None:
    columns = [pa.array([item], pa.string()) for item in items]
    assert (source_keys(columns).to_pylist() == [None]) == any(item is None or not plain(item) for item in items)
