"""Forms as files have them, and files that are none or mean harm."""

import hashlib
import io
import zipfile
from datetime import date

import pytest

from transforms.forms import lrm, lrmx
from transforms.forms.facts import Relative, Schooling, facts_of, unread
from transforms.forms.files import Found, forms
from transforms.forms.layout import NoForm

FORM = """<?xml version="1.0" encoding="utf-8"?>
<Person>
  <XingMing>段 敏</XingMing><XingBie>女</XingBie><ChuShengNianYue>197808</ChuShengNianYue><MinZu>穿青人</MinZu>
  <JiGuan>贵州织金</JiGuan><ChuShengDi></ChuShengDi><RuDangShiJian>民盟2005.03</RuDangShiJian>
  <CanJiaGongZuoShiJian>200107</CanJiaGongZuoShiJian><JianKangZhuangKuang>健康</JianKangZhuangKuang>
  <QuanRiZhiJiaoYu_XueLi>大学</QuanRiZhiJiaoYu_XueLi><QuanRiZhiJiaoYu_XueWei>法学学士</QuanRiZhiJiaoYu_XueWei>
  <QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi>某大学法律系法学专业</QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi>
  <ZaiZhiJiaoYu_XueLi>
  </ZaiZhiJiaoYu_XueLi>
  <XianRenZhiWu>石桥县财政局局长、党组书记</XianRenZhiWu>
  <JianLi>2001.07--2010.03  石桥县财政局科员
2010.03--         石桥县财政局局长</JianLi>
  <NianDuKaoHeJieGuo>2023年基本称职；2024年优秀;2025年不称职</NianDuKaoHeJieGuo>
  <JiaTingChengYuan>
    <Item><ChengWei>丈夫</ChengWei><XingMing>陆放</XingMing><ChuShengRiQi>197701</ChuShengRiQi><ZhengZhiMianMao>群众</ZhengZhiMianMao>
      <GongZuoDanWeiJiZhiWu>某公司经理</GongZuoDanWeiJiZhiWu></Item>
    <Item><ChengWei></ChengWei><XingMing></XingMing></Item>
  </JiaTingChengYuan>
  <TianBiaoShiJian>20260315</TianBiaoShiJian><ShenFenZheng>52990219780812002X</ShenFenZheng><ZhaoPian>AAAA</ZhaoPian>
</Person>"""


def found_in(raw: bytes) -> list[Found]:
    return list(forms(io.BytesIO(raw), "a"))


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as written:
        for name, content in members.items():
            written.writestr(name, content)
    return file.getvalue()


def why(raw: bytes) -> str | None:
    (found,) = found_in(raw)
    assert found.texts is None
    return found.problem


def test_lrmx() -> None:
    facts = facts_of(lrmx.read(FORM.encode()))
    assert (facts.name, facts.sex, facts.born_on, facts.id_number) == ("段 敏", "female", "197808", "52990219780812002X")
    assert facts.ethnic_group == "穿青人"
    assert (facts.party, facts.party_words, facts.party_joined_on) == ("民主党派", "民盟", date(2005, 3, 1))
    assert facts.schooling == (Schooling("1", "大学", "法学学士", "某大学法律系法学专业"),)
    assert facts.relatives == (Relative("配偶", "陆放", "某公司经理"),)
    assert facts.assessments == ((2023, "基本称职"), (2024, "优秀"), (2025, "不称职"))
    assert facts.resume.splitlines()[1] == "2010.03--         石桥县财政局局长"
    assert facts.filled_on == "20260315"


def lrm_values(**said: str) -> list[str]:
    values = [""] * 33
    values[:11] = ["段敏", "女", "1978.08", "汉族", "贵州织金", "2005.06", "健康", "", "2001.07", "大学#法学学士@研究生#",
                   "某大学#某大学@某党校#"]  # fmt: skip
    values[17] = "2001.07--2010.03  某局科员,\r\n2010.03--         某局局长"
    values[20:25] = ["丈夫@儿子", "陆放@陆一", "1977.01@2006.05", "群众@", "某公司@"]
    values[25], values[32] = "某局局长", "2026.03"
    for place, value in said.items():
        values[int(place.removeprefix("v"))] = value
    return values


