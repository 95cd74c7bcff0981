"""Approval forms out of the organization department's drawers: an archive of officials' forms, and single ones beside it."""

import random
from collections import Counter
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from demo.city import places
from demo.city.cast import Cast
from demo.city.days import DAYS
from demo.city.identity import MALE, wrong_check_digit
from demo.city.people import Person
from demo.city.roster import Roster
from demo.city.truth import Truth
from demo.city.voices import Voice

RESOURCE, ARCHIVE = "approval_form", "干部任免审批表.zip"
FORMS, OLD_OF, PHOTO = 24, 3, "/9j/4AAQSkZJRgABAQEAYABgAAD/2wBD"
PACKED = (2026, 5, 31, 17, 30, 0)
GROUPS = {"01": "汉族", "03": "回族", "06": "苗族", "07": "彝族", "09": "布依族", "12": "侗族", "37": "仡佬族"}


class Department:
    """Of a form, `_person` is whom it is really about, none of somebody who is on no roster."""

    def __init__(self, rng: random.Random) -> None:
        """Begin with empty drawers."""
        self.rng = rng
        self.archive: list[dict] = []
        self.single: dict[str, dict[str, dict]] = {day: {} for day in DAYS}

    def plant(self, cast: Cast, roster: Roster) -> None:
        """Forms of people whom only forms know, and files that are none; nobody else of the city is like them."""
        known, proposed, wrong = cast.people.spare[-3:]
        form = self._form(known, posts=f"{places.REGIONS[known.home]}文物管理所所长", filled="20260312")
        self.single[DAYS[0]]["只在表中的干部.lrmx"] = form
        self.single[DAYS[1]]["只在表中的干部（新）.lrmx"] = form | {"NiRenZhiWu": "副县长", "TianBiaoShiJian": "20260601"}
        self.single[DAYS[0]]["没有号码.lrmx"] = self._form(proposed, posts="某镇党委委员", filled="20260310") | {
            "ShenFenZheng": ""
        }
        bad = self._form(wrong, posts="某局科长", filled="20260309")
        self.single[DAYS[0]]["号码有误.lrmx"] = bad | {
            "ShenFenZheng": wrong_check_digit(wrong.id_number), "_bad": ("id_number", "bad_check_digit")
        }  # fmt: skip
        self.single[DAYS[0]]["没有姓名.lrmx"] = bad | {"XingMing": "", "_bad": ("name", "missing")}
        for name, raw, reason in (
            ("断了.lrmx", as_xml(bad)[:400], "broken"),
            ("带实体.lrmx", b'<!DOCTYPE Person [<!ENTITY a "b">]>\n' + as_xml(bad), "doctype"),
            ("扫描件.lrm", b"%PDF-1.4\n" + proposed.id_number[::-1].encode(), "not_a_form"),
        ):
            self.single[DAYS[0]][name] = {"_raw": raw, "_bad": ("", reason)}
        self.roster = roster

    def fill(self, _: list[Person], officials: list[Person]) -> None:
        """The archive: of every third official the older form, which has no number."""
        alike = Counter(_likeness(row["_person"]) for row in self.roster.rows.values())
        unlike = [
            person
            for person in officials
            if alike[_likeness(person)] == 1 and person.name.encode("gbk", "ignore").decode("gbk") == person.name
        ]
        for number, person in enumerate(self.rng.sample(unlike, min(FORMS, len(unlike)))):
            row = self.roster.rows[person.cadre_no]
            posts = self.roster.by_code[row["a0195"]]["b0101"] + row["a0192"]
            form = self._form(person, posts=posts, filled="20260228") | {"JianLi": row["a1701"], "_person": person}
            self.archive.append(form | {"_old": number % OLD_OF == 0})

    def _form(self, person: Person, *, posts: str, filled: str) -> dict:
        return {
            "XingMing": person.name, "XingBie": "男" if person.sex == MALE else "女", "ChuShengNianYue": person.born[:6],
            "MinZu": GROUPS[person.ethnic_group], "JiGuan": places.REGIONS.get(person.home, "云南"), "RuDangShiJian": "200307",
            "CanJiaGongZuoShiJian": "200107", "JianKangZhuangKuang": "健康", "QuanRiZhiJiaoYu_XueLi": "大学",
            "QuanRiZhiJiaoYu_XueWei": "文学学士", "QuanRiZhiJiaoYu_XueLi_BiYeYuanXiaoXi": "云南大学中文系汉语言文学专业",
            "XianRenZhiWu": posts, "JianLi": f"2001.07--         {posts}", "NianDuKaoHeJieGuo": "2024年称职；2025年优秀",
            "JiaTingChengYuan": [("父亲", f"{person.name[0]}大山", "195203", "群众", "务农")], "TianBiaoShiJian": filled,
            "ShenFenZheng": person.id_number, "ZhaoPian": PHOTO, "Version": "3.2.1.6", "_person": None,
        }  # fmt: skip

    def write(self, out: Path, truth: Truth) -> None:
        """Write the archive and the single files of each day."""
        folder = out / RESOURCE
        for day, files in self.single.items():
            (folder / day).mkdir(parents=True, exist_ok=True)
            told = []
            for name, form in sorted(files.items()):
                raw = form.get("_raw") or as_xml(form)
                (folder / day / name).write_bytes(raw)
                told.append((form, raw))
            if files:
                others = f" +{len(files) - 1}" if len(files) > 1 else ""
                self._tell(truth, day, f"{min(files)}{others}", told)
        told = []
        with ZipFile(folder / DAYS[0] / ARCHIVE, "w", ZIP_DEFLATED) as archive:
            for form in self.archive:
                raw, end = (as_values(form), "lrm") if form["_old"] else (as_xml(form), "lrmx")
                archive.writestr(ZipInfo(f"县处级/{form['XingMing']}.{end}", PACKED), raw)
                told.append((form, raw))
        self._tell(truth, DAYS[0], ARCHIVE, told)

    def _tell(self, truth: Truth, day: str, file: str, forms: list[tuple[dict, bytes]]) -> None:
        keys = {id(form): sha256(raw).hexdigest() for form, raw in forms}
        rows = [form for form, _ in forms]
        truth.deliver(RESOURCE, day, file, len(forms), why="forms out of a drawer")
        truth.condemn(RESOURCE, day, file, rows, key_of=lambda form: keys[id(form)])
        for form in rows:
            numbered = form.get("ShenFenZheng") and not form.get("_old")
            truth.own(RESOURCE, day, form, keys[id(form)], form.get("_person"), form="form_with_number" if numbered else "form")

    def voices(self) -> list[Voice]:
        """No rule reads a form."""
        return []


