"""How the alerts of the planted rules live through the days: new, standing, expired, retracted."""

from demo.city.cast import Cast
from demo.city.days import DAYS
from demo.city.docket import CLEARED, REVOKED, Docket
from demo.city.docket import key_of as decision_key
from demo.city.expect import Known, Matter, Said, discipline_matters, linked, newest, rosters
from demo.city.roster import IN_OFFICE, Roster
from demo.city.sanctions import EFFECT, INVESTIGATED
from demo.city.truth import Truth, source_key
from demo.city.voices import Voice

EVERYDAY = "an everyday record"
SILENT = Said(frozenset(), "")


def foretell(cast: Cast, roster: Roster, docket: Docket, voices: list[Voice], truth: Truth) -> None:
    """Add to the truth which alerts there must be on each day, and for what was planted also that there is none."""
    standing: dict[Matter, Said] = {}
    ever: set[tuple[str, str]] = set()
    by_rule = {voice.rule: voice for voice in voices}
    days = zip(DAYS, rosters(roster.days), newest(list(docket.days), decision_key, "GXSJ"), strict=True)
    for number, (day, known, decisions) in enumerate(days):
        lines_of = linked(decisions, known)
        matters = discipline_matters(lines_of, known, day)
        for voice in voices:
            matters |= voice.matters(number, day, known)
        matters = {matter: said for matter, said in matters.items() if matter in standing or _may_begin(matter, known)}
        for matter in sorted(standing.keys() | matters.keys()):
            if matter in matters:
                state = "standing" if matter in standing else "new"
            else:
                voice = by_rule.get(matter[0])
                fell = voice.retracts(standing[matter], number, known) if voice else _fell(standing[matter], matter, lines_of)
                state = "retracted" if fell else "expired"
            ever.add(matter[:2])
            _tell(truth, cast, day, matter, state, matters.get(matter) or standing[matter])
        for rule, cadre_no in sorted(cast.reasons.keys() - ever):
            _tell(truth, cast, day, (rule, cadre_no, ""), "none", SILENT)
        standing = matters


def _may_begin(matter: Matter, known: Known) -> bool:
    """Who left office gets nothing new, but for decisions on their time in office."""
    rule, cadre_no, _ = matter
    return rule in (EFFECT, INVESTIGATED) or known.rows[cadre_no]["a0163"] == IN_OFFICE


def _fell(said: Said, matter: Matter, lines_of: dict[str, list[dict]]) -> bool:
    """Whether an alert ended because its evidence was revoked, cleared, or proved to be about somebody else."""
    lines = lines_of.get(matter[1], [])
    undone = {source_key(line["YJDWH"]) for line in lines if line["ZT"] in (REVOKED, CLEARED)}
    linked_keys = {source_key(line["JDWH"]) for line in lines}
    return bool(said.evidence & undone or said.evidence - linked_keys)


def _tell(truth: Truth, cast: Cast, day: str, matter: Matter, state: str, said: Said) -> None:
    """A row of the truth. What waits for a person raises nothing until then: how it would live is told beside."""
    rule, cadre_no, key = matter
    why = cast.reasons.get((rule, cadre_no), EVERYDAY)
    told = {"day": day, "rule": rule, "cadre_no": cadre_no, "state": state, "matter": key, "why": why}
    told |= {"severity": said.severity, "subject": said.subject, "if_confirmed": ""}
    truth.alerts.append(told | ({"state": "none", "if_confirmed": state} if said.waits else {}))
