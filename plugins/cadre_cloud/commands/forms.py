"""Proposed officials, and what people decide about them: `python -m cadre_cloud.commands.forms`.

    forms                                                      lists them
    forms --form=e6bfeaf430db --same=C0001 --who=… --why=…     this is that official
    forms --form=e6bfeaf430db --new --who=… --why=…            this is an official whom nobody else knows yet
    forms --form=e6bfeaf430db --nobody --who=… --why=…         this is none; nothing of the form is kept in the warehouse

Names are for reviewers: `mart.form_proposed`.
"""

import argparse
import re
import sys
from dataclasses import dataclass

from cadre_cloud import contracts
from cadre_cloud.commands.common import carry_out, follow_up, show
from cadre_cloud.feed.forms import settle_forms
from cadre_cloud.warehouse import ledger
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import Warehouse, acted_at, connect
from cadre_cloud.warehouse.ledger import Row
from transforms.contract import Contract
from transforms.forms.match import UNWRITTEN, official_no

_PROPOSED = """
select r.form_no, r.method, r.candidates, r.filled_on, r.unread, d.day, d.file
from core.form_reading r join core.form f using (form_no) join ledger.delivery d on d.delivery_id = f.delivery_id
where r.known_to is null and f.known_to is null and r.cadre_no is null order by d.day, d.file, r.form_no"""

_NAMED = """
select r.form_no, r.cadre_no, r.method, r.name, r.sex, r.born_on, d.day
from core.form_reading r join core.form f using (form_no) join ledger.delivery d on d.delivery_id = f.delivery_id
where r.known_to is null and f.known_to is null and starts_with(r.form_no, %s)"""

_DECIDE = "insert into core.form_decision (form_no, verdict, cadre_no, who, why, at) values (%s, %s, %s, %s, %s, %s)"
_SHORTEST = 8  # characters of a form's number


@dataclass(frozen=True)
class Decision:
    """What somebody decides about a form: `same` as an official, `new`, or `nobody`."""

    form: str
    verdict: str
    cadre_no: str | None
    act: Act


def decide(contract: Contract, decision: Decision) -> None:
    """Take a decision, and bring the core up to it.

    Raises:
        Refused: it is not about one proposed official, or does not fit.
    """
    with connect() as warehouse:
        ledger.lock_resource(warehouse, contract.resource)
        form = _form(warehouse, decision.form)
        if fault := _fault(warehouse, form, decision):
            raise Refused(fault)
        at, act = acted_at(), decision.act
        warehouse.execute(_DECIDE, [form["form_no"], decision.verdict, decision.cadre_no, act.who, act.why, at])
        settle_forms(warehouse, contract, at, form["day"])
        ledger.note_news(warehouse, contract.resource, form["day"])


def proposed() -> list[Row]:
    """The proposed officials, without a value of a person."""
    with connect() as warehouse:
        return warehouse.execute(_PROPOSED).fetchall()


def _form(warehouse: Warehouse, given: str) -> Row:
    if not re.fullmatch(rf"[0-9a-f]{{{_SHORTEST},64}}", given):
        raise Refused(f"a form is named by its number, or the first {_SHORTEST} or more characters of it")
    found = warehouse.execute(_NAMED, [given]).fetchall()
    if len(found) != 1:
        raise Refused("there is no such form" if not found else "several forms begin so")
    return found[0]


def _fault(warehouse: Warehouse, form: Row, decision: Decision) -> str | None:
    """Why a decision cannot be taken."""
    if form["cadre_no"] and form["method"] != "person":
        return "nothing waits: whose this form is, is known"
    if decision.verdict == "same":
        query = "select from core.cadre where cadre_no = %s and known_to is null and cadre_no <> %s"
        known = warehouse.execute(query, [decision.cadre_no, official_no(form["form_no"])]).fetchone()
        return None if known is not None else "there is no other official with this cadre_no"
    if decision.verdict == "new":
        if form["method"] == "full_id_other_name":
            return "its number is that of somebody on the roster; it is that official, or the number is wrong"
        if not (form["sex"] and form["born_on"]) or UNWRITTEN in form["name"]:
            return "it lacks a name, sex or birth that can be read; a complete form is needed"
    return None


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="forms", description="Lists proposed officials, or decides about one.")
    parser.add_argument("--form", help="number of the form, or how it begins")
    verdict = parser.add_mutually_exclusive_group()
    verdict.add_argument("--same", metavar="NUMBER", help="this is that official")
    verdict.add_argument("--new", action="store_true", help="this is an official whom nobody else knows")
    verdict.add_argument("--nobody", action="store_true", help="this is no official")
    parser.add_argument("--who", default="", help="who decides")
    parser.add_argument("--why", default="", help="why")
    given = parser.parse_args()
    if bool(given.form) != bool(given.same or given.new or given.nobody):
        parser.error("a form and what it is go together: --form with --same, --new or --nobody")
    return given


def main() -> int:
    """List, or decide."""
    given, contract = _parsed(), contracts.of_forms()
    if not given.form:
        rows = [
            [row["form_no"][:12], row["method"], " ".join(row["candidates"]), row["filled_on"], row["day"], row["file"]]
            for row in proposed()
        ]
        show(["form", "why it waits", "perhaps", "filled in", "came", "file"], rows)
        print(f"{len(rows)} proposed officials; reviewers see their names in mart.form_proposed.")
        return 0
    verdict = "same" if given.same else "new" if given.new else "nobody"
    decide(contract, Decision(given.form, verdict, given.same, Act(given.who, given.why)))
    print("Decided.")
    follow_up()
    return 0


if __name__ == "__main__":
    sys.exit(carry_out(main))