def as_xml(form: dict) -> bytes:
    """A form as the present editor writes it."""
    parts = ("ChengWei", "XingMing", "ChuShengRiQi", "ZhengZhiMianMao", "GongZuoDanWeiJiZhiWu")
    lines = []
    for name, said in form.items():
        if isinstance(said, list):
            items = "".join(
                "<Item>"
                + "".join(f"<{part}>{escape(value)}</{part}>" for part, value in zip(parts, item, strict=True))
                + "</Item>"
                for item in said
            )
            lines.append(f"  <{name}>{items}</{name}>")
        elif not name.startswith("_"):
            lines.append(f"  <{name}>{escape(said)}</{name}>")
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', "<Person>", *lines, "</Person>"]).encode()


def as_values(form: dict) -> bytes:
    """A form as the older editor writes it: no number, and dots in its dates."""
    values = [""] * 33
    names = {
        0: "XingMing", 1: "XingBie", 3: "MinZu", 4: "JiGuan", 6: "JianKangZhuangKuang", 17: "JianLi", 19: "NianDuKaoHeJieGuo",
        25: "XianRenZhiWu",
    }  # fmt: skip
    for place, name in names.items():
        values[place] = form[name]
    for place, name in {2: "ChuShengNianYue", 5: "RuDangShiJian", 8: "CanJiaGongZuoShiJian", 32: "TianBiaoShiJian"}.items():
        values[place] = f"{form[name][:4]}.{form[name][4:6]}"
    values[9], values[10] = (
        f"{form['QuanRiZhiJiaoYu_XueLi']}#{form['QuanRiZhiJiaoYu_XueWei']}@#",
        "云南大学中文系汉语言文学专业#@#",
    )
    for place, said in zip(range(20, 25), form["JiaTingChengYuan"][0], strict=True):
        values[place] = said
    return ",".join(f'"{value}"' for value in values).encode("gbk", "replace")


def _likeness(person: Person) -> tuple[str, str, str]:
    return person.name, person.sex, person.born[:6]
