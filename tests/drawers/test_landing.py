"""What lies in the landing of a form: neither photo nor health, nor what nobody can read; and its hash is that of the file."""

import hashlib
from pathlib import Path

from homes import Home

from cadre_cloud.storage import landing

FIRST_DAY = Path(__file__).parents[1] / "feeds" / "approval_form" / "first_day"
NEVER = ["健康之极", "cGhvdG9ncmFwaA", "照片之极", "群众之极", "197606"]


def landed(home: Home) -> str:
    places = home.rows("select landing from ledger.delivery where resource = 'approval_form'")
    return "".join(b"".join(landing.read(row["landing"])).decode() for row in places)


def test_photo_and_health_are_not_landed(home: Home) -> None:
    said = landed(home)
    assert "王建国" in said and "经济管理" in said
    assert [text for text in NEVER if text in said] == []
    sent = "".join(path.read_text(encoding="utf-8") for path in FIRST_DAY.iterdir())
    assert [text for text in NEVER if text not in sent] == []


def test_its_hash_is_that_of_the_file_as_it_came(home: Home) -> None:
    assert hashlib.sha256((FIRST_DAY / "王建国.lrmx").read_bytes()).hexdigest() in landed(home)


def test_nothing_of_what_is_no_form_is_landed(home: Home) -> None:
    said = landed(home)
    assert "not_a_form" in said
    assert '说明"' not in said.replace("说明.docx", "")
