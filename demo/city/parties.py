"""Rows of the courts: parties of cases, and what dirt they come with."""

import random
from dataclasses import dataclass

from demo.city import identity, places
from demo.city.chance import happens
from demo.city.days import age_on, random_day
from demo.city.names import as_typed
from demo.city.people import Person
from demo.city.truth import source_key

COLUMNS = (
    "案号", "当事人序号", "当事人姓名", "证件号码", "性别", "年龄", "诉讼地位", "案件类型", "案由", "执行标的",
    "立案日期", "结案日期", "是否失信", "裁判结果",
)  # fmt: skip
ENFORCEMENT, CRIMINAL, CIVIL = "执行", "刑事", "民事"
DEBTOR, CREDITOR, ACCUSED, DEFENDANT = "被执行人", "申请执行人", "被告人", "被告"
SERIES = {ENFORCEMENT: "执", CRIMINAL: "刑初", CIVIL: "民初"}
CAUSES = {
    ENFORCEMENT: (
        "买卖合同纠纷",
        "借款合同纠纷",
        "追偿权纠纷",
        "民间借贷纠纷",
        "建设工程施工合同纠纷",
        "金融借款合同纠纷",
    ),
    CRIMINAL: ("危险驾驶罪", "盗窃罪", "诈骗罪", "故意伤害罪", "交通肇事罪"),
    CIVIL: ("离婚纠纷", "民间借贷纠纷", "机动车交通事故责任纠纷", "买卖合同纠纷", "物业服务合同纠纷", "劳动争议"),
}
OUTCOMES = {
    ENFORCEMENT: ("执行完毕", "终结本次执行程序", "和解结案"),
    CRIMINAL: ("判处拘役三个月，缓刑六个月", "判处有期徒刑一年", "判处罚金三千元"),
    CIVIL: ("判令偿还借款", "准予离婚", "驳回诉讼请求", "调解结案"),
}
HALF_WIDTH = str.maketrans("（）", "()")
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@dataclass
class Courts:
    """Opens cases; each has a number of its own."""

    rng: random.Random
    serial: int = 0

    def party(self, person: Person, filed: str, kind: str = ENFORCEMENT, role: str = DEBTOR, **given: object) -> dict:
        """A row about the only party of a new case. `_person` is whom it is really about."""
        return self.parties([person], filed, kind, role)[0] | given

    def parties(self, people: list[Person], filed: str, kind: str, role: str) -> list[dict]:
        """The rows of a new case, well written; of several parties the first one is the creditor."""
        rng = self.rng
        self.serial += 1
        court = rng.choice(tuple(places.REGIONS))[2:]
        number = f"（{filed[:4]}）黔{court}{SERIES[kind]}{self.serial:05d}号"
        cause, place = rng.choice(CAUSES[kind]), rng.random()
        amount = "" if kind == CRIMINAL else f"{rng.randint(2_000, 3_000_000):,}.00"
        rows = []
        for party_no, person in enumerate(people, start=1):
            first_of_many = party_no == 1 and len(people) > 1 and kind == ENFORCEMENT
            rows.append(
                {
                    "案号": number,
                    "当事人序号": str(party_no),
                    "当事人姓名": person.name,
                    "证件号码": identity.mask(person.id_number),
                    "性别": "男" if person.sex == identity.MALE else "女",
                    "年龄": str(age_on(person.born, filed)),
                    "诉讼地位": CREDITOR if first_of_many else role,
                    "案件类型": kind,
                    "案由": cause,
                    "执行标的": amount,
                    "立案日期": filed,
                    "结案日期": "",
                    "是否失信": "否" if kind == ENFORCEMENT else "",
                    "裁判结果": "",
                    "_person": person,
                    "_place": (place, party_no),
                }
            )
        return rows

    def everyday(self, people: list[Person], first: str, last: str, closed_until: str) -> list[dict]:
        """A case as there are many, perhaps closed by a date, typed as clerks type."""
        rng = self.rng
        kind = rng.choices((ENFORCEMENT, CIVIL, CRIMINAL), (60, 33, 7))[0]
        if kind == CRIMINAL and people[-1].cadre_no:
            kind = ENFORCEMENT  # what officials are accused of is planted
        role = {ENFORCEMENT: DEBTOR, CIVIL: DEFENDANT, CRIMINAL: ACCUSED}[kind]
        filed = random_day(rng, first, last)
        rows = self.parties(people, filed, kind, role)
        ended = closed_until and happens(rng, 0.4)
        for row in rows:
            if ended:
                row |= {"结案日期": random_day(rng, filed, closed_until), "裁判结果": rng.choice(OUTCOMES[kind])}
            elif row["诉讼地位"] == DEBTOR and happens(rng, 0.25):
                row["是否失信"] = "是"
            _dirty(rng, row)
        return rows


def _dirty(rng: random.Random, row: dict) -> None:
    """Write a row as clerks do. An official on the list of debtors keeps the number, so that the truth is certain."""
    row["当事人姓名"] = as_typed(rng, row["当事人姓名"])
    if happens(rng, 0.03) and not (row["_person"].cadre_no and is_listed(row)):
        row |= {"证件号码": "", "_obscure": True}
    if happens(rng, 0.01):
        row["案由"] = row["案由"][:2] + "\n" + row["案由"][2:]
    if happens(rng, 0.02):
        row["案号"] = other_width(rng, row["案号"])


def other_width(rng: random.Random, number: str) -> str:
    """The same case number with half-width brackets or full-width digits."""
    return number.translate(rng.choice((HALF_WIDTH, FULL_WIDTH)))


def is_listed(row: dict) -> bool:
    """Whether a row says that its party is a debtor on the list of the dishonest."""
    return row["诉讼地位"] == DEBTOR and row["是否失信"] == "是"


def key_of(row: dict) -> str:
    """The key of a row as keys compare."""
    return source_key(row["案号"], row["当事人序号"])
