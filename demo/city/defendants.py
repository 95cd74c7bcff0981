"""Planted parties of two more kinds: debtors who are not on the list, and the accused of criminal cases."""

from collections.abc import Iterator

from demo.city.cast import Cast
from demo.city.debtors import LISTED_RULE, Story
from demo.city.names import traditional
from demo.city.parties import ACCUSED, CIVIL, CREDITOR, CRIMINAL, DEBTOR, DEFENDANT, ENFORCEMENT, Courts, is_listed
from demo.city.people import has_traditional

DEBTOR_RULE, CRIMINAL_RULE = "enforcement_debtor", "criminal_case"
NOT_GUILTY = ("宣告无罪", "准许撤回起诉")
CLOSED = {"结案日期": "2026-06-01", "裁判结果": "执行完毕"}
LONG_AGO = "2024-06-01"  # a case that ended before is too old for an alert


def plant_defendants(courts: Courts, cast: Cast) -> list[Story]:
    """Plant what the rules about debtors and about criminal cases have to speak about, or to be silent about."""
    return [*_debtors(courts, cast), *_accused(courts, cast)]


def _debtors(courts: Courts, cast: Cast) -> Iterator[Story]:
    """Debtors who are not listed, come to be listed, or are none."""

    def debtor(part: str, why: str, **given: object) -> dict:
        return courts.party(cast.plant(DEBTOR_RULE, part, why), "2026-02-26") | given

    row = debtor("enforced", "an open case, not listed")
    yield row, row, row
    row = debtor("enforcement closed on day 2", "closed on day 2")
    yield row, row | CLOSED, row | CLOSED
    row = debtor("enforcement closed before", "closed before day 1", 结案日期="2026-05-06", 裁判结果="和解结案")
    yield row, row, row
    yield debtor("enforcement gone on day 2", "the case leaves the snapshot"), None, None
    row = debtor("enforcement from day 2", "a new case on day 2")
    yield None, row, row
    row = debtor("enforcement becomes a listing", "listed on day 2: another rule's business from then on")
    cast.explain(LISTED_RULE, row["_person"], "listed on day 2")
    listed = row | {"是否失信": "是"}
    yield row, listed, listed
    row = debtor("taken for a debtor", "on day 2 the role is corrected to the creditor's")
    creditor = row | {"当事人姓名": row["当事人姓名"], "诉讼地位": CREDITOR}
    yield row, creditor, creditor
    row = debtor("enforced without a number", "the row bears no number", 证件号码="", _obscure=True)
    yield row, row, row
    row = debtor("enforced at another age", "the masked number fits, but not the age", _obscure=True)
    row["年龄"] = str(int(row["年龄"]) + 7)
    yield row, row, row


def _accused(courts: Courts, cast: Cast) -> Iterator[Story]:
    """The accused: unproven, guilty, not guilty, and long ago."""

    def accused(part: str, why: str, filed: str = "2026-03-11", ended: str = "", outcome: str = "") -> dict:
        person = cast.plant(CRIMINAL_RULE, part, why)
        row = courts.party(person, filed, CRIMINAL, ACCUSED)
        return row | {"结案日期": ended, "裁判结果": outcome}

    def ends(row: dict, outcome: str) -> Story:
        after = row | {"结案日期": "2026-06-01", "裁判结果": outcome}
        return row, after, after

    row = accused("accused", "accused, and nothing decided: attention")
    yield row, row, row
    yield ends(accused("convicted on day 2", "convicted on day 2: serious"), "判处有期徒刑一年，缓刑二年")
    yield ends(accused("acquitted on day 2", "acquitted on day 2"), NOT_GUILTY[0])
    yield ends(accused("withdrawn on day 2", "the charge is withdrawn on day 2"), NOT_GUILTY[1])
    row = accused("convicted before", "convicted in April: serious", "2025-12-10", "2026-04-10", "判处拘役三个月，缓刑六个月")
    yield row, row, row
    row = accused("guilty and exempt", "guilty, but exempt from punishment", "2025-12-11", "2026-04-11", "免予刑事处罚")
    yield row, row, row
    row = accused("acquitted before", "acquitted in April", "2025-12-12", "2026-04-12", NOT_GUILTY[0])
    yield row, row, row
    row = accused("convicted long ago", "convicted in 2023: too old", "2023-01-12", "2023-04-12", "判处罚金三千元")
    yield row, row, row
    row = accused("accused from day 2", "a new case on day 2", "2026-05-29")
    yield None, row, row
    person = cast.plant(CRIMINAL_RULE, "accused in traditional", "name in traditional characters", has_traditional)
    row = courts.party(person, "2026-03-12", CRIMINAL, ACCUSED) | {"当事人姓名": traditional(person.name)}
    yield row, row, row
    person = cast.plant(CRIMINAL_RULE, "defendant", "the defendant of a civil case is accused of nothing")
    row = courts.party(person, "2026-03-13", CIVIL, DEFENDANT)
    yield row, row, row
    for namesake in cast.people.namesakes:
        row = courts.party(namesake, "2026-03-14", CRIMINAL, ACCUSED)
        yield row, row, row


def is_debtor(row: dict) -> bool:
    """Whether a row is about a debtor in an enforcement case."""
    return row["诉讼地位"] == DEBTOR and row["案件类型"] == ENFORCEMENT


def _is_open(row: dict, day: str) -> bool:
    return not row["结案日期"] or row["结案日期"] > day


def listed_severity(row: dict, day: str) -> str:
    """What `dishonest_debtor` says of a row on a day, nothing where it is silent."""
    return "attention" if is_listed(row) and _is_open(row, day) else ""


def debtor_severity(row: dict, day: str) -> str:
    """What `enforcement_debtor` says of a row on a day, nothing where it is silent."""
    return "notice" if is_debtor(row) and not is_listed(row) and _is_open(row, day) else ""


def criminal_severity(row: dict, _day: str) -> str:
    """What `criminal_case` says of a row, nothing where it is silent."""
    if row["诉讼地位"] != ACCUSED or row["裁判结果"] in NOT_GUILTY or "" < row["结案日期"] < LONG_AGO:
        return ""
    return "serious" if row["裁判结果"] else "attention"


def is_cleared(row: dict) -> bool:
    """Whether a criminal case should not raise anything any more."""
    return row["诉讼地位"] != ACCUSED or row["裁判结果"] in NOT_GUILTY
