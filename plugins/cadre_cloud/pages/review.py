"""*Review*: one question of whose record it is after the other, the worst first, decided from the keyboard."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import psycopg
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import APIRouter, Form, HTTPException, Request, status
from fastapi.responses import RedirectResponse, Response

from cadre_cloud.language import say
from cadre_cloud.pages import comparison, forgery, waterfall
from cadre_cloud.pages.page import page
from cadre_cloud.pages.reading import Reader, Row, as_reader_of, note_looks
from cadre_cloud.pages.trigger import have_alerts_follow
from cadre_cloud.settings import SHANGHAI
from cadre_cloud.warehouse import decisions
from cadre_cloud.warehouse.acts import Act, Refused
from cadre_cloud.warehouse.connection import acted_at
from cadre_cloud.warehouse.decisions import Decision

router = APIRouter()

MOST_ALIKE = 100
VERDICTS = (*decisions.VERDICTS, "none")  # none of those who may be meant
# What is mostly said; whoever has another reason writes it.
_DENIED = ("the birth is another one", "the unit or post is another one", "the file was looked up", "the department was asked")
REASONS = {
    "same": ("unit and post at the time agree", "the number was checked", "the file was looked up", "the department was asked"),
    "different": _DENIED,
    "none": _DENIED,
    "unsure": ("the record says too little", "the department has been asked", "the file is not at hand"),
}

# Of what waits and the user may decide about, what they were unsure of or (`again`) that alone.
_MINE = """
with mine as (
    select r.*, count(*) over (partition by r.resource, r.source_key, r.mention_no) as meant
    from mart.link_review as r
    left join (
        select resource, source_key, mention_no, array_agg(why) as why from core.not_to_decide(%(who)s) group by 1, 2, 3
    ) as n using (resource, source_key, mention_no)
    where case when %(again)s then n.why = '{unsure}' else n.why is null end)"""

_WORST = f"""
{_MINE}
select resource, source_key, mention_no, count(*) over () as waiting from mine
group by resource, source_key, mention_no
order by max(unsure), min(urgency), min(known_from), resource, source_key, mention_no limit 1"""

_PAIRS = """
select r.*, c.sex as cadre_sex, c.born_on as cadre_born_on, c.id_masked as cadre_id_masked, h.occurred_on,
       (select count(*) from mart.cadre as n where n.name = c.name) as namesakes
from mine as r
join mart.cadre as c using (cadre_no)
left join core.held_record as h on (h.resource, h.source_key) = (r.resource, r.source_key)"""

_CASE = f"""
with mine as (
    select r.*, count(*) over () as meant from mart.link_review as r
    where (r.resource, r.source_key, r.mention_no) = (%(resource)s, %(source_key)s, %(mention_no)s)
      and not exists (
          select from core.not_to_decide(%(who)s) as n
          where n.why = 'near' and (n.resource, n.source_key, n.mention_no) = (r.resource, r.source_key, r.mention_no)))
{_PAIRS}
order by r.rank, r.cadre_no"""

# Alike are pairs of one resource for and against which the same speaks, with as many others who may be meant.
_ALIKE = f"""
{_MINE},
one as (
    select * from mine
    where (resource, source_key, mention_no, cadre_no) = (%(resource)s, %(source_key)s, %(mention_no)s, %(cadre_no)s))
{_PAIRS}
join one on (one.resource, one.method, one.subject, one.meant) = (r.resource, r.method, r.subject, r.meant)
        and (one.evidence, one.rank) is not distinct from (r.evidence, r.rank)
order by r.known_from, r.source_key, r.mention_no limit {MOST_ALIKE}"""

_HISTORY = """
select h.*, c.name
from core.link_history(%(resource)s, %(source_key)s, %(mention_no)s) as h join mart.cadre as c using (cadre_no)"""

# What waits beside, by why it is not asked now.
_BESIDE = """
select n.why, count(*) as number from core.not_to_decide(%s) as n
where exists (select from core.link as l
              where (l.resource, l.source_key, l.mention_no) = (n.resource, n.source_key, n.mention_no)
                and l.known_to is null and l.verdict = 'undecided')
group by n.why"""

Pair = Annotated[list[str], Form()]


@router.get("/review")
def review(request: Request, user: GetUserDep, again: bool = False) -> Response:
    """The worst of what waits for this user."""
    return _next(request, user.get_name(), again=again)


@router.post("/review/decisions")
def decide(
    request: Request, user: GetUserDep, verdict: Annotated[str, Form()], pair: Pair, meant: Pair = [],  # noqa: B006
    why: Annotated[str, Form()] = "", other: Annotated[str, Form()] = "", again: Annotated[bool, Form()] = False,
    token: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Decide about one pair, all of one case, or many alike, each by a statement of its own; and show the next case."""
    who = user.get_name()
    forgery.check(request, token, who)
    try:
        if verdict not in VERDICTS:
            raise Refused("say first what it is")
        act = Act(who, other.strip() or why)
        number = _take([_decision(one, verdict, act) for one in (meant if verdict == "none" else pair)])
    except (Refused, psycopg.errors.QueryCanceled) as refusal:
        return _next(request, who, again=again, notice=_excuse(refusal))
    have_alerts_follow(who, acted_at())
    told = say("{number} decided; Z takes all of them back", number=number) if number > 1 else ""
    return _next(request, who, again=again, notice=told)


