"""An official's form as a file: it reads back to what is known, and shows the number to who says why."""

import stat
from pathlib import Path

from homes import Home

from cadre_cloud.commands import form
from transforms.forms import lrmx
from transforms.forms.facts import Facts, Relative, Schooling, facts_of

FIRST_DAY = Path(__file__).parents[1] / "feeds" / "approval_form" / "first_day"
BY = ("--who=李审", "--why=考察")


def exported(command, path: Path, *arguments: str) -> Facts:
    code, out, said = command(form, f"--file={path}", *arguments)
    assert (code, said) == (0, "")
    assert str(path) in out
    return facts_of(lrmx.read(path.read_bytes()))


def test_an_official_whom_only_a_form_knows(home: Home, command, tmp_path: Path) -> None:
    home.run("select core.admit_to('cadre_reviewer', '李审', '')")
    said = facts_of(lrmx.read((FIRST_DAY / "龙飞.LRMX").read_bytes()))
    assert exported(command, tmp_path / "f.lrmx", "--cadre=Fe6bfeaf430db", *BY) == said
    assert home.rows("select who, why, cadre_no, through from core.look") == [
        {"who": "李审", "why": "考察", "cadre_no": "Fe6bfeaf430db", "through": "command form"}
    ]


def test_an_official_of_the_roster(home: Home, command, tmp_path: Path) -> None:
    facts = exported(command, tmp_path / "f.lrmx", "--cadre=C0001")
    assert (facts.name, facts.born_on, facts.party, facts.posts) == ("王建国", "19750312", "中共党员", "龙溪区人民政府区长")
    assert facts.schooling == (
        Schooling("1", "大学本科", "学士", "贵州大学法学专业", "贵州大学法学专业"),
        Schooling("2", "硕士研究生", "", "某省委党校经济管理专业")
    )  # fmt: skip
    assert facts.relatives == (Relative("配偶", "吴小芳", "龙溪区第一小学教师"), Relative("子", "王一鸣"))
    assert facts.resume == home.one("select resume from core.cadre where cadre_no = 'C0001'")


def test_without_a_reason_there_is_no_number(home: Home, command, tmp_path: Path) -> None:
    path = tmp_path / "f.lrmx"
    assert exported(command, path, "--cadre=C0001").id_number is None
    assert home.rows("select * from core.look") == []
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_who_is_no_reviewer_gets_no_number(home: Home, command, tmp_path: Path) -> None:
    home.run("select core.admit('李审', '')")
    code, _, said = command(form, "--cadre=C0001", f"--file={tmp_path / 'f.lrmx'}", *BY)
    assert (code, "has to be a reviewer" in said, (tmp_path / "f.lrmx").exists()) == (1, True, False)
    assert home.rows("select * from core.look") == []


def test_nobody(home: Home, command, tmp_path: Path) -> None:
    code, _, said = command(form, "--cadre=C9999", f"--file={tmp_path / 'f.lrmx'}")
    assert (code, "no official" in said) == (1, True)
    assert home.rows("select * from core.look") == []
