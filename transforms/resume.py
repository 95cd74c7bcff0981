"""The résumé of the officials' approval form (干部任免审批表), cut into dated spells.

The form has a line a spell, `1998.09--2002.07  某大学某系某专业学习`, an open end as `2010.03--` with spaces, a longer line
carried on under an indentation, and remarks in brackets, `（其间：2001.03--2003.12在某党校学习）`. No ministry publishes
the format; the variants read here were seen in files. What does not read as a spell is handed on as it is.
"""

import pyarrow as pa

from transforms.duck import Scratch

SPELL = pa.schema([
    ("cadre_no", pa.string()), ("spell_no", pa.int32()), ("kind", pa.string()),
    ("started_on", pa.date32()), ("ended_on", pa.date32()), ("precision", pa.string()), ("text", pa.string()),
    ("is_within", pa.bool_()), ("raw", pa.string()), ("confidence", pa.string()),
])  # fmt: skip

# A résumé is read in a copy of the same length, so that a place in the copy is a place in the text.
_BREAKS = "\r\v\f\x85\u2028\u2029"
_BLANKS = "\t\x1c\x1d\x1e\x1f\xa0\u1680\u180e" + "".join(map(chr, range(0x2000, 0x200E))) + "\u202f\u205f\u2060\u3000\ufeff"
_DASHES = "－—–‒―─━‐‑−﹣～~〜"
_PLAIN = {
    **dict.fromkeys(_BREAKS, "\n"), **dict.fromkeys(_BLANKS, " "), **dict.fromkeys(_DASHES, "-"),
    **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
    **dict.fromkeys("．。｡·•・", "."), **dict.fromkeys("（﹙", "("), **dict.fromkeys("）﹚", ")"),
    "：": ":", "；": ";", "，": ",", "／": "/",
}  # fmt: skip
_BLANK = f"[\n {_BREAKS}{_BLANKS}]"
_CUT, _REMARK = "\x1e", "\x1c"  # marks in the copy, which holds neither by itself

_YEAR = r"(?:19|20)\d\d"
_POINT = rf"{_YEAR} ?(?:\.{{1,2}}|年|/) ?\d{{1,2}}\b(?:月|\.\d{{1,2}}\b)?"  # a month, or a day in it
_TO = rf"(?: ?-| ?[至到一]{{1,2}} ?(?:{_YEAR}|今))"
_DURING = "(?:其间|期间|其中)"

# What begins a new piece of the text. The first group of two stays with the piece before.
_BRACKET = (
    rf"(?m)((?:\n[\n ]*)?\( *(?:{_DURING}|[^()\n]*?{_POINT}{_TO})"  # holds dates, or says that it will
    r"(?:[^()\n]|\n[\n ]*  |\([^()\n]*\))*(?:\)(?:[ .;,]*$)?)?)"
)
_LINE = r"()(\n(?:[ \n]*\n)? ?[^ \n])"  # indented no more than a slip of the thumb: not carried on
_DATED_LINE = rf"()(\n[ \n]*(?:{_POINT}|{_YEAR}年?){_TO})"
_IN_LINE = rf"([^\d \n:\x1e-])((?:[,;.、 ]*{_DURING}[:, ]*| *){_POINT}{_TO})"
# Years alone within a line want a gap behind them, else they may be a plan's name: 2001-2005年规划.
_YEARS_IN_LINE = rf"([^\d \n:\x1e-])( *{_YEAR}年?(?:--+ |- {{5}}|-+{_YEAR}年? ) *[^年\d ])"
_IN_BRACKET = rf"([^间][;,、.\n] *)({_DURING}?[: ]*(?:{_POINT}{_TO}|{_YEAR}年? ?-+ ?{_YEAR}))"

# What a piece is, by its beginning.
_DATED_BRACKET = rf"^[\n ]*\( *(?:{_DURING}|{_POINT})"
_SOMETHING = "[^ \n]"
_UNBRACKETED_REMARK = rf"^[\n ]*[,;.、]* *{_DURING}"
_OF_ITS_OWN = rf"^\n|^ *(?:{_POINT}|{_YEAR}年?){_TO}"

# The head of a piece: lead, start (year, month), dash, end (year, month, or now), gap. `\b` keeps digits together.
_LEAD = rf"[\n ]*[(;,、.]* *(?:{_DURING}[:, ]*)?"
_MOMENT = rf"({_YEAR})(?: ?(?:\.{{1,2}}|年|/) ?(\d{{1,2}})\b(?:月|\.\d{{1,2}}\b)?|年|\b)"
_HEAD = (
    rf"^({_LEAD}{_MOMENT}(?:( ?至今)|( ?-(?: ?-)*| ?[至到一]{{1,2}})"
    rf"(?: {{0,2}}{_MOMENT}|( ?至今| ?今(?: |$)))?)( *))"
)
_PARTS = "['head', 'y1', 'm1', 'until_now', 'dash', 'y2', 'm2', 'now', 'gap']"
_AS_IN_THE_FORM = rf"^[\n ]*\(? *(?:{_DURING}[:, ]*)?\d{{4}}\.\d\d ?-(?: ?-)* *(?:\d{{4}}\.\d\d|至?今)? *$"
_ANOTHER_DATE = rf"{_YEAR}[.年]+ ?\d+[月.]* *-|\d\.\d+ *-+ *\d"

