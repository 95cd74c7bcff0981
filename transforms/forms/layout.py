"""What the approval form has on it, in the order of its XML, and what is no form at all."""

import re

from transforms.formats.damage import MARKS

RELATIVES, PHOTO = "JiaTingChengYuan", "ZhaoPian"
RELATIVE = ("ChengWei", "XingMing", "ChuShengRiQi", "ZhengZhiMianMao", "GongZuoDanWeiJiZhiWu")
RELATIVE_KEPT = ("ChengWei", "XingMing", "GongZuoDanWeiJiZhiWu")

ELEMENTS = (
    "XingMing", "XingBie", "ChuShengNianYue", "MinZu", "JiGuan", "ChuShengDi", "RuDangShiJian", "CanJiaGongZuoShiJian",
    "JianKangZhuangKuang", "ZhuanYeJiShuZhiWu", "ShuXiZhuanYeYouHeZhuanChang",
    "QuanRiZhiJiaoYu_XueLi", "QuanRiZhiJiaoYu_XueWei",
    "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", "QuanRiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    "ZaiZhiJiaoYu_XueLi", "ZaiZhiJiaoYu_XueWei", "ZaiZhiJiaoYu_XueLi_BiYeYuanXiaoXi", "ZaiZhiJiaoYu_XueWei_BiYeYuanXiaoXi",
    "XianRenZhiWu", "NiRenZhiWu", "NiMianZhiWu", "JianLi", "JiangChengQingKuang", "NianDuKaoHeJieGuo", "RenMianLiYou",
    RELATIVES, "ChengBaoDanWei", "JiSuanNianLingShiJian", "TianBiaoShiJian", "TianBiaoRen", "ShenFenZheng", "ZhaoPian", "Version",
)  # fmt: skip

# An element's text; of the relatives a list with a text for each item.
Texts = dict[str, str | list[dict[str, str]]]

_ODD_SIGNS = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f]")  # of which XML has none
_BREAKS = "\x0b\x0c"


class NoForm(ValueError):
    """Why a file is no form that can be read, as a reason code.

    Reasons: `not_a_form` (something else), `broken` (not of its format), `doctype` (XML with a document type, and so perhaps
    entities), `undecodable`, `wrong_columns` (not 33 values), `too_big`, `encrypted`.
    """

    def __init__(self, reason: str) -> None:
        """Keep the reason."""
        super().__init__(reason)
        self.reason = reason


def decoded(raw: bytes) -> str:
    """A form's text, whatever it says of its encoding: GBK is hardly ever good UTF-8 by chance. Without control characters.

    Raises:
        NoForm: it is in none of the encodings.
    """
    wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030", "cp936"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(mark in text for mark in MARKS):
            return _ODD_SIGNS.sub(lambda sign: "\n" if sign[0] in _BREAKS else "", text)
    raise NoForm("undecodable")
