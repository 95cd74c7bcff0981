"""The page of figures: what loads came to, what was stopped, and what links were worth against a truth."""

import re
from collections.abc import Iterator

import pytest
from homes import Home
from page_server import Pages, serving

FIGURES = """
insert into ledger.settlement (resource, day, outcome)
select 'land', day, 'loaded' from generate_series(date '2026-06-01', date '2026-06-02', '1 day') as day;
insert into ledger.settlement (resource, day, outcome) values ('court', '2026-06-02', 'loaded');
insert into ledger.feed values ('land', '自然资源局', '不动产', 62, '2026-06-01'), ('court', '人民法院', '案件', 2, '2026-06-01');
insert into ledger.delivery (delivery_id, resource, day, file, sha256, bytes, landing, state, loaded_at)
values ('l1', 'land', '2026-06-01', 'land_20260601.csv', 'a', 1, 'x', 'loaded', now()),
       ('l2', 'land', '2026-06-02', 'land_20260602.csv', 'b', 1, 'x', 'loaded', now()),
       ('c1', 'court', '2026-06-02', 'court_20260602.csv', 'c', 1, 'x', 'loaded', now());
insert into ledger.linking values
    ('l1', 'full_id', 'automatic', 75), ('l1', 'old_id_other_name', 'review', 5), ('l1', 'none', 'nobody', 4321),
    ('l2', 'full_id', 'stopped', 7), ('l2', 'full_id_other_name', 'review', 63), ('c1', 'none', 'nobody', 9);
insert into ledger.linking_stop values ('l2', 'land', '2026-06-02', 'recognised', 0.1, 0.94, 70, null);
insert into ledger.identity_outcome values
    ('2026-06-01', 'land', 'old', 'old_id', 'of other names', true, 'false', false, true, 99),
    ('2026-06-02', 'land', 'full', 'full_id', 'of other names', true, 'right', true, true, 148),
    ('2026-06-02', 'land', 'full', 'full_id', 'of the commonest names', true, 'false', false, true, 2);
insert into ledger.identity_calibration values ('2026-06-02', 'court', 'name_unit', 0.9, 200, 0.95, 188);
insert into ledger.identity_sample values
    ('land', 'full_id', 900, 20, 20, 3, 0, '2026-06-02'), ('land', 'old_id', 100, 20, 10, 0, 10, '2026-06-02'),
    ('court', 'masked_id', 50, 0, 0, 0, 0, '2026-06-02')"""


@pytest.fixture(scope="module")
def pages(shared_home: Home) -> Iterator[Pages]:
    for statement in FIGURES.split(";"):
        shared_home.run(statement)
    with serving(shared_home) as pages:
        pages.admit("engineer", None, "admit_engineer")
        yield pages


def shown(pages: Pages, path: str) -> str:
    answer = pages.get(pages.browser("engineer"), path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_what_loads_came_to(pages: Pages) -> None:
    page = shown(pages, "/identity")
    assert re.search(r"land 2026-06-02 75 7 68 4,321 0% ", page), "linked, stopped, asked, nobody, and the last load's share"
    assert "court 2026-06-02 0 0 0 9 — " in page
    assert "18 位证件号, 自动关联 75" in page


def test_where_linking_is_stopped(pages: Pages) -> None:
    assert "land 2026-06-02 已识别人员中号码与姓名相符的过少 10% 94% 70 已暂停" in shown(pages, "/identity")
    assert "自 2026-06-02 起暂停自动关联" in shown(pages, "/feeds")
    assert "自 2026-06-02 起暂停自动关联" in shown(pages, "/scorecard")
    assert "暂停自动关联" not in shown(pages, "/feeds?day=2026-06-01")


def test_what_links_are_worth(pages: Pages) -> None:
    page = shown(pages, "/identity")
    assert "18 位证件号 150 150 2 98.67% 95.27%–99.63%" in page, "of the last audit alone"
    assert "最常见的二十个姓名 2 2 2 0.00%" in page
    assert "0.9 200 95.00% 94.00% 89.81%–96.53%" in page


def test_what_reviewers_said_of_a_sample(pages: Pages) -> None:
    page = shown(pages, "/identity")
    assert "据 40 条标注估计，全部关联中 95.00% 正确" in page
    assert re.search(r"land 15 位证件号 100 20 50.00% 29.93%–70.07% 0 10 ", page)


def test_it_is_said_in_english_too(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRE_LANGUAGES", "zh,en")
    assert "自 2026-06-02 起暂停自动关联 / Automatic linking is stopped since 2026-06-02" in shown(pages, "/feeds")


def test_whoever_is_nobody_sees_nothing(pages: Pages) -> None:
    assert pages.get(pages.browser("stranger"), "/identity").status_code == 404