# What a spell was spent on, told by its first clause that tells, else by any.
_CLAUSE = "^[^,;.(]*?"
_STUDY = "(?:学习|就读|读书|进修|攻读|深造|培训|函授|自考|毕业|学生|学员|本科生?|研究生|专科|大专|中专|专业|[^领]班)"
_STUDY_END = "(?:[,;.、( ]|$)"
_ARMY = "(?:服役|入伍|参军|当兵|战士|义务兵|士官|部队|解放军|武警|军区|军分区|集团军)"
_WORK = (
    "(?:工作|任|挂职|锻炼|[^党团]员|长(?:[^沙春治宁江安城期]|$)|书记|主席|干部|干事|秘书|常委|助理|巡视|教师|教授|讲师|医师"
    "|工程师|法官|检察官|警|经理|会计|工人|职工|村官|选调生)"
)


def spells(resumes: pa.Table) -> pa.Table:
    """Spells and remarks of résumés, in the order in which they stand there.

    Args:
        resumes: `cadre_no`, `resume` (text as sent; null and blank ones have no rows).

    Returns:
        A table of the form `SPELL`, a row a line or remark:
        `spell_no` from 1 within a résumé;
        `kind`: `education`, `army`, `work`, or null where the words do not tell;
        `started_on`, `ended_on`: the first day of the month, or of the year where the year stands alone; the end is null
        while it goes on; both are null where nothing can be read;
        `precision`: `month`, or `year` where either end has no month; null without dates;
        `text`: what was done, where;
        `is_within`: a remark within the spell above;
        `raw`: the piece of the résumé, unchanged; together they are the résumé but for line breaks and blank lines between;
        `confidence`: `sure` (dates as in the form, whatever the width and the dash), `likely` (readable, but years alone,
        `..`, 至, no line break before, or what looks like another date in the text), `unread` (no dates: a single date, a
        month 13, an end before its start, a digit too many).
    """
    numbered = pa.table({
        "doc": pa.array(range(len(resumes)), pa.int64()),
        "cadre_no": resumes["cadre_no"].cast(pa.string()),
        "resume": resumes["resume"].cast(pa.string()),
    })  # fmt: skip
    with Scratch(document=numbered) as db:
        for step in (_pieces(), _rows(), _read()):
            db.run(step)
        return db.table(_result()).cast(SPELL)


def _pieces() -> str:
    """The texts cut at every new line, remark and date; `piece` is as sent, `plain` its copy for reading."""
    marked = "part"
    for pattern in (_LINE, _DATED_LINE, _IN_LINE, _YEARS_IN_LINE):
        marked = _marked(marked, pattern)
    return f"""
        create temp table piece as
        with copy as (select doc, {_plain("resume")} as plain from document where resume is not null),
             part as (select doc, unnest(parts) as part, generate_subscripts(parts, 1) as part_no
                      from (select doc, string_split(regexp_replace(plain, {_literal(_BRACKET)},
                                                     '{_CUT}{_REMARK}\\1{_CUT}', 'g'), '{_CUT}') as parts from copy)),
             told as (select doc, part_no, starts_with(part, '{_REMARK}') as in_bracket,
                             ltrim(part, '{_REMARK}') as bare,
                             string_split(case when not in_bracket then {marked}
                                               when {_matches("bare", _DATED_BRACKET)} then {_marked("bare", _IN_BRACKET)}
                                               else bare end, '{_CUT}') as pieces from part),
             piece as (select doc, part_no, in_bracket, unnest(pieces) as plain, generate_subscripts(pieces, 1) as piece_no
                       from told),
             placed as (select *, sum(length(plain)) over (partition by doc order by part_no, piece_no) as until from piece)
        select doc, row_number() over (partition by doc order by part_no, piece_no) as place, in_bracket, plain,
               substring(resume, (until - length(plain) + 1)::bigint, length(plain)) as piece,
               {_matches("plain", _SOMETHING)} as is_something,
               is_something and (in_bracket or {_matches("plain", _UNBRACKETED_REMARK)}) as is_remark,
               is_something and not is_remark and piece_no = 1 and part_no > 1
                   and not {_matches("plain", _OF_ITS_OWN)} as is_rest
        from placed join document using (doc)
        where plain <> ''"""


