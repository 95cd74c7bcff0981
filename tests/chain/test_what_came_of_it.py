"""What the platform made of a city's three days, beside what is really so there."""

from collections import defaultdict

import pytest

from demo.summary import summarise

from .chain import Chain

FILES = ("court", "land", "finance", "audit", "archive", "objective", "declaration", "population")
SNAPSHOTS = (*FILES, "unit", "appointment", "education", "family", "assessment")
DECIDING = {"full_id": 0.99, "legacy_id": 0.99, "hashed_id": 0.99, "masked_id": 0.95}  # and which share at least is linked
KEYLESS = ("population", "environment", "work_safety")  # whose refused rows are told by file and row: a key tells of somebody
WHOLE_ROW = ("key_conflict", "wrong_columns", "undecodable")  # reasons that are no single column's


@pytest.fixture(autouse=True)
def _evening(chain: Chain) -> None:
    chain.go_to(chain.days[-1])


def test_every_day_settled_and_every_delivery_balances(chain: Chain) -> None:
    found = summarise(chain.stack.owner_address, chain.days, chain.rehearsal.expected, [])
    assert found["amiss"] == []
    assert found["balanced"]
    assert sorted(found["resources"]) == sorted(chain.rehearsal.expected)
    assert found["mails"] == len(chain.mails())


def test_each_delivery_ended_as_it_must(chain: Chain, truth) -> None:
    rows = chain.rows("select resource, day::text, file, state, received, duplicate from mart.delivery where purpose = 'daily'")
    # Of the exchange database and the gateway there is one delivery a day, which has the name of a table or a path.
    found = {(r["resource"], r["day"], r["file"] if r["resource"] in FILES else ""): r for r in rows}
    expected = {(t["resource"], t["day"], t["file"] if t["resource"] in FILES else ""): t for t in truth("delivery")}
    # A table that stands as it stood is read all the same.
    came = {place: row["state"] for place, row in found.items() if place in expected or row["state"] != "repeated"}
    assert came == {place: t["outcome"] for place, t in expected.items()}
    snapshots = {place: t for place, t in expected.items() if place[0] in SNAPSHOTS and t["outcome"] == "loaded"}
    counted = {place: (found[place]["received"], found[place]["duplicate"]) for place in snapshots}
    assert counted == {place: (int(t["rows"]), int(t["duplicate"])) for place, t in snapshots.items()}


def test_each_bad_row_is_refused_with_its_reason_and_no_other(chain: Chain, truth) -> None:
    rows = chain.rows(
        "select q.resource, q.day::text, q.file, q.row_no, q.source_key, q.field, q.reason "
        "from mart.quarantine q join mart.delivery d using (delivery_id) where d.state = 'loaded'"
    )
    refused = defaultdict(set)
    for row in rows:
        for place in (("row", row["file"], row["row_no"]), ("key", row["resource"], row["source_key"])):
            refused[(row["day"], *place)].add((row["reason"], row["field"]))
    bad = truth("bad_row")
    for row in bad:
        key = (row["day"], "key", row["resource"], row["source_key"] or None)
        # Only a file has the department's own row numbers; a pull brings other rows too, in another order.
        in_file = (row["day"], "row", row["file"], int(row["row_no"]))
        reasons = refused[in_file if row["resource"] in (*FILES, *KEYLESS) else key]
        fields = {field for reason, field in reasons if reason == row["reason"]}
        assert row["field"] in fields or (fields and row["reason"] in WHOLE_ROW), row
    # A pull begins three days before the last one's end, so that it brings earlier days' bad rows again.
    planted = {(row["resource"], None if row["resource"] in KEYLESS else row["source_key"] or None) for row in bad}
    assert {(row["resource"], row["source_key"]) for row in rows} == planted
    for resource in SNAPSHOTS:
        assert sum(row["resource"] == resource for row in rows) == sum(row["resource"] == resource for row in bad)


def test_no_link_is_false_and_every_true_one_is_made(chain: Chain, truth) -> None:
    mentions = {(row["resource"], row["source_key"], int(row["mention_no"])): row for row in truth("owner")}
    statements = chain.rows("select resource, source_key, mention_no, cadre_no, verdict from core.link where known_to is null")
    said = defaultdict(dict)
    for row in statements:
        said[row["verdict"]][row["resource"], row["source_key"], row["mention_no"]] = row["cadre_no"]
    assert {place: cadre_no for place, cadre_no in said["same"].items() if mentions[place]["cadre_no"] != cadre_no} == {}
    for form, share in DECIDING.items():
        mine = {place for place, row in mentions.items() if is_due(chain, row) and row["form"] == form}
        mine = {place for place in mine if mentions[place]["subject"] != "representative"}
        assert len(mine) > 20, form
        assert len(mine & said["same"].keys()) >= share * len(mine), form
    representatives = {place for place, row in mentions.items() if row["subject"] == "representative"}
    assert representatives & said["undecided"].keys()
    assert not representatives & said["same"].keys()


def is_due(chain: Chain, row: dict[str, str]) -> bool:
    """Whether a mention is about an official and was delivered, in a row that can be read."""
    return bool(row["cadre_no"]) and "" < row["since"] <= chain.days[-1] and row["form"] != "cadre_no"


def test_nothing_about_anybody_else_is_kept(chain: Chain, truth) -> None:
    owners = defaultdict(set)
    for row in truth("owner"):
        owners[row["resource"], row["source_key"]].add(row["cadre_no"])
    kept = {
        (r["resource"], r["source_key"])
        for r in chain.rows("select resource, source_key from core.record where known_to is null")
    }
    spoken_of = {(r["resource"], r["source_key"]) for r in chain.rows("select resource, source_key from core.link")}
    strangers = {place for place in kept if not any(owners[place])}
    assert strangers <= spoken_of  # only who may be an official, and waits for a person to look
    assert len(strangers) < 0.05 * len(owners)


def test_alerts_live_as_foretold(chain: Chain, truth) -> None:
    events = chain.rows(
        "select a.rule, a.cadre_no, a.matter, e.to_state, (e.at at time zone 'Asia/Shanghai')::date::text as day "
        "from core.alert_event e join core.alert a using (alert_no) order by e.event_no"
    )
    foretold = truth("alert")
    wrong = []
    for row in foretold:
        # The matter of a rule that speaks once of a person is that person.
        told = [e for e in events if (e["rule"], e["cadre_no"]) == (row["rule"], row["cadre_no"]) and e["day"] <= row["day"]]
        told = [e for e in told if not row["matter"] or e["matter"] == row["matter"]]
        state = told[-1]["to_state"] if told else "none"
        expected = "new" if row["state"] == "standing" else row["state"]
        if state != expected or (row["state"] == "new" and told[-1]["day"] != row["day"]):
            wrong.append((row, state))
    assert wrong == []
    pairs = {(row["rule"], row["cadre_no"]) for row in foretold}
    assert {(e["rule"], e["cadre_no"]) for e in events} <= pairs
    ended = {row["state"] for row in foretold}
    assert ended == {"new", "standing", "expired", "retracted", "none"}  # a city in which each of them happens
