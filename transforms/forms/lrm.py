"""`.lrm`: GBK text, 33 quoted values with commas between, one person a file."""

import re
from itertools import zip_longest

from transforms.forms.layout import RELATIVE, RELATIVES, NoForm, Texts, decoded

_VALUES = 33
_QUOTED = re.compile(r'\s*"(.*)"\s*', re.DOTALL)
_BETWEEN = re.compile(r'"\s*[,，]\s*"')  # a comma or a quotation mark alone may stand in a value
_PLACES = {
    0: "XingMing", 1: "XingBie", 2: "ChuShengNianYue", 3: "MinZu", 4: "JiGuan", 5: "RuDangShiJian", 6: "JianKangZhuangKuang",
    7: "ChuShengDi", 8: "CanJiaGongZuoShiJian", 11: "ZhuanYeJiShuZhiWu", 16: "ShuXiZhuanYeYouHeZhuanChang", 17: "JianLi",
    18: "JiangChengQingKuang", 19: "NianDuKaoHeJieGuo", 25: "XianRenZhiWu", 26: "NiRenZhiWu", 27: "NiMianZhiWu",
    28: "RenMianLiYou", 29: "ChengBaoDanWei", 30: "JiSuanNianLingShiJian", 31: "TianBiaoRen", 32: "TianBiaoShiJian",
}  # fmt: skip
_UNKNOWN = range(12, 16)
_RELATIVES = range(20, 25)
_MODES = ("QuanRiZhiJiaoYu", "ZaiZhiJiaoYu")
_SCHOOLING = {9: ("XueLi", "XueWei"), 10: ("XueLi_BiYeYuanXiaoXi", "XueWei_BiYeYuanXiaoXi")}


def read(raw: bytes) -> Texts:
    """The text of every place, by the names that `.lrmx` has for them; what is of unknown meaning as `value_12` and so on.

    Raises:
        NoForm: it is none that can be read.
    """
    text = decoded(raw)
    quoted = _QUOTED.fullmatch(text)
    if not quoted:
        raise NoForm("broken" if text.lstrip().startswith('"') else "not_a_form")
    values = _BETWEEN.split(quoted[1])
    if len(values) != _VALUES:
        raise NoForm("wrong_columns")
    found: Texts = {name: values[place] for place, name in _PLACES.items()}
    found |= {f"value_{place}": values[place] for place in _UNKNOWN if values[place].strip()}
    for place, names in _SCHOOLING.items():
        found |= _schooling(values[place], names)
    return found | {RELATIVES: _relatives([values[place] for place in _RELATIVES])}


def write(texts: Texts) -> bytes:
    """A form's file; what GBK does not have becomes a question mark, as the form's editor has it. Health stays empty.

    The layout has no place for an identity number. A value that holds what stands between values cannot be told from two.
    """
    values = [""] * _VALUES
    for place, name in _PLACES.items():
        values[place] = str(texts.get(name, ""))
    values[6] = ""
    for place, names in _SCHOOLING.items():
        pairs = ["#".join(str(texts.get(f"{mode}_{name}", "")) for name in names) for mode in _MODES]
        values[place] = "@".join(pairs)
    items = texts.get(RELATIVES, [])
    for place, part in zip(_RELATIVES, RELATIVE, strict=True):
        values[place] = "@".join(item.get(part, "") for item in items if isinstance(item, dict))
    return ",".join(f'"{value}"' for value in values).encode("gbk", "replace")


def _schooling(value: str, names: tuple[str, str]) -> dict[str, str]:
    """`of full-time schooling#its degree@in service#its degree`."""
    found = {}
    for mode, of_mode in zip(_MODES, (*value.split("@", 1), "")[:2], strict=True):
        for name, said in zip(names, (*of_mode.split("#", 1), "")[:2], strict=True):
            found[f"{mode}_{name}"] = said
    return found


def _relatives(lists: list[str]) -> list[dict[str, str]]:
    """A list an item of what is said of relatives, as long as any of them: shorter ones end in nothing."""
    columns = [said.split("@") for said in lists]
    items = [dict(zip(RELATIVE, item, strict=True)) for item in zip_longest(*columns, fillvalue="")]
    return [item for item in items if any(said.strip() for said in item.values())]
