"""What is written reads back to the same facts."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from transforms.forms import lrm, lrmx
from transforms.forms.facts import Facts, Relative, Schooling, facts_of, texts_of, unread
from transforms.forms.layout import ELEMENTS, RELATIVES
from transforms.forms.words import CPC, DEGREES, GRADES, LEVELS, degree_code, group_code, group_words, level_code

_SPACES = " \t\r\n\u3000\ufeff"
_XML = st.characters(exclude_categories=["Cs", "Cc", "Cn"], include_characters="\t\r\n", exclude_characters="\ufffd\ufffe\uffff")
_HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)

months = st.dates(date(1901, 1, 1), date(2099, 12, 1)).map(lambda day: day.replace(day=1))
dates = st.none() | st.dates(date(1901, 1, 1), date(2099, 1, 1)).flatmap(
    lambda day: st.sampled_from([f"{day:%Y%m%d}", f"{day:%Y%m}"])
)
texts = st.text(_XML, max_size=40).map(lambda text: text.strip(_SPACES))
words = st.text(_HAN | st.sampled_from("·䶮㼆𠮷"), min_size=1, max_size=6)
numbers = st.from_regex(re.compile(r"[1-9][0-9]{16}[0-9X]"), fullmatch=True)
groups = st.sampled_from([f"{code:02}" for code in range(1, 57)]) | st.just("穿青人")


def parties(since: st.SearchStrategy[date]) -> st.SearchStrategy[dict[str, object]]:
    maybe = st.none() | since
    return st.one_of(
        st.just({}),
        st.sampled_from([{"party": "无党派"}, {"party": "群众"}]),
        st.builds(lambda day: {"party": CPC, "party_joined_on": day}, maybe),
        st.builds(
            lambda word, day: {"party": "民主党派", "party_words": word, "party_joined_on": day},
            st.sampled_from(["民革", "民盟", "农工党", "九三学社", "民主党派"]),
            maybe,
        ),
    )


def schoolings(text: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Schooling, ...]]:
    one = st.tuples(text, text, text, text).filter(any) | st.none()
    return st.tuples(one, one).map(
        lambda both: tuple(Schooling(mode, *said) for mode, said in zip("12", both, strict=True) if said)
    )


def facts(text: st.SearchStrategy[str], number: st.SearchStrategy[str | None]) -> st.SearchStrategy[Facts]:
    relatives = st.lists(st.builds(Relative, relation=words, name=words, employer=text), max_size=4).map(tuple)
    marks = st.lists(st.tuples(st.integers(1950, 2049), st.sampled_from(GRADES)), max_size=3).map(tuple)
    known = st.builds(
        Facts,
        name=words, sex=st.sampled_from([None, "male", "female"]), born_on=dates, ethnic_group=st.none() | groups,
        work_started_on=st.none() | months, schooling=schoolings(text), assessments=marks, relatives=relatives,
        counted_on=dates, filled_on=dates, id_number=number, party=st.none(), party_words=st.just(""), party_joined_on=st.none(),
        **{name: text for name in (
            "native_place", "birth_place", "title", "specialties", "posts", "next_posts", "posts_to_leave", "resume", "rewards",
            "reason", "submitted_by", "filled_by",
        )},
    )  # fmt: skip
    return st.builds(lambda one, party: Facts(**(vars(one) | party)), known, parties(months))


@given(facts(texts, st.none() | numbers))
def test_lrmx(said: Facts) -> None:
    read = lrmx.read(lrmx.write(texts_of(said)))
    assert tuple(read) == ELEMENTS
    assert facts_of(read) == said


in_gbk = st.text(_HAN | st.sampled_from("，。、1a(. \n\"'"), max_size=30).map(lambda text: text.strip(_SPACES))


@given(facts(in_gbk, st.none()))
def test_lrm(said: Facts) -> None:
    read = lrm.read(lrm.write(texts_of(said)))
    assert facts_of(read) == facts_of(in_gbk_of(texts_of(said)))


def in_gbk_of(said: dict) -> dict:
    """As the older editor would have it: what GBK lacks is a question mark."""
    if isinstance(said, str):
        return said.encode("gbk", "replace").decode("gbk")
    if isinstance(said, list):
        return [in_gbk_of(item) for item in said]
    return {name: in_gbk_of(text) for name, text in said.items()}


def test_health_and_photo_are_never_written() -> None:
    raw = lrmx.write({"XingMing": "段敏", "JianKangZhuangKuang": "健康", "ZhaoPian": "AAAA"})
    assert "健康" not in raw.decode()
    assert "AAAA" not in raw.decode()
    assert "健康".encode("gbk") not in lrm.write({"JianKangZhuangKuang": "健康"})


def test_codes_and_words() -> None:
    assert [level_code(word) for word in LEVELS.values()] == list(LEVELS)
    assert [degree_code(word) for word in DEGREES.values()] == list(DEGREES)
    assert [group_code(group_words(f"{code:02}")) for code in range(1, 57)] == [f"{code:02}" for code in range(1, 57)]
    assert (group_code("汉"), group_code("土家"), group_code("穿青人")) == ("01", "15", "穿青人")
    assert [level_code(said) for said in ("大学", "大学本科", "大学专科", "大专", "中等专科", "党校研究生", "初中")] == [
        "21", "21", "31", "31", "41", "14", None
    ]  # fmt: skip
    assert level_code("研究生", "管理学博士") == "11"
    assert unread({RELATIVES: []}, Facts("")) == []
