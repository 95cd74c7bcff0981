"""Personal names as they are in China: few surnames carry most people, and so do few given names."""

import random
from itertools import accumulate

from demo.city.chance import happens

# In the order of their frequency; the last ones are compound.
SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田"
    "任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁"
    "葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘",
    *("欧阳", "令狐", "上官", "司马", "皇甫", "诸葛", "司徒", "夏侯"),
)
GIVEN = {
    "1": "伟强磊军勇杰涛明超刚平辉鹏华飞波斌宇浩凯健俊帆建国文志永林海峰龙德成光昌荣贵兵毅松庆祥福生东学忠良才发达安康"
    "宏旭晨阳清云胜利新民春富友仁义树根世泽锐博翔铭坤彬权江河天一子豪鑫瑞轩嘉",
    "2": "芳娜敏静丽艳娟霞秀玲燕红梅英华慧莉兰萍倩婷雪琳洁玉琴云珍桂凤菊菲露梦丹诗思贞翠莲香月美珠素春佳欣怡颖悦瑶蓉薇"
    "娅媛晶清文小晓雅淑惠青巧银花彩群芬仙琼瑾妍语涵馨雨子若可",
}
YI_CLANS = ("阿苏", "吉克", "沙马", "阿尔", "曲比", "马海", "金古", "罗洪", "阿侯", "阿鲁", "吉木", "勒格")
YI_GIVEN = (
    "拉日补",
    "木乃",
    "尔古",
    "伍呷",
    "子哈",
    "阿依",
    "日黑",
    "果果",
    "克古",
    "莫色",
    "布铁",
    "拉坡",
    "史布",
    "阿呷",
)
TO_TRADITIONAL = str.maketrans(
    "张刘陈杨赵黄吴孙马罗郑谢韩冯萧许邓苏卢蒋贾叶阎钟谭邹陆万钱汤顾龙伟强军杰刚辉飞华国丽艳红凤兰静",
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭許鄧蘇盧蔣賈葉閻鐘譚鄒陸萬錢湯顧龍偉強軍傑剛輝飛華國麗艷紅鳳蘭靜",
)


def _falling(count: int, power: float) -> list[float]:
    """Cumulative weights of a heavy tail."""
    return list(accumulate((rank + 4) ** -power for rank in range(count)))


SURNAME_WEIGHTS = _falling(len(SURNAMES), 1.25)
GIVEN_WEIGHTS = {sex: _falling(len(characters), 0.75) for sex, characters in GIVEN.items()}


def draw_name(rng: random.Random, sex: str, surname: str = "") -> str:
    """Draw a full name: given names of one character or two, and one in 160 a name of the Yi with its interpunct."""
    if not surname and happens(rng, 1 / 160):
        return f"{rng.choice(YI_CLANS)}·{rng.choice(YI_GIVEN)}"
    surname = surname or rng.choices(SURNAMES, cum_weights=SURNAME_WEIGHTS)[0]
    length = 1 if happens(rng, 0.16) else 2
    return surname + "".join(rng.choices(GIVEN[sex], cum_weights=GIVEN_WEIGHTS[sex], k=length))


def renamed(rng: random.Random, name: str, sex: str) -> str:
    """Another name of the same family."""
    if "·" in name:
        family, given = name.split("·")
        return f"{family}·{rng.choice([other for other in YI_GIVEN if other != given])}"
    family = family_of(name)
    other = name
    while other == name:
        other = draw_name(rng, sex, family)
    return other


def family_of(name: str) -> str:
    """The family name, or a Yi's clan."""
    if "·" in name:
        return name.split("·", maxsplit=1)[0]
    return name[:2] if name[:2] in SURNAMES else name[0]


def starred(name: str) -> str:
    """The family name, the rest starred, as the banks hand names over."""
    family = family_of(name)
    return family + "*" * len(name[len(family) :].lstrip("·"))


def traditional(name: str) -> str:
    """The name in traditional characters, where it has any."""
    return name.translate(TO_TRADITIONAL)


def as_typed(rng: random.Random, name: str) -> str:
    """The name as a clerk somewhere types it: mostly right, now and then spaced, traditional, or with another dot."""
    if "·" in name:
        return name.replace("·", rng.choice("·•．"))
    if happens(rng, 0.02):
        return rng.choice((" ", "　")).join(name)
    return traditional(name) if happens(rng, 0.005) else name
