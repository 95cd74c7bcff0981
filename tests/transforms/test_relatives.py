"""Relatives whom officials declared: by number, and of every official who declared them."""

import pyarrow as pa

from cadre_cloud.warehouse.link_model import link_model
from transforms.mentions import MENTION
from transforms.relatives import link_relatives, relatives_of

SON, DAUGHTER = "529901199904040117", "529902199901010021"
FAMILY = pa.Table.from_pylist([
    {"family_no": "F2", "cadre_no": "C1", "name": "王小川", "id_number": SON},
    {"family_no": "F1", "cadre_no": "C1", "name": "王小川", "id_number": SON},
    {"family_no": "F3", "cadre_no": "C2", "name": "王 小川", "id_number": SON},
    {"family_no": "F4", "cadre_no": "C2", "name": "王小河", "id_number": DAUGHTER},
])  # fmt: skip


def stated(*named: dict[str, str], only: list[str] | None = None) -> set[tuple[str, ...]]:
    rows = [
        {"source_key": str(number), "mention_no": 2, "subject": "relative"} | one for number, one in enumerate(named, start=1)
    ]
    relatives = relatives_of(FAMILY)
    relatives = relatives if only is None else relatives.only(pa.array(only, pa.string()))
    found = link_relatives(pa.Table.from_pylist(rows, schema=MENTION), relatives, link_model()).to_pylist()
    return {(row["source_key"], row["cadre_no"], row["family_no"], row["verdict"], row["method"]) for row in found}


def test_a_full_number_with_the_name_is_the_relative_of_everybody_who_declared_them() -> None:
    """Declared twice by one official, it is one relative."""
    same = {("1", "C1", "F1", "same", "full_id"), ("1", "C2", "F3", "same", "full_id")}
    assert stated({"name": "王小川", "id_number": SON}) == same


def test_another_name_on_the_number_is_a_question() -> None:
    assert stated({"name": "王小河", "id_number": SON}, only=["C2"]) == {("1", "C2", "F3", "undecided", "full_id_other_name")}


def test_a_masked_number_is_a_question_if_the_name_agrees_and_a_name_alone_is_nobodys() -> None:
    masked = "529902********0021"
    found = stated({"name": "王小河", "id_masked": masked}, {"name": "王小川", "id_masked": masked}, {"name": "王小河"})
    assert found == {("1", "C2", "F4", "undecided", "masked_id_incomplete")}


def test_of_some_officials_only_their_relatives_are_looked_for() -> None:
    assert stated({"name": "王小川", "id_number": SON}, {"name": "王小河", "id_number": DAUGHTER}, only=["C1"]) == {
        ("1", "C1", "F1", "same", "full_id")
    }
