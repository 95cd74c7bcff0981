"""Where officials work, and as what."""

import random

from demo.city import places
from demo.city.chance import happens

# Which tiers (of the city or of a county) hold the people of a level, and how many of a hundred.
WORKPLACES = {
    "121": {("city", "top"): 100},
    "122": {("city", "top"): 100},
    "131": {("city", "office"): 60, ("county", "top"): 40},
    "132": {("city", "office"): 55, ("county", "top"): 45},
    "141": {("city", "office"): 25, ("county", "office"): 50, ("county", "town"): 25},
    "142": {("city", "office"): 25, ("county", "office"): 50, ("county", "town"): 25},
}
HEADS = {
    "党委": "部长", "政府": "局长", "人大": "主任", "政协": "主席", "纪委监委": "书记", "法院": "院长",
    "检察院": "检察长", "群团": "主席", "事业单位": "主任", "国有企业": "董事长",
}  # fmt: skip
TOP_HEADS = {"党委": "书记", "人大": "主任", "政协": "主席"}
RANKS = {
    "121": ("一级巡视员",),
    "122": ("常委", "秘书长", "二级巡视员"),
    "131": ("一级调研员", "二级调研员"),
    "132": ("三级调研员", "四级调研员", "常委", "总工程师"),
    "141": ("一级主任科员", "二级主任科员", "规划科科长", "人事科科长", "纪检组组长"),
    "142": ("三级主任科员", "四级主任科员", "办公室主任", "信息中心主任", "综合科科长"),
}
LEVELS = ("142", "141", "132", "131", "122", "121")  # upwards
JUNIOR_POSTS = ("办事员", "科员", "科员", "副主任科员", "办公室副主任", "综合股股长")


class Workplaces:
    """The units in which officials can be placed, and which of them have their head."""

    def __init__(self, units: list[dict]) -> None:
        """Sort the units by region and tier."""
        self.headed: set[str] = set()
        self.by_tier: dict[tuple[str, str], list[dict]] = {}
        for unit in units:
            self.by_tier.setdefault((unit["b0117"], unit["_tier"]), []).append(unit)

    def place(self, rng: random.Random, level: str, region: str) -> tuple[dict, str]:
        """Draw a unit and a post for a level; a county's people work in the region given."""
        choices = WORKPLACES[level]
        scope, tier = rng.choices(tuple(choices), tuple(choices.values()))[0]
        unit = rng.choice(self.by_tier[places.CITY if scope == "city" else region, tier])
        return unit, self.post(rng, level, unit)

    def post(self, rng: random.Random, level: str, unit: dict) -> str:
        """Draw a post: the head's if it is free and of this level, a deputy's, or a rank."""
        head = _head(unit)
        leads = int(level[1]) + 1 == int(unit["b0127"])  # a 县处级 post in a 县处级 unit
        if leads and level.endswith("1") and unit["b0111"] not in self.headed:
            self.headed.add(unit["b0111"])
            return head
        if leads and level.endswith("2") and happens(rng, 0.4):
            return f"副{head}"
        return rng.choice(RANKS[level])


def _head(unit: dict) -> str:
    """What the head of a unit is called."""
    kind, region = unit["b0124"], unit["b0117"]
    if unit["_tier"] == "town":
        return "镇长"
    if unit["_tier"] == "top":
        return TOP_HEADS.get(kind) or places.REGIONS[region][-1] + "长"
    return HEADS[kind]


def leads(unit: dict, post: str) -> bool:
    """Whether a post makes its holder a member of the unit's leading team."""
    head = _head(unit)
    return post in (head, f"副{head}", "常委")


def earlier_post(rng: random.Random, level: str) -> str:
    """A post that somebody of a level had on the way."""
    return rng.choice(JUNIOR_POSTS if level == LEVELS[0] else RANKS[level])
