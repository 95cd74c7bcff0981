"""Nobody gets a form that says another number, in whatever order the roster is."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.forms.match import Form, Official, whose

A = Official("C1", b"1", "male", "19750312", {"王建国"})
B = Official("C2", b"2", "male", "197503", {"张伟", "张卫"})
C = Official("C3", b"3", "male", "19820501", {"张伟"})

some = st.builds(
    Form,
    form_no=st.integers(0, 9).map(lambda number: str(number) * 64),
    number=st.sampled_from([None, b"1", b"2", b"8", b"9"]),
    name=st.sampled_from(["王建国", "张伟", "龙飞", "王?国"]),
    sex=st.sampled_from([None, "male"]),
    born_on=st.sampled_from([None, "197503", "19750312", "198205"]),
)


@given(st.lists(some, unique_by=lambda one: one.form_no), st.permutations([A, B, C]))
def test_nobody_gets_a_form_with_another_number(forms: list[Form], roster: list[Official]) -> None:
    found = whose(forms, roster)
    assert found.keys() == {one.form_no for one in forms}
    assert found == whose(forms, [A, B, C])
    numbers = {official.cadre_no: official.number for official in (A, B, C)}
    for one in forms:
        cadre_no = found[one.form_no].cadre_no
        if one.number and cadre_no:
            assert numbers.setdefault(cadre_no, one.number) == one.number
