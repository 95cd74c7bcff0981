"""The Feeds page over two months of all resources: what it says, to whom, and how soon."""

import re
import time
from collections.abc import Iterator
from statistics import median

import pytest
from homes import Home
from page_server import Pages, serving

from cadre_cloud import contracts

RESOURCES = len(contracts.paths())
LAST = "2026-06-30"
WITHIN = 0.3  # seconds of the server's own; on a machine three times slower still less than what a reader would call slow
TIMES_SLOWER = 3

# A snapshot a day and resource, each with what a suite and a quarantine leave behind.
MONTHS = """
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, landed_at, state, received, accepted,
                             quarantined, duplicate, unchanged, changed, mentions, linked, review, nobody, loaded_at, identity)
select resource || '-' || to_char(day, 'YYYYMMDD'), resource, day, resource || '.csv', resource || day, 1000, 'x',
       day + time '05:40', 'loaded', 1000, 985, 10, 5, 900, 85, 85, 60, 5, 20, day + time '06:00',
       '{"full_id": 45, "masked_id": 15}'
from unnest(%(resources)s::text[]) as resource,
     generate_series(%(last)s::date - 59, %(last)s::date, '1 day') as d (t), lateral (select t::date as day) as day;
insert into ledger.settlement (resource, day, extracted_at, loaded_at, outcome, settled_at, roster_day)
select resource, day, now(), now(), 'loaded', now(), day from ledger.delivery;
insert into ledger.quality
select delivery_id, n, 'expect_column_values_to_not_be_null', 'x', 'warning', true, null, 0.01, '{"column": "x", "mostly": 0.9}'
from ledger.delivery, generate_series(1, 8) n;
insert into ledger.quarantine
select delivery_id, n, null, 'case_type', 'unknown_code', '第' || n || '行不在代码表中'
from ledger.delivery, generate_series(1, 10) n"""

# On the last day one is held for its columns, one did not come, one refuses more than usual, one warns, and one was rejected.
THE_DAY = """
update ledger.delivery set state = 'held', reason = 'missing_column', message = '缺少约定的列：b0150', received = 0, accepted = 0,
    quarantined = 0, duplicate = 0, unchanged = 0, changed = 0, mentions = 0, linked = 0, review = 0, nobody = 0, identity = '{}',
    drift = '{"missing": ["b0150"], "new": ["zhishu"], "renamed": {"b0150": "zhishu"}}' where delivery_id = 'unit-20260630';
update ledger.settlement set outcome = 'held', message = '缺少约定的列：b0150' where resource = 'unit' and day = '2026-06-30';
delete from ledger.quality where delivery_id in ('land-20260630', 'unit-20260630');
delete from ledger.quarantine where delivery_id in ('land-20260630', 'unit-20260630');
delete from ledger.delivery where delivery_id = 'land-20260630';
delete from ledger.settlement where resource = 'land' and day = '2026-06-30';
update ledger.delivery set accepted = 700, quarantined = 295, unchanged = 615 where delivery_id = 'court-20260630';
update ledger.delivery set state = 'rejected', message = '已人工决定不采用' where delivery_id = 'family-20260630';
update ledger.settlement set outcome = 'held', message = '已人工决定不采用' where resource = 'family' and day = '2026-06-30';
update ledger.quality set success = false, unexpected_share = 0.2 where delivery_id = 'taxation-20260630' and position = 1"""


@pytest.fixture(scope="module")
def pages(shared_home: Home) -> Iterator[Pages]:
    asked = {"resources": [contract.resource for contract in contracts.expected()], "last": LAST}
    for statement in [*MONTHS.split(";"), *THE_DAY.replace("%", "%%").split(";")]:
        shared_home.run(statement, asked)
    shared_home.run("analyze")
    with serving(shared_home) as pages:
        pages.admit("reader", "529902")
        pages.admit("engineer", None, "admit_engineer")
        yield pages


def text(pages: Pages, path: str, user: str = "reader") -> str:
    answer = pages.get(pages.browser(user), path)
    assert answer.status_code == 200
    return answer.text


def row(shown: str, resource: str) -> str:
    return re.sub(r"\s+", " ", shown.partition(f'id="feed-{resource}"')[2].partition("</tr>")[0])


