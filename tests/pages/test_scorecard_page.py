"""The scorecard: what a month's page, figures and letter say, and that they hold nothing about a person."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from homes import Home
from page_server import Pages, serving

MONTHS = """
insert into ledger.feed values
    ('court', '人民法院', '失信被执行人与涉诉信息', 2, '2026-05-28'),
    ('land', '自然资源局', '不动产', 62, '2026-05-28'), ('procuratorate', '人民检察院', '案件', 2, '2026-05-28');
insert into ledger.settlement (resource, day, outcome)
select resource, day, 'nothing' from unnest(array['court', 'land', 'procuratorate']) as resource,
       generate_series(date '2026-05-28', date '2026-06-10', '1 day') as day;
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, message, received, accepted,
                             quarantined, unchanged, changed, mentions, linked, review, nobody, identity)
values ('c1', 'court', '2026-06-01', 'court_20260601.csv', 'a', 1, 'x', 'loaded', null, 2000, 1950, 50, 1900, 50, 50, 30, 10, 10,
        '{"full_id": 20, "masked_id": 10}'),
       ('c2', 'court', '2026-06-02', 'court_20260602.csv', 'b', 1, 'x', 'held', '缺少约定的列：AH（case_no）', 0, 0, 0, 0, 0,
        0, 0, 0, 0, '{}'),
       ('p1', 'procuratorate', '2026-06-03', 'changes', 'c', 1, 'x', 'loaded', null, 20, 18, 2, 0, 18, 18, 0, 0, 18, '{}'),
       ('l1', 'land', '2026-06-03', 'land_20260603.csv', 'd', 1, 'x', 'loaded', null, 9, 9, 0, 9, 0, 0, 0, 0, 0, '{}');
insert into ledger.quarantine
select 'c1', 100 + n, '(2026)云01执5号|王守诚|' || n, 'id_number', 'bad_check_digit', 'court 第行' from generate_series(1, 45) n;
insert into ledger.quarantine select 'c1', n, null, '', 'wrong_columns', 'court 第行' from generate_series(1, 5) n;
insert into ledger.quarantine
select 'p1', n, '王守诚的案号', 'stage', 'unknown_code', 'procuratorate 第行' from generate_series(1, 2) n"""
LETTER = "/scorecard/letter?department={}&month=2026-06"


@pytest.fixture(scope="module")
def pages(shared_home: Home) -> Iterator[Pages]:
    for statement in MONTHS.split(";"):
        shared_home.run(statement)
    with serving(shared_home) as pages:
        pages.admit("engineer", None, "admit_engineer")
        yield pages


def shown(pages: Pages, path: str) -> str:
    answer = pages.get(pages.browser("engineer"), path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_last_settled_month_is_shown_by_department(pages: Pages) -> None:
    page = shown(pages, "/scorecard")
    assert "2026-06, 已结算至 2026-06-10" in page
    assert re.findall(r"(\S+) 反馈函 CSV", page) == ["人民检察院", "人民法院", "自然资源局"]
    assert "court 失信被执行人与涉诉信息" in page
    assert "校验位不符 45" in page
    assert shown(pages, "/scorecard?month=2026-05").count("2026-05-31") == 1
    assert "本月尚无已结算的日子" in shown(pages, "/scorecard?month=2020-01")


def test_a_letter_names_what_to_mend_and_where_it_stands(pages: Pages) -> None:
    letter = shown(pages, LETTER.format("人民法院"))
    assert "缺少约定的列：AH（case_no）" in letter
    assert "court_20260601.csv第101行、court_20260601.csv第102行、court_20260601.csv第103行" in letter
    assert "校验位不符，共45行" in letter
    assert "整行列数与表头不符，共5行" in letter
    assert "10人次" in letter
    assert "18 位证件号 50%，掩码证件号 25%" in letter


def test_of_a_gateway_the_day_says_where_a_row_stands(pages: Pages) -> None:
    letter = shown(pages, LETTER.format("人民检察院"))
    assert "“BLJD”" in letter and "06-03交付第1行、06-03交付第2行" in letter


def test_nothing_to_mend_is_said(pages: Pages) -> None:
    assert "本月没有需要核改的事项" in shown(pages, LETTER.format("自然资源局"))


def test_nothing_that_is_sent_holds_a_key(pages: Pages) -> None:
    for department in ("人民法院", "人民检察院"):
        for path in (LETTER.format(department), f"/scorecard.csv?department={department}&month=2026-06"):
            answer = pages.get(pages.browser("engineer"), path)
            assert answer.status_code == 200
            assert "王守诚" not in answer.content.decode("utf-8-sig")
            assert "执5号" not in answer.content.decode("utf-8-sig")


def test_the_figures_are_lines_for_a_spreadsheet(pages: Pages) -> None:
    answer = pages.get(pages.browser("engineer"), "/scorecard.csv?department=人民法院&month=2026-06")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["月份", "资源", "名称", "指标", "列", "原因", "数量"]
    assert ["2026-06", "court", "失信被执行人与涉诉信息", "未能入库", "", "", "1"] in lines
    assert [line[5:] for line in lines if line[3] == "隔离" and line[5]] == [["校验位不符", "45"], ["列数与表头不符", "5"]]


@pytest.mark.parametrize("path", [
    "/scorecard?month=June", "/scorecard/letter?department=无此局&month=2026-06",
    "/scorecard.csv?department=人民法院&month=2019-01",
])  # fmt: skip
def test_what_is_not_there_is_not_found(pages: Pages, path: str) -> None:
    assert pages.get(pages.browser("engineer"), path).status_code == 404


@pytest.mark.parametrize("path", [
    "/scorecard", LETTER.format("人民法院"), "/scorecard.csv?department=人民法院&month=2026-06",
])  # fmt: skip
def test_who_was_not_admitted_sees_nothing(pages: Pages, path: str) -> None:
    assert pages.get(pages.browser("stranger"), path).status_code == 404
