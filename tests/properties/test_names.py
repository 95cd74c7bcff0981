"""Match keys: one for all writings of a name, and no common one for two names."""

import unicodedata

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from transforms.names import match_keys

SPACES = " \t\u00a0\u3000"
INTERPUNCTS = "·•‧・･."
WIDE = {ord(narrow): chr(ord(narrow) + 0xFEE0) for narrow in "ABCXYZabcxyz"}

letters = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5) | st.sampled_from("ABCXYZabcxyz")
names = st.text(letters, min_size=1, max_size=12)


def key(*given_names: str | None) -> list[str | None]:
    return match_keys(pa.array(given_names, pa.string())).to_pylist()


@given(st.lists(names, min_size=1, max_size=30))
def test_a_key_is_its_own_key(given_names: list[str]) -> None:
    keys = key(*given_names)
    assert key(*keys) == keys


@given(names, st.lists(st.tuples(st.integers(0, 12), st.sampled_from(SPACES + INTERPUNCTS)), max_size=4))
def test_spaces_and_interpuncts_make_no_other_name(name: str, put: list[tuple[int, str]]) -> None:
    written = name
    for place, character in put:
        written = written[:place] + character + written[place:]
    assert key(written) == key(name)


@given(names)
def test_width_and_case_make_no_other_name(name: str) -> None:
    assert len(set(key(name, name.translate(WIDE), name.lower(), name.upper(), unicodedata.normalize("NFKC", name)))) == 1


@given(names, names)
def test_a_name_has_its_characters_in_order(one: str, other: str) -> None:
    (first,), (second,), (both,) = key(one), key(other), key(one + other)
    assert both == first + second


def test_writings_of_one_name() -> None:
    for writings in (
        ("趙麗華", "赵丽华"),
        ("髙峰", "高峰"),
        ("阿依古丽·买买提", "阿依古丽买买提", "阿依古丽•买买提"),
        ("呂秀蓮", "吕秀莲"),
    ):
        assert len(set(key(*writings))) == 1


def test_other_names_stay_others() -> None:
    different = ["张伟", "张卫", "章伟", "张炜", "张伟伟", "伟张", "李英", "李瑛", "李小英"]
    assert len(set(key(*different))) == len(different)


def test_nothing_is_no_name() -> None:
    assert key(None, "", "　", "·") == [None, None, None, None]