def _rows() -> str:
    """A row a line or remark. What follows a remark on its line is raw with the remark, and text of the line."""
    return f"""
        create temp table line as
        with kept as (select * from piece where is_something),
             counted as (select *, count_if(not is_rest) over place as row_no,
                                   count_if(not is_rest and not is_remark) over place as line_no
                         from kept window place as (partition by doc order by place)),
             rest as (select doc, line_no, string_agg(piece, '' order by place) as rest
                      from counted where is_rest group by all),
             whole as (select doc, row_no, string_agg(piece, '' order by place) as raw from counted group by all)
        select doc, row_no, is_remark, in_bracket, plain, piece, place = 1 or starts_with(plain, '\n') as begins_line,
               {_lines("raw")} as raw, case when is_remark then '' else coalesce(rest, '') end as rest
        from counted join whole using (doc, row_no) left join rest using (doc, line_no)
        where not is_rest"""


def _read() -> str:
    """The dates at the head of each row, as far as they make sense, and the text behind them."""
    return f"""
        create temp table reading as
        with headed as (select *, regexp_extract(plain, {_literal(_HEAD)}, {_PARTS}) as found from line),
             dated as (select *, plain[length(found.head) + 1:] as tail,
                              try_cast(found.y1 as int) as y1, try_cast(found.m1 as int) as m1,
                              try_cast(found.y2 as int) as y2, try_cast(found.m2 as int) as m2 from headed),
             judged as (select *, found.head <> '' and {_SENSE} as is_read from dated)
        select * exclude (found), found.head as head,
               case when is_read then piece[length(found.head) + 1:]
                    when is_remark then piece[length(regexp_extract(plain, {_literal(f"^{_LEAD}")})) + 1:]
                    else piece end || rest as behind
        from judged"""


# A dash that only words make needs an end; digits without a gap, or after an open end, may be a part of the date.
_SENSE = r"""coalesce(m1, 1) between 1 and 12 and coalesce(m2, 12) between 1 and 12
    and (found.dash like '%-%' or y2 is not null or found.now <> '' or found.until_now <> '')
    and (y2 is null or y1 * 12 + coalesce(m1, 1) <= y2 * 12 + coalesce(m2, 12))
    and not regexp_matches(tail, '^[-./年]')
    and not (is_remark and regexp_matches(tail, '^[ )]*$'))
    and (not regexp_matches(tail, '^\d') or (found.gap <> '' and y2 is not null)
         or (length(found.gap) >= 5 and not regexp_matches(tail, '^(?:19|20)\d\d')))"""


def _result() -> str:
    """The rows of `SPELL`."""
    return f"""
        with worded as (select *, {_text("behind")} as text from reading),
             plainly as (select *, {_plain("text")} as said from worded)
        select cadre_no, row_no as spell_no, {_kind("said")} as kind,
               case when is_read then make_date(y1, coalesce(m1, 1), 1) end as started_on,
               case when is_read then make_date(y2, coalesce(m2, 1), 1) end as ended_on,
               case when is_read then if(m1 is null or (y2 is not null and m2 is null), 'year', 'month') end as precision,
               nullif(text, '') as text, is_remark as is_within, raw,
               case when not is_read then 'unread'
                    when (begins_line or in_bracket) and {_matches("head", _AS_IN_THE_FORM)} and text <> ''
                         and not {_matches("said", _ANOTHER_DATE)} then 'sure'
                    else 'likely' end as confidence
        from plainly join document using (doc)
        order by doc, row_no"""


def _text(behind: str) -> str:
    """One line without spaces at its ends; of a remark also without the bracket that closes it."""
    one_line = f"regexp_replace({behind}, '{_BLANK}*[{_BREAKS}\n]{_BLANK}*', '', 'g')"
    trimmed = f"regexp_replace({one_line}, '^{_BLANK}+|{_BLANK}+$', '', 'g')"
    ended = f"regexp_replace({trimmed}, '(?:{_BLANK}|[;；,，.。、])+$', '')"
    surplus = f"length(regexp_replace({ended}, '[^)）]', '', 'g')) > length(regexp_replace({ended}, '[^(（]', '', 'g'))"
    closed = f"case when {surplus} then regexp_replace({ended}, '[)）]$', '') else {ended} end"
    return f"case when is_remark then {closed} else {trimmed} end"


def _lines(raw: str) -> str:
    """Without what stands before its first line and behind its last."""
    return f"regexp_replace({raw}, '^{_BLANK}*[\n{_BREAKS}]|[\n{_BREAKS}]{_BLANK}*$', '', 'g')"


def _kind(said: str) -> str:
    study, army = f"{_STUDY}{_STUDY_END}", _ARMY
    order = [(_CLAUSE + study, "education"), (_CLAUSE + army, "army"), (_CLAUSE + _WORK, "work"),
             (study, "education"), (army, "army"), (_WORK, "work")]  # fmt: skip
    cases = " ".join(f"when {_matches(said, pattern)} then '{kind}'" for pattern, kind in order)
    return f"case {cases} end"


def _plain(text: str) -> str:
    return f"translate({text}, {_literal(''.join(_PLAIN))}, {_literal(''.join(_PLAIN.values()))})"


def _marked(text: str, pattern: str) -> str:
    return f"regexp_replace({text}, {_literal(pattern)}, '\\1{_CUT}\\2', 'g')"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_matches({text}, {_literal(pattern)})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
