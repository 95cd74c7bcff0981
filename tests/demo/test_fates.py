"""Which fate an alert or a spell counts as, beside the one that was foretold for it."""

import pytest

from demo.comparison.alerts import compare_alerts
from demo.comparison.spells import compare_spells

RIGHT, MISSING, OTHERWISE = "right", "missing", "otherwise"


def foretold(*days, matter="m", severity="notice"):
    return [
        {"day": day, "rule": "r", "cadre_no": "C1", "matter": matter, "state": state, "severity": severity} for day, state in days
    ]


def events(*days, matter="m", severity="notice"):
    return [
        {"day": day, "rule": "r", "cadre_no": "C1", "matter": matter, "severity": severity, "to_state": state}
        for day, state in days
    ]


def fate(must, lived) -> str:
    count = compare_alerts(must, lived)["r"]
    assert (count["foretold"], count["unexpected"]) == (1, 0)
    return next(name for name in (RIGHT, MISSING, OTHERWISE) if count[name])


STANDS = foretold(("1", "new"), ("2", "standing"), ("3", "standing"))
ENDS = foretold(("1", "new"), ("2", "expired"))


@pytest.mark.parametrize(
    ("must", "lived", "expected"),
    [
        (STANDS, events(("1", "new")), RIGHT),
        (STANDS, events(("1", "new"), ("2", "confirmed")), RIGHT),
        (STANDS, [], MISSING),
        (STANDS, events(("2", "new")), OTHERWISE),
        (STANDS, events(("1", "new"), ("3", "expired")), OTHERWISE),
        (STANDS, events(("1", "new"), severity="serious"), OTHERWISE),
        (ENDS, events(("1", "new"), ("2", "expired"), severity="serious"), RIGHT),
        (ENDS, events(("1", "new"), ("2", "retracted")), OTHERWISE),
        (ENDS, events(("1", "new"), ("3", "expired")), OTHERWISE),
        (ENDS, events(("1", "new"), ("2", "expired"), ("3", "new")), OTHERWISE),
        (ENDS, events(("1", "new")), OTHERWISE),
        (foretold(("1", "new"), matter=""), events(("1", "new"), matter="C1"), RIGHT),
    ],
)
def test_the_fate_of_an_alert(must, lived, expected):
    assert fate(must, lived) == expected


def test_what_nobody_foretold_is_unexpected():
    """That there is none is foretold too."""
    silent = foretold(("1", "none"), matter="")
    assert compare_alerts(silent, []) == {}
    assert compare_alerts(silent, events(("1", "new")))["r"]["unexpected"] == 1
    assert compare_alerts(foretold(("1", "none")), events(("1", "new")))["r"]["unexpected"] == 1
    both = compare_alerts(STANDS, events(("1", "new")) + events(("1", "new"), ("2", "expired"), matter="another"))
    assert both["r"] == {"foretold": 1, "right": 1, "missing": 0, "otherwise": 0, "unexpected": 1}


WAITS = [row | {"state": "none", "if_confirmed": row["state"]} for row in ENDS]


def test_what_may_wait_for_a_person_is_not_raised_or_as_foretold():
    assert compare_alerts(WAITS, []) == {}
    assert fate(WAITS, events(("1", "new"), ("2", "expired"))) == RIGHT
    assert fate(WAITS, events(("1", "new"))) == OTHERWISE
    assert fate(WAITS, events(("2", "new"), ("2", "expired"))) == OTHERWISE


def told(**given):
    row = {
        "cadre_no": "C1",
        "started_on": "2010-03",
        "ended_on": "",
        "kind": "work",
        "text": "青禾县财政局副局长",
        "readable": "yes",
    }
    return row | {"line": "2010.03--  青禾县财政局副局长"} | given


def shown(**given):
    spell = {"cadre_no": "C1", "started_on": "2010-03-01", "ended_on": "", "kind": "work", "text": "青禾县财政局 副局长"}
    return spell | {"raw": "2010.03--  青禾县财政局副局长"} | given


UNDATED = {"started_on": "", "ended_on": ""}


@pytest.mark.parametrize(
    ("row", "spell", "expected"),
    [
        (told(), shown(), "right"),
        (told(started_on="2010"), shown(), "right"),
        (told(), shown(started_on="2010-04-01"), "missing wrong"),
        (told(), shown(ended_on="2012-01-01"), "missing wrong"),
        (told(ended_on="2012-01"), shown(), "missing wrong"),
        (told(), shown(kind="army"), "missing wrong"),
        (told(), shown(text="别的"), "missing wrong"),
        (told(), shown(cadre_no="C2"), "missing wrong"),
        (told(), shown(**UNDATED), "unread"),
        (told(readable="no", **UNDATED), shown(**UNDATED), "unread"),
        (told(readable="no", **UNDATED), shown(), "missing wrong"),
        (told(readable="no", **UNDATED), shown(raw="别的", **UNDATED), "missing"),
    ],
)
def test_the_fate_of_a_spell(row, spell, expected):
    counts = compare_spells([row], [spell])
    assert counts == dict.fromkeys(counts, 0) | {"spells": 1} | dict.fromkeys(expected.split(), 1)


def test_a_spell_serves_one_line_of_a_resume():
    counts = compare_spells([told(), told()], [shown()])
    assert (counts["right"], counts["missing"]) == (1, 1)