def test_what_wants_a_look_stands_first_and_says_why(pages: Pages) -> None:
    shown = text(pages, "/feeds")
    assert re.findall(r'id="feed-(\w+)"', shown)[:4] == ["unit", "land", "court", "taxation"]
    assert LAST in shown
    assert f"{RESOURCES} 个资源中有 4 个需要查看" in shown
    assert ("暂停入库" in row(shown, "unit"), "缺少约定的列" in row(shown, "unit")) == (True, True)
    assert "未到" in row(shown, "land")
    assert "29.5% 的行未通过，平时为 1.0%" in row(shown, "court")
    assert "1 项质量期望未达到" in row(shown, "taxation")
    assert ('class="mark quiet"' in row(shown, "family"), "不采用" in row(shown, "family")) == (True, True)  # decided
    assert "18 位证件号 75%" in re.sub("<.*?>", "", row(shown, "audit"))


def test_a_healthy_day(pages: Pages) -> None:
    shown = text(pages, "/feeds?day=2026-06-29")
    assert f"{RESOURCES} 个资源均无需处理" in shown
    assert row(shown, "court").count("1,000") == 1


def test_a_day_without_anything(pages: Pages) -> None:
    assert "逾期" in row(text(pages, "/feeds?day=2027-01-01"), "unit")
    assert text(pages, "/feeds?day=2020-01-01").count("未到") >= RESOURCES


def test_what_is_not_there(pages: Pages) -> None:
    browser = pages.browser("reader")
    for path in ("/feeds?day=x", "/feeds?day=2026-02-30", "/feeds/none", "/feeds/%00", "/deliveries/none", "/deliveries/%00",
                 "/deliveries/..%2f..%2fetc", "/deliveries/" + "a" * 5000):  # fmt: skip
        assert pages.get(browser, path).status_code == 404


def test_whom_nobody_admitted(pages: Pages) -> None:
    for path in ("/feeds", "/feeds/court", "/deliveries/court-20260630"):
        assert pages.get(pages.browser("somebody"), path).status_code == 404


def test_one_resource(pages: Pages) -> None:
    shown = text(pages, "/feeds/court")
    assert shown.count('href="/cadre/deliveries/court-') == 30
    assert "data-history=" in shown


def test_a_delivery_that_drifted(pages: Pages) -> None:
    shown = text(pages, "/deliveries/unit-20260630")
    assert "“b0150”消失，“zhishu”出现：很可能是同一列" in shown
    assert "列改名" in shown
    assert "账目平衡" not in shown


def test_a_delivery_that_balances(pages: Pages) -> None:
    shown = re.sub(r"\s+", " ", text(pages, "/deliveries/court-20260629"))
    assert "1,000 = 985 + 10 + 5; 985 = 85 + 900; 85 = 60 + 5 + 20" in shown
    assert "未知代码" in shown
    assert "至少 90% 的行" in shown


def test_rows_that_cannot_be_read_by_their_type_tell_a_retyped_column(pages: Pages) -> None:
    pages.home.run(
        "insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, reason, received) "
        "values ('court-retyped', 'court', '2026-05-01', 'a', 'b', 1, 'x', 'held', 'expectation', 15)"
    )
    pages.home.run(
        "insert into ledger.quarantine "
        "select 'court-retyped', n, null, 'amount', 'not_a_number', '第' from generate_series(1, 10) n"
    )
    assert "列类型变化" in text(pages, "/deliveries/court-retyped")


def test_nothing_but_our_own_files_is_loaded(pages: Pages) -> None:
    browser = pages.browser("reader")
    for path in ("/feeds", "/feeds/court", "/deliveries/court-20260630"):
        answer = pages.get(browser, path)
        policy = answer.headers["Content-Security-Policy"]
        assert ("default-src 'none'" in policy, "unsafe" in policy) == (True, False)
        files = re.findall(r'(?:src|href|data-echarts)="([^"]*\.(?:js|css))"', answer.text)
        assert len(files) == 4
        for file in files:
            assert file.startswith("/cadre/static/")
            assert pages.get(browser, file.removeprefix("/cadre")).status_code == 200
        assert not re.search(r"<script>|<style|\sstyle=|\son\w+=|https?://", answer.text)


def test_it_is_quick(pages: Pages) -> None:
    browser = pages.browser("engineer")
    for path in ("/feeds", "/feeds/court", "/deliveries/court-20260629"):
        pages.get(browser, path)
        took = []
        for _ in range(7):
            begin = time.perf_counter()
            pages.get(browser, path)
            took.append(time.perf_counter() - begin)
        print(path, f"{1000 * median(took):.0f} ms")
        assert median(took) < TIMES_SLOWER * WITHIN
