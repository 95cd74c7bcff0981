"""What a form says, understood; and the texts of a form that says it. Each is the other backwards."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.forms import words
from transforms.forms.layout import RELATIVES, Texts
from transforms.forms.words import plain

_TEXTS = {
    "birth_place": "ChuShengDi", "native_place": "JiGuan",
    "title": "ZhuanYeJiShuZhiWu", "specialties": "ShuXiZhuanYeYouHeZhuanChang",
    "posts": "XianRenZhiWu", "next_posts": "NiRenZhiWu", "posts_to_leave": "NiMianZhiWu", "resume": "JianLi",
    "rewards": "JiangChengQingKuang", "reason": "RenMianLiYou", "submitted_by": "ChengBaoDanWei", "filled_by": "TianBiaoRen",
}  # fmt: skip
_DATES = {"born_on": "ChuShengNianYue", "counted_on": "JiSuanNianLingShiJian", "filled_on": "TianBiaoShiJian"}
_MODES = {"1": "QuanRiZhiJiaoYu", "2": "ZaiZhiJiaoYu"}
_SCHOOLING = {
    "level": "XueLi", "degree": "XueWei", "level_school": "XueLi_BiYeYuanXiaoXi", "degree_school": "XueWei_BiYeYuanXiaoXi"
}  # fmt: skip
_SPACES = " \t\r\n\u3000\ufeff"


@dataclass(frozen=True)
class Schooling:
    """Education of a mode (`1` full-time, `2` in service), in the form's words: level and degree, and the school of each."""

    mode: str
    level: str = ""
    degree: str = ""
    level_school: str = ""
    degree_school: str = ""


@dataclass(frozen=True)
class Relative:
    """Somebody of the family, or who left it; birth date and politics are not read."""

    relation: str
    name: str
    employer: str = ""


@dataclass(frozen=True)
class Facts:
    """What a form says of one person, empty or none where it says nothing that can be read.

    Dates of birth, counting and filling in are eight digits, or six of a month. `ethnic_group` is a code of GB/T 3304, or the
    words where it is none of its groups.
    """

    name: str
    sex: str | None = None
    born_on: str | None = None
    ethnic_group: str | None = None
    native_place: str = ""
    birth_place: str = ""
    party: str | None = None
    party_words: str = ""
    party_joined_on: date | None = None
    work_started_on: date | None = None
    title: str = ""
    specialties: str = ""
    schooling: tuple[Schooling, ...] = ()
    posts: str = ""
    next_posts: str = ""
    posts_to_leave: str = ""
    resume: str = ""
    rewards: str = ""
    assessments: tuple[tuple[int, str], ...] = ()
    reason: str = ""
    relatives: tuple[Relative, ...] = ()
    submitted_by: str = ""
    counted_on: str | None = None
    filled_on: str | None = None
    filled_by: str = ""
    id_number: str | None = None


def facts_of(texts: Texts) -> Facts:
    """What the texts of a form say."""

    def said(name: str) -> str:
        text = texts.get(name, "")
        return text if isinstance(text, str) else ""

    dates: dict[str, Any] = {fact: words.day_or_month(said(name)) for fact, name in _DATES.items()}
    party, party_words, joined_on = words.party(said("RuDangShiJian"))
    schooling = [
        Schooling(mode, **{part: said(f"{element}_{name}").strip(_SPACES) for part, name in _SCHOOLING.items()})
        for mode, element in _MODES.items()
    ]
    items = texts.get(RELATIVES)
    return Facts(
        name=_name(said("XingMing")),
        sex=words.SEXES.get(plain(said("XingBie")).removesuffix("性")),
        ethnic_group=words.group_code(said("MinZu")),
        party=party,
        party_words=party_words,
        party_joined_on=joined_on,
        work_started_on=words.month(said("CanJiaGongZuoShiJian")),
        schooling=tuple(one for one in schooling if one != Schooling(one.mode)),
        assessments=words.assessments(said("NianDuKaoHeJieGuo")),
        relatives=tuple(filter(None, map(_relative, items if isinstance(items, list) else []))),
        id_number=plain(said("ShenFenZheng")).upper().replace(" ", "") or None,
        **dates,
        **{fact: said(name).strip(_SPACES) for fact, name in _TEXTS.items()},
    )


def texts_of(facts: Facts) -> Texts:
    """The texts of a form that says just these facts."""
    texts: Texts = {name: getattr(facts, fact) for fact, name in _TEXTS.items()}
    texts |= {name: getattr(facts, fact) or "" for fact, name in _DATES.items()}
    for one in facts.schooling:
        texts |= {f"{_MODES[one.mode]}_{name}": getattr(one, part) for part, name in _SCHOOLING.items()}
    items = [{"ChengWei": one.relation, "XingMing": one.name, "GongZuoDanWeiJiZhiWu": one.employer} for one in facts.relatives]
    return texts | {
        "XingMing": facts.name,
        "XingBie": next((word for word, sex in words.SEXES.items() if sex == facts.sex), ""),
        "MinZu": words.group_words(facts.ethnic_group),
        "RuDangShiJian": _party_text(facts),
        "CanJiaGongZuoShiJian": _month(facts.work_started_on),
        "NianDuKaoHeJieGuo": "；".join(f"{year}年{grade}" for year, grade in facts.assessments),
        RELATIVES: items,
        "ShenFenZheng": facts.id_number or "",
    }


def unread(texts: Texts, facts: Facts) -> list[str]:
    """The elements whose text says something that was not understood, by name."""
    read = {
        "XingBie": facts.sex, "RuDangShiJian": facts.party, "CanJiaGongZuoShiJian": facts.work_started_on,
        "NianDuKaoHeJieGuo": facts.assessments, **{name: getattr(facts, fact) for fact, name in _DATES.items()},
    }  # fmt: skip
    missed = [name for name, fact in read.items() if not fact and plain(str(texts.get(name, "")))]
    for one in facts.schooling:
        missed += [f"{_MODES[one.mode]}_XueLi"] if one.level and not words.level_code(one.level) else []
        missed += [f"{_MODES[one.mode]}_XueWei"] if one.degree and not words.degree_code(one.degree) else []
    items = texts.get(RELATIVES) or []
    blank = [item for item in items if isinstance(item, dict) and any(map(plain, item.values()))]
    return sorted(missed + ([RELATIVES] if len(blank) > len(facts.relatives) else []))


def _name(text: str) -> str:
    """In one line; a name is not folded."""
    return re.sub(r"\s*[\r\n]\s*", "", text).strip(_SPACES)


def _relative(item: dict[str, str]) -> Relative | None:
    relation, name = words.relation(item.get("ChengWei", "")), _name(item.get("XingMing", ""))
    return Relative(relation, name, item.get("GongZuoDanWeiJiZhiWu", "").strip(_SPACES)) if relation and name else None


def _party_text(facts: Facts) -> str:
    since = _month(facts.party_joined_on)
    if facts.party == words.CPC:
        return since or words.CPC
    return f"{facts.party_words or facts.party or ''}{since}"


def _month(day: date | None) -> str:
    return f"{day:%Y%m}" if day else ""
