"""The résumé as text: one career, typed in as many ways as there are clerks, and what it really says."""

from demo.city.spells import WORK, Career, Spell, Study

TO_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
INDENT, LONG = " " * 18, 16
GAPS = {"one space": " ", "tab": "\t", "en space": "\u2002", "full-width": "　"}
DASHES = {"one dash": "-", "em dashes": "——", "split year": "-"}


def write_resume(career: Career) -> str:
    """The résumé in its style."""
    broken = "" if career.style == "unbroken" else "\n"
    return broken.join(line for line, _ in _lines(career))


def spell_rows(cadre_no: str, career: Career) -> list[dict]:
    """What each line of the résumé says; of a line that nobody can read, only the line."""
    rows = []
    for line, told in _lines(career):
        for spell in told:
            rows.append(_row(career, spell) | {"cadre_no": cadre_no, "style": career.style, "line": line})
        if not told:
            rows.append({"cadre_no": cadre_no, "readable": "no", "style": career.style, "line": line})
    return rows


def _row(career: Career, spell: Spell) -> dict:
    width = 4 if career.style == "years" else 7
    span = {"started_on": spell.began[:width], "ended_on": spell.ended[:width]}
    return span | {"kind": spell.kind, "text": spell.text, "readable": "yes"}


def _lines(career: Career) -> list[tuple[str, list[Spell]]]:
    """(a line with its continuations, the spells that it tells). Study beside the work stands in brackets behind it."""
    lines: list[tuple[str, list[Spell]]] = []
    nested = [spell for spell in career.spells if isinstance(spell.about, Study) and spell.about.nested]
    hosts = {study.began: next((spell for spell in career.spells if _covers(spell, study)), None) for study in nested}
    told = [spell for spell in career.spells if spell not in nested or not hosts[spell.began]]
    for number, spell in enumerate(told):
        inside = [study for study in nested if hosts[study.began] is spell]
        illegible = _illegible(career, spell, number)
        line = _line(career.style, spell, number) + "".join(_bracket(career.style, study) for study in inside)
        lines.append((illegible, []) if illegible else (line, [spell, *inside]))
    return lines


def _covers(spell: Spell, study: Spell) -> bool:
    return spell.kind == WORK and spell.began <= study.began and (not spell.ended or spell.ended > study.began)


def _illegible(career: Career, spell: Spell, number: int) -> str:
    """The first line of some résumés, which nobody can read for sure; empty where it can be read."""
    if number or spell.kind == WORK:
        return ""
    if career.style == "split year":
        return f"{_point(spell.began)}-{spell.ended[0]}-{spell.ended[1:7].replace('-', '.')}  {spell.text}"
    if career.style == "undated":
        in_thirteenth = int(spell.began[3]) % 2
        return f"{spell.began[:4]}.13--{_point(spell.ended)}  {spell.text}" if in_thirteenth else f"早年{spell.text}"
    return ""


def _line(style: str, spell: Spell, number: int) -> str:
    """One spell: its months, a gap, and the text, which a form breaks where it is long."""
    gap, text = GAPS.get(style, "  "), spell.text
    if style == "form" and len(text) > LONG:
        text = f"{text[:LONG]}\n{INDENT}{text[LONG:]}"
    if spell.ended:
        return f"{_span(style, spell)}{gap}{text}"
    if style == "form":
        gap = " " * (7 + number % 3)
    return f"{_span(style, spell)}{_open_end(style)}{gap}{text}"


def _span(style: str, spell: Spell) -> str:
    dash = DASHES.get(style, "--")
    span = _month(style, spell.began) + dash + (_month(style, spell.ended) if spell.ended else "")
    return span.translate(TO_FULL_WIDTH) if style == "full-width" else span


def _open_end(style: str) -> str:
    return {"one dash": "至今", "em dashes": "今"}.get(style, "")


def _month(style: str, day: str) -> str:
    if style == "years":
        return day[:4]
    return _point(day).replace(".", "..") if style == "double dots" else _point(day)


def _point(day: str) -> str:
    return day[:7].replace("-", ".")


def _bracket(style: str, study: Spell) -> str:
    """Study beside the work, on a line of its own where the form has continuation lines."""
    before = f"\n{INDENT}" if style == "form" else ""
    return f"{before}（其间：{_span(style, study)}{study.text}）"