@router.post("/review/undo")
def undo(request: Request, user: GetUserDep, token: Annotated[str, Form()] = "") -> Response:
    """Take back what this user decided last, and show it again."""
    who = user.get_name()
    forgery.check(request, token, who)
    try:
        with _reader(who) as warehouse:
            pairs = decisions.undo(warehouse, who, acted_at())
    except (Refused, psycopg.errors.QueryCanceled) as refusal:
        return _next(request, who, notice=_excuse(refusal))
    if not pairs:
        return _next(request, who, notice=say("You have decided nothing that could be taken back."))
    have_alerts_follow(who, acted_at())
    return _next(request, who, case=pairs[0], notice=say("Taken back: {number}.", number=len(pairs)))


@router.post("/review/alike")
def alike(request: Request, user: GetUserDep, pair: Pair, token: Annotated[str, Form()] = "") -> Response:
    """Cases like this one, to be decided together; nothing is done yet."""
    who = user.get_name()
    forgery.check(request, token, who)
    with _reader(who) as warehouse:
        found = warehouse.execute(_ALIKE, _place(pair[0]) | {"who": who, "again": False}).fetchall()
    if not found:
        return _next(request, who)
    return _show(request, who, "alike.html.j2", found, {})


def _take(taken: list[Decision]) -> int:
    """Take decisions in one go; gives how many were news."""
    if not taken:
        raise Refused("say first who it is")
    with _reader(taken[0].who) as warehouse:
        return sum(decisions.decide(warehouse, decision, acted_at()) for decision in taken)


def _next(request: Request, who: str, *, again: bool = False, case: Row | None = None, notice: str = "") -> Response:
    """The page of a case, of the worst that waits if none is given; without scripts by way of its address."""
    if request.method == "POST" and "hx-request" not in request.headers:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/review", status.HTTP_303_SEE_OTHER)
    asked = {"who": who, "again": again}
    with _reader(who) as warehouse:
        worst = warehouse.execute(_WORST, asked).fetchone()
        apart = {"near": 0, "unsure": 0} | {row["why"]: row["number"] for row in warehouse.execute(_BESIDE, [who]).fetchall()}
        place = case or worst
        found = warehouse.execute(_CASE, {"who": who, **place}).fetchall() if place else []
        history = warehouse.execute(_HISTORY, dict(place)).fetchall() if found and place else []
    shown = {"waiting": worst["waiting"] if worst else 0, "apart": apart, "history": history, "notice": notice, "again": again}
    return _show(request, who, "review.html.j2", found, shown)


def _show(request: Request, who: str, template: str, found: list[Row], values: Row) -> Response:
    """A page with pairs on it, once it is committed who looks at whom."""
    if found:
        note_looks(who, f"review {found[0]['resource']}", "page review", [pair["cadre_no"] for pair in found])
    session = forgery.session_of(request)
    shown = {
        "pairs": [_shown(pair) for pair in found],
        "told": comparison.told,
        "waterfall": waterfall,
        "reasons": REASONS,
        "zone": SHANGHAI,
        "token": forgery.token(session, who),
        **values,
    }
    response = page(request, template, shown)
    forgery.hand_out(request, response, session)
    return response


def _shown(pair: Row) -> Row:
    steps = waterfall.steps(pair["weights"] or [])
    return {**pair, "points": comparison.compare(pair), "steps": steps, "form": _form(pair)}


@contextmanager
def _reader(who: str) -> Iterator[Reader]:
    """One transaction as a reviewer; nothing is there for anybody else."""
    with as_reader_of(who) as warehouse:
        if warehouse is None:
            raise HTTPException(status.HTTP_404_NOT_FOUND)
        yield warehouse


def _form(pair: Row) -> str:
    """How a form names a pair; no address does, as a key can hold a name."""
    return json.dumps([pair["resource"], pair["source_key"], pair["mention_no"], pair["cadre_no"]], ensure_ascii=False)


def _place(form: str) -> Row:
    with suppress(ValueError, RecursionError):  # no form of ours
        match json.loads(form):
            case [str(resource), str(source_key), int(mention_no), str(cadre_no)]:
                return {"resource": resource, "source_key": source_key, "mention_no": mention_no, "cadre_no": cadre_no}
    raise Refused("say first who it is")


def _decision(form: str, verdict: str, act: Act) -> Decision:
    return Decision(**_place(form), verdict="different" if verdict == "none" else verdict, who=act.who, why=say(act.why))


def _excuse(refusal: Exception) -> str:
    if isinstance(refusal, psycopg.errors.QueryCanceled):
        return say("This resource is being loaded at present. Please decide it again soon.")
    return say(str(refusal))
