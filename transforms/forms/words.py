"""How the form says what codes and dates say elsewhere: ethnic groups, party, education, relations, months."""

import re
import unicodedata
from datetime import date

# GB/T 3304, in the order of its codes from 01.
_GROUPS = (
    "汉族", "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族", "满族", "侗族",
    "瑶族", "白族", "土家族", "哈尼族", "哈萨克族", "傣族", "黎族", "傈僳族", "佤族", "畲族", "高山族", "拉祜族",
    "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜族", "土族", "达斡尔族", "仫佬族", "羌族", "布朗族", "撒拉族", "毛南族",
    "仡佬族", "锡伯族", "阿昌族", "普米族", "塔吉克族", "怒族", "乌孜别克族", "俄罗斯族", "鄂温克族", "德昂族", "保安族",
    "裕固族", "京族", "塔塔尔族", "独龙族", "鄂伦春族", "赫哲族", "门巴族", "珞巴族", "基诺族",
)  # fmt: skip
_GROUP_CODES = {word: f"{number:02}" for number, word in enumerate(_GROUPS, start=1)}
_GROUP_WORDS = {code: word for word, code in _GROUP_CODES.items()}

SEXES = {"男": "male", "女": "female"}
LEVELS = {"11": "博士研究生", "14": "硕士研究生", "21": "大学本科", "31": "大学专科", "41": "中专", "61": "高中"}
DEGREES = {"2": "博士", "3": "硕士", "4": "学士"}
# What holds another's word comes first; graduates without more are counted to the lower of the two levels.
_LEVELS = (
    ("博士", "11"), ("硕士", "14"), ("研究生", "14"), ("中等专科", "41"), ("中专", "41"), ("中师", "41"), ("中技", "41"),
    ("大专", "31"), ("专科", "31"), ("本科", "21"), ("大学", "21"), ("高中", "61"),
)  # fmt: skip
GRADES = ("基本称职", "不称职", "称职", "优秀", "不定等次", "未定等次", "不确定等次")

CPC = "中共党员"
_PARTIES = re.compile("民革|民盟|民建|民进|农工|致公|九三|台盟|民主同盟|民主建国|民主促进|国民党革命|台湾民主|民主党派")
_RELATIONS = {
    "妻子": "配偶", "丈夫": "配偶", "妻": "配偶", "夫": "配偶", "爱人": "配偶", "儿子": "子", "长子": "子", "次子": "子",
    "三子": "子", "独子": "子", "女儿": "女", "长女": "女", "次女": "女", "三女": "女", "独女": "女", "父亲": "父",
    "母亲": "母", "哥哥": "兄",
    "弟弟": "弟", "姐姐": "姐", "妹妹": "妹", "公爹": "公公", "丈人": "岳父", "丈母娘": "岳母", "媳妇": "儿媳",
}  # fmt: skip

_DAY = re.compile(r"(\d{4}) ?[.\-/年]{1,2} ?(\d{1,2})(?: ?[.\-/月]{1,2} ?(?:(\d{1,2})日?)?)?|(\d{4})(\d{2})(\d{2})?")
_LONGEST_DATE = 40  # with a remark
_NOT_KNOWN = "00"  # a day that nobody knew


def plain(text: str) -> str:
    """Text in NFKC, in one line and without spaces at its ends."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip(" \ufeff\u200b")


def day_or_month(text: str) -> str | None:
    """Eight digits of a day or six of a month, however it is written; what stands in brackets behind it does not matter."""
    said = plain(text)
    if len(said) > _LONGEST_DATE:
        return None
    found = _DAY.fullmatch(re.sub(r"[(\[][^)\]]*[)\]]$", "", said).strip())
    return found and _digits(found)


def month(text: str) -> date | None:
    """The first day of the month of a date."""
    return as_month(day_or_month(text))


def as_month(digits: str | None) -> date | None:
    """The first day of the month of six digits or eight."""
    return date(int(digits[:4]), int(digits[4:6]), 1) if digits else None


def group_code(words: str) -> str | None:
    """The code of an ethnic group, whether or not the word ends in 族; the words where it is none of the 56."""
    said = plain(words).replace(" ", "")
    return _GROUP_CODES.get(said) or _GROUP_CODES.get(said + "族") or said or None


def group_words(code: str | None) -> str:
    """The words for what `group_code` gives."""
    return _GROUP_WORDS.get(code or "", code or "")


def level_code(words: str, degree: str = "") -> str | None:
    """The code of a level of education; a graduate's degree tells a doctor's from a master's studies."""
    said, degree = plain(words), plain(degree)
    if "研究生" in said and not re.search("博士|硕士", said) and "博士" in degree:
        return "11"
    return next((code for word, code in _LEVELS if word in said), None)


def degree_code(words: str) -> str | None:
    """The code of a degree: 法学学士 is one of the bachelors."""
    said = plain(words)
    return next((code for code, word in DEGREES.items() if word in said), None)


def relation(words: str) -> str | None:
    """A relation in the words of the family's own resource, as sent where it has none."""
    said = plain(words).replace(" ", "")
    return _RELATIONS.get(said, said) or None


def party(text: str) -> tuple[str | None, str, date | None]:
    """Of what stands for the party date: the party, its words where there are any, and since when. None where it says neither."""
    said = plain(text)
    found = _DAY.search(said)
    since = found and as_month(_digits(found))
    words = re.sub(r"[()\[\]、,;.年月日入参加 ]", "", said.replace(found[0], "", 1) if found else said)
    if _PARTIES.search(words):
        return "民主党派", words, since
    if "无党派" in words:
        return "无党派", "", None
    if words == "群众":
        return "群众", "", None
    is_member = words in ("", "中共", "中共党员", "党员", "中国共产党", "中共预备党员", "预备党员")
    return (CPC, "", since) if is_member and (words or since) else (None, "", None)


def assessments(text: str) -> tuple[tuple[int, str], ...]:
    """Years and their results: `2024年优秀;2025年称职`, `2023、2024年度称职`."""
    found: list[tuple[int, str]] = []
    years: list[int] = []
    for year, grade in re.findall(rf"((?:19|20)\d\d)|({'|'.join(GRADES)})", plain(text)):
        if year:
            years.append(int(year))
        else:
            found += [(year, grade) for year in years]
            years = []
    return tuple(found)


def _digits(found: re.Match[str]) -> str | None:
    year, month_no, day = (found[1], found[2], found[3]) if found[1] else (found[4], found[5], found[6])
    day = None if day == _NOT_KNOWN else day
    try:
        there_is = date(int(year), int(month_no), int(day or 1))
    except ValueError:
        return None
    if not 1900 <= there_is.year <= 2100:  # noqa: PLR2004  # nobody's life
        return None
    return f"{there_is:%Y%m%d}" if day else f"{there_is:%Y%m}"