def as_lrm(values: list[str]) -> bytes:
    return ",".join(f'"{value}"' for value in values).encode("gbk")


def test_lrm() -> None:
    facts = facts_of(lrm.read(as_lrm(lrm_values()) + b"\r\n\x1a"))
    assert (facts.name, facts.born_on, facts.party, facts.party_joined_on) == ("段敏", "197808", "中共党员", date(2005, 6, 1))
    assert facts.schooling == (Schooling("1", "大学", "法学学士", "某大学", "某大学"), Schooling("2", "研究生", "", "某党校"))
    assert facts.relatives == (Relative("配偶", "陆放", "某公司"), Relative("子", "陆一"))
    assert facts.resume == "2001.07--2010.03  某局科员,\r\n2010.03--         某局局长"
    assert (facts.posts, facts.filled_on, facts.id_number) == ("某局局长", "202603", None)


def test_values_of_unknown_meaning_are_named() -> None:
    assert lrm.read(as_lrm(lrm_values(v13="什么")))["value_13"] == "什么"
    assert "value_12" not in lrm.read(as_lrm(lrm_values()))


def test_quotation_marks_within_a_value() -> None:
    assert facts_of(lrm.read(as_lrm(lrm_values(v18='被评为"先进"')))).rewards == '被评为"先进"'
    assert facts_of(lrm.read(as_lrm(lrm_values(v18=",")))).rewards == ","


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_whatever_the_declaration_says(encoding: str) -> None:
    assert facts_of(lrmx.read(FORM.encode(encoding))).name == "段 敏"


@pytest.mark.parametrize(("written", "read"), [
    ("196805", "196805"), ("19680512", "19680512"), ("1968.05", "196805"), ("1968.5", "196805"), ("1968年5月", "196805"),
    ("1968-05-12", "19680512"), ("１９６８．０５", "196805"),
    ("1968.05（57岁）", "196805"), ("19680500", "196805"), ("1968..05", "196805"),
    ("196813", None), ("19680231", None), ("68.05", None), ("不详", None), ("", None), ("00010101", None),
])  # fmt: skip
def test_dates(written: str, read: str | None) -> None:
    assert facts_of({"ChuShengNianYue": written}).born_on == read


@pytest.mark.parametrize(("written", "party", "since"), [
    ("200105", "中共党员", date(2001, 5, 1)), ("2001.05", "中共党员", date(2001, 5, 1)), ("中共党员", "中共党员", None),
    ("无党派", "无党派", None), ("群众", "群众", None), ("民盟", "民主党派", None), ("民盟 200503", "民主党派", date(2005, 3, 1)),
    ("九三学社（2010.05）", "民主党派", date(2010, 5, 1)), ("2005年3月加入民革", "民主党派", date(2005, 3, 1)), ("", None, None),
    ("共青团员", None, None),
])  # fmt: skip
def test_parties(written: str, party: str | None, since: date | None) -> None:
    facts = facts_of({"RuDangShiJian": written})
    assert (facts.party, facts.party_joined_on) == (party, since)


def test_what_does_not_fit_is_named() -> None:
    texts = {
        "XingMing": "段敏", "XingBie": "不详", "ChuShengNianYue": "68.5", "RuDangShiJian": "少先队", "TianBiaoShiJian": "今天",
        "ZaiZhiJiaoYu_XueLi": "函授", "QuanRiZhiJiaoYu_XueWei": "无", "JiaTingChengYuan": [{"ChengWei": "妻子", "XingMing": ""}],
    }  # fmt: skip
    assert unread(texts, facts_of(texts)) == [
        "ChuShengNianYue", "JiaTingChengYuan", "QuanRiZhiJiaoYu_XueWei", "RuDangShiJian", "TianBiaoShiJian", "XingBie",
        "ZaiZhiJiaoYu_XueLi",
    ]  # fmt: skip
    good = lrmx.read(FORM.encode())
    assert unread(good, facts_of(good)) == []


