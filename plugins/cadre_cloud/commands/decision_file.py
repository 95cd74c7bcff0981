"""A file of decisions: CSV with a row a decision, each of which can be taken or says why it cannot."""

import csv
import io
import re
import unicodedata
from collections import defaultdict
from itertools import combinations

from cadre_cloud import contracts
from cadre_cloud.warehouse.acts import Refused, fault_of
from cadre_cloud.warehouse.decisions import VERDICTS, Decision

COLUMNS = ["resource", "source_key", "cadre_no", "decision", "who", "why"]
MENTION = "mention_no"  # which of the persons that a record names, where it names several


class BadFile(Exception):
    """Why nothing of a file can be read, in a sentence."""


def read(content: bytes) -> dict[int, Decision | Refused]:
    """The decisions of a file, or why a row is none, by number: data rows from 1, however many lines each spans.

    Args:
        content: CSV in UTF-8 with a header that has `COLUMNS`, and if need be `mention_no`; other columns are let be.

    Raises:
        BadFile: it is no such file.
    """
    found = {number: _read_row(row) for number, row in enumerate(_rows(content), start=1)}
    about = defaultdict(list)
    for number, row in found.items():
        if isinstance(row, Decision):
            about[row.resource, row.source_key, row.cadre_no].append((number, row))
    for rows in about.values():
        for (number, one), (other_number, other) in combinations(rows, 2):
            if _contradict(one, other):
                found[number] = Refused(f"{one.resource}: row {other_number} says the opposite")
                found[other_number] = Refused(f"{one.resource}: row {number} says the opposite")
    return found


def _rows(content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("The file is not in UTF-8; a spreadsheet saves it so as “CSV UTF-8”.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or []]
        lacking = [name for name in COLUMNS if header.count(name) != 1]
        if lacking or header.count(MENTION) > 1 or "\0" in text:
            raise BadFile(f"The file needs a header with each of these columns once: {', '.join(COLUMNS)}.")
        reader.fieldnames = header
        return list(reader)
    except csv.Error as error:
        raise BadFile(f"The file is no CSV from line {reader.line_num} on.") from error


def _read_row(row: dict[str, str]) -> Decision | Refused:
    if None in row or None in row.values():
        return Refused("it has more or fewer fields than the header")
    said = {name: unicodedata.normalize("NFKC", row[name]).strip() for name in COLUMNS}
    mention_no = unicodedata.normalize("NFKC", row.get(MENTION, "")).strip()
    if fault := _fault(said, mention_no):
        return Refused(fault)
    return Decision(
        resource=said["resource"],
        source_key=said["source_key"],
        mention_no=int(mention_no) if mention_no else None,
        cadre_no=said["cadre_no"],
        verdict=said["decision"],
        who=said["who"],
        why=said["why"],
    )


def _fault(said: dict[str, str], mention_no: str) -> str | None:
    """What is wrong with a row; of its values only the name of a resource that there is stands in it."""
    if said["resource"] not in {path.stem for path in contracts.paths()}:
        return "there is no such resource"
    empty = [name for name in COLUMNS if not said[name]]
    is_number = not mention_no or re.fullmatch(r"[1-9]\d{0,8}", mention_no)
    faults = [
        f"{', '.join(empty)} must not be empty" if empty else None,
        None if said["decision"] in VERDICTS else f"decision has to be one of {', '.join(VERDICTS)}",
        fault_of(said["who"], said["why"]),
        None if is_number else f"{MENTION} has to be a number from 1",
    ]
    fault = next(filter(None, faults), None)
    return fault and f"{said['resource']}: {fault}"


def _contradict(one: Decision, other: Decision) -> bool:
    mention = one.mention_no == other.mention_no or None in (one.mention_no, other.mention_no)
    return mention and one.verdict != other.verdict
