"""How the alerts of the three planted rules live through the days: new, standing, expired, retracted."""

from demo.city.cast import Cast
from demo.city.court import Court
from demo.city.days import DAYS
from demo.city.debtors import LISTED_RULE
from demo.city.docket import CLEARED, REVOKED, Docket
from demo.city.expect import Known, Matter, court_states, debtor_matters, discipline_matters, linked, newest, rosters
from demo.city.roster import IN_OFFICE, Roster
from demo.city.truth import Truth, source_key

EVERYDAY = "an everyday record"


def foretell(cast: Cast, roster: Roster, docket: Docket, court: Court, truth: Truth) -> None:
    """Add to the truth which alerts there must be on each day, and for what was planted also that there is none."""
    standing: dict[Matter, set[str]] = {}
    ever: set[tuple[str, str]] = set()
    days = zip(DAYS, rosters(roster.days), newest(docket.days), court_states(court.days), strict=True)
    for day, known, decisions, parties in days:
        lines_of = linked(decisions, known)
        matters = discipline_matters(lines_of, known, day) | debtor_matters(parties, known, day)
        matters = {matter: keys for matter, keys in matters.items() if matter in standing or _may_begin(matter, known)}
        for matter in sorted(standing.keys() | matters.keys()):
            if matter not in matters:
                state = "retracted" if _fell(standing[matter], matter, lines_of) else "expired"
            else:
                state = "standing" if matter in standing else "new"
            ever.add(matter[:2])
            _tell(truth, cast, day, matter, state)
        for rule, cadre_no in sorted(cast.reasons.keys() - ever):
            _tell(truth, cast, day, (rule, cadre_no, ""), "none")
        standing = matters


def _may_begin(matter: Matter, known: Known) -> bool:
    """Who left office gets nothing new, but for decisions on their time in office."""
    rule, cadre_no, _ = matter
    return rule != LISTED_RULE or known.rows[cadre_no]["a0163"] == IN_OFFICE


def _fell(keys: set[str], matter: Matter, lines_of: dict[str, list[dict]]) -> bool:
    """Whether an alert ended because its evidence was revoked, cleared, or proved to be about somebody else."""
    rule, cadre_no, _ = matter
    if rule == LISTED_RULE:
        return False
    lines = lines_of.get(cadre_no, [])
    undone = {source_key(line["YJDWH"]) for line in lines if line["ZT"] in (REVOKED, CLEARED)}
    linked_keys = {source_key(line["JDWH"]) for line in lines}
    return bool(keys & undone or keys - linked_keys)


def _tell(truth: Truth, cast: Cast, day: str, matter: Matter, state: str) -> None:
    rule, cadre_no, key = matter
    why = cast.reasons.get((rule, cadre_no), EVERYDAY)
    told = {"day": day, "rule": rule, "cadre_no": cadre_no, "state": state, "matter": key, "why": why}
    truth.alerts.append(told)