@pytest.mark.parametrize(("raw", "problem"), [
    (b"", "not_a_form"), (b"%PDF-1.7", "not_a_form"), (b"<html></html>", "not_a_form"), (FORM.encode()[:-9], "broken"),
    (b"<Person><XingMing><b>x</b></XingMing></Person>", "broken"), (b"<Person><A>1</A><A>2</A></Person>", "broken"),
    (b'<!DOCTYPE a [<!ENTITY b "c">]><Person><XingMing>&b;</XingMing></Person>', "doctype"),
    (b'<!DOCTYPE Person SYSTEM "file:///etc/passwd"><Person/>', "doctype"),
    (b"<Person><XingMing>&b;</XingMing></Person>", "broken"),
    (b'"a","b"', "wrong_columns"), (b'"a","b', "broken"),
    (b"\x81\xff\xff", "undecodable"), (b"<Person>\x00</Person>", "undecodable"),
    (b"x" * (16 << 20) + b"x", "too_big"), (b"<Person><JianLi>" + b"x" * 100_001 + b"</JianLi></Person>", "too_big"),
    (b"<Person>" + b"".join(b"<E%d/>" % number for number in range(201)) + b"</Person>", "too_big"),
])  # fmt: skip
def test_what_is_no_form(raw: bytes, problem: str) -> None:
    assert why(raw) == problem


def test_an_archive() -> None:
    one, other = FORM.encode(), as_lrm(lrm_values())
    inner = archive({"李四.lrm": other})
    raw = archive({
        "石桥县/段敏.lrmx": one, "../../etc/passwd.lrmx": one, "石桥县/": b"", "__MACOSX/._段敏.lrmx": b"x", "段敏.pic": b"photo",
        "内.zip": inner, "说明.docx": b"text", "坏.zip": b"PK\x03\x04broken",
    })  # fmt: skip
    found = found_in(raw)
    assert [(form.name, form.problem) for form in found] == [
        ("石桥县/段敏.lrmx", None), ("../../etc/passwd.lrmx", None), ("李四.lrm", None), ("说明.docx", "not_a_form"),
        ("坏.zip", "broken"),
    ]  # fmt: skip
    assert [form.sha256 for form in found[:3]] == [hashlib.sha256(raw).hexdigest() for raw in (one, one, other)]


def test_names_in_gbk() -> None:
    raw = archive({"dm.lrmx": FORM.encode()}).replace(b"dm.lrmx", "段.lrm".encode("gbk") + b"xx"[:1])
    assert [form.name for form in found_in(raw)] == ["段.lrmx"]


def test_an_encrypted_member_keeps_nothing_else_from_being_read() -> None:
    raw = bytearray(archive({"a.lrmx": FORM.encode(), "b.lrmx": FORM.encode()}))
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    assert [(form.sha256 is None, form.problem) for form in found_in(bytes(raw))] == [(True, "encrypted"), (False, None)]


def test_a_member_that_is_damaged() -> None:
    raw = bytearray(archive({"a.lrmx": b"x" * 100, "b.lrmx": FORM.encode()}, zipfile.ZIP_STORED))
    raw[raw.index(b"xxx")] = 0
    assert [form.problem for form in found_in(bytes(raw))] == ["broken", None]


def test_a_bomb() -> None:
    zeros = bytes(15 << 20)
    with pytest.raises(NoForm, match="too_big"):
        found_in(archive({f"{number}.lrmx": zeros for number in range(9)}))


def test_an_archive_in_an_archive_in_an_archive() -> None:
    raw = archive({"a.lrmx": FORM.encode()})
    for _ in range(3):
        raw = archive({"a.zip": raw})
    assert [form.problem for form in found_in(raw)] == ["too_big"]


def test_an_archive_that_is_none() -> None:
    with pytest.raises(NoForm, match="broken"):
        found_in(b"PK\x03\x04" + bytes(100))


def test_a_photo_may_be_long() -> None:
    (found,) = found_in(FORM.replace("AAAA", "A" * 1_000_000).encode())
    assert found.problem is None
