"""Whose a form is: by its number, by name, sex and birth, or nobody's until a person says so."""

from transforms.forms.match import Form, Official, Whose, official_no, whose

A = Official("C1", b"1", "male", "19750312", {"王建国"})
B = Official("C2", b"2", "male", "197503", {"张伟", "张卫"})
C = Official("C3", b"3", "male", "19820501", {"张伟"})


def form(form_no: str = "a" * 64, **said: object) -> Form:
    return Form(**{"form_no": form_no, "number": None, "name": "王建国", "sex": "male", "born_on": "197503", **said})


def of(*forms: Form, roster: tuple[Official, ...] = (A, B, C)) -> list[Whose]:
    found = whose(forms, roster)
    return [found[one.form_no] for one in forms]


def test_a_number_decides_where_the_name_fits() -> None:
    assert of(form(number=b"1", born_on=None)) == [Whose("C1", "full_id")]
    assert of(form(number=b"2", name="张卫")) == [Whose("C2", "full_id")]
    assert of(form(number=b"1", name="王?国")) == [Whose("C1", "full_id")]
    assert of(form(number=b"1", name="王健国")) == [Whose(None, "full_id_other_name", ("C1",))]
    assert of(form(number=b"1", name="王?")) == [Whose(None, "full_id_other_name", ("C1",))]


def test_without_a_number_it_has_to_be_one_alone() -> None:
    assert of(form()) == [Whose("C1", "name_sex_birth")]
    assert of(form(name="张伟", born_on="19820501")) == [Whose("C3", "name_sex_birth")]
    assert of(form(name="张?", born_on="19750312")) == [Whose("C2", "name_sex_birth")]
    assert of(form(sex="female")) == of(form(born_on="19750313")) == of(form(sex=None)) == [Whose(None, "nobody")]
    twin = Official("C4", b"4", "male", "197503", {"王建国"})
    assert of(form(), roster=(A, twin)) == [Whose(None, "several", ("C1", "C4"))]


def test_whom_nobody_knows() -> None:
    new = form(number=b"9", name="龙飞")
    assert of(new) == [Whose(official_no(new.form_no), "form")]
    assert of(form(number=b"9", name="龙?")) == of(form(number=b"9", sex=None)) == [Whose(None, "incomplete")]
    assert of(form(name="龙飞")) == [Whose(None, "nobody")]


def test_forms_of_one_whom_nobody_knows() -> None:
    first, second = form("b" * 64, number=b"9", name="龙飞"), form("a" * 64, number=b"9", name="龙飞")
    without, other_name = form("c" * 64, name="龙飞"), form("d" * 64, number=b"9", name="龙非")
    assert [one.cadre_no for one in of(without, first, second, other_name)] == [*[official_no(first.form_no)] * 3, None]


def test_a_number_that_comes_later() -> None:
    confirmed, later = form("b" * 64, name="龙飞", decided="new"), form("c" * 64, number=b"9", name="龙飞")
    assert [one.cadre_no for one in of(confirmed, later)] == [official_no(confirmed.form_no)] * 2


def test_what_a_person_says_holds() -> None:
    assert of(form(decided="same", decided_as="C3")) == [Whose("C3", "person")]
    assert of(form(name="龙飞", decided="new")) == [Whose(official_no("a" * 64), "person")]
    assert of(form(name="龙飞", decided="same", decided_as="C9")) == [Whose(None, "nobody")]  # who is gone
