"""The Review page in a real browser: decided from the keyboard alone, the worst case first, and taken back as it was."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from homes import Home
from page_server import Pages, serving
from playwright.sync_api import Browser, Page, expect
from waiting import fill

sys.path.append(str(Path(__file__).parents[1] / "chain"))
from browser import browser

CASES = 30
SAID = """
select l.resource, l.source_key, l.cadre_no, d.verdict, d.who, d.why
from core.link_decision d join core.link l on l.link_no = d.about order by d.decision_no"""
STANDS = """
select resource, source_key, mention_no, cadre_no, verdict, decided_by, reason
from core.link where known_to is null order by 1, 2, 3, 4"""
WORST = """
select resource, source_key from mart.link_review join core.cadre_now using (cadre_no)
where managed_by = '529902' order by urgency, known_from, resource, source_key limit 1"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def filled(shared_home: Home) -> Iterator[Pages]:
    fill(shared_home, CASES)
    shared_home.run("select core.admit_to('cadre_reviewer', 'li', '529902'), core.admit_to('cadre_reviewer', 'zhou', '529901')")
    shared_home.run("select core.admit_to('cadre_reviewer', 'wu', '529902', 'C001'), core.admit('reader', '529902')")
    with serving(shared_home) as pages:
        yield pages


@pytest.fixture
def pages(filled: Pages) -> Iterator[Pages]:
    """Nobody has decided anything yet."""
    last = filled.home.one("select max(link_no) from core.link")
    yield filled
    # What is append-only can be emptied by a superuser alone who puts the triggers aside.
    filled.home.run(f"""
        set session_replication_role = replica;
        delete from core.link_decision; delete from core.look;
        delete from core.link where link_no > {last}; update core.link set known_to = null""")


@pytest.fixture
def opened(pages: Pages, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open the page as somebody."""
    contexts = []

    def open_as(user: str = "li", **options: Any) -> Page:
        contexts.append(chromium.new_context(extra_http_headers={"x-user": user}, **options))
        page = contexts[-1].new_page()
        page.goto(f"{pages.address}/cadre/review")
        return page

    yield open_as
    for context in contexts:
        context.close()


def key_of(page: Page) -> str:
    return page.locator(".record code").inner_text()


def press(page: Page, keys: str) -> None:
    """Type, and wait for the next page."""
    page.evaluate("document.querySelector('#page').dataset.old = 1")
    for key in keys:
        page.keyboard.press(key)
    expect(page.locator("#page:not([data-old])")).to_be_visible()


def test_the_worst_comes_first(pages: Pages, opened: Callable[..., Page]) -> None:
    (worst,) = pages.home.rows(WORST)
    page = opened()
    assert key_of(page) == worst["source_key"]
    expect(page.locator(".record")).to_contain_text("将产生严重提示")
    expect(page.locator(".count")).to_have_text(f"待核对 {CASES} 件")


@pytest.mark.parametrize(("key", "verdict"), [("s", "same"), ("d", "different"), ("u", "unsure")])
def test_two_keys_decide_and_the_next_case_is_there(pages: Pages, opened: Callable[..., Page], key: str, verdict: str) -> None:
    page = opened()
    before = key_of(page)
    if key == "d" and page.locator(".candidates > li").count() > 1:
        key, verdict = "n", "none"
    reason = page.locator(f".reasons[data-verdict={verdict}] button").first
    expect(reason).to_be_hidden()
    page.keyboard.press(key)
    expect(reason).to_be_visible()
    why = reason.inner_text().removeprefix("1").strip()
    press(page, "1")
    said = pages.home.rows(SAID)
    assert {(row["source_key"], row["verdict"], row["who"], row["why"]) for row in said} == {
        (before, verdict.replace("none", "different"), "li", why)
    }
    assert key_of(page) != before
    expect(page.locator(".count")).to_have_text(f"待核对 {CASES - 1} 件")


def test_words_of_one_s_own_are_a_reason(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened()
    page.keyboard.press("s")
    page.keyboard.press("/")
    page.keyboard.type("本人来函说明 sduzn19")
    press(page, ["Enter"])
    (said,) = pages.home.rows(SAID)
    assert (said["verdict"], said["why"]) == ("same", "本人来函说明 sduzn19")


@pytest.mark.parametrize("reason", ["", "529901198001011234"])
def test_without_a_reason_or_with_a_number_nothing_is_decided(pages: Pages, opened: Callable[..., Page], reason: str) -> None:
    page = opened()
    page.keyboard.press("s")
    page.keyboard.press("/")
    page.keyboard.type(reason)
    press(page, ["Enter"])
    expect(page.locator(".notice")).to_contain_text("理由")
    assert pages.home.rows(SAID) == []


def test_a_digit_picks_who_is_meant(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened()
    while page.locator(".candidates > li").count() < 2:
        press(page, "d1")
    second = json.loads(page.locator("[name=pair]").nth(1).get_attribute("value"))
    press(page, "2s1")
    said = pages.home.rows(SAID)[-1]
    assert [said["source_key"], said["cadre_no"], said["verdict"]] == [second[1], second[3], "same"]


def test_none_of_them_is_a_statement_each(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened()
    while page.locator(".candidates > li").count() < 2:
        press(page, "d1")
    meant, before = page.locator("[name=meant]").count(), len(pages.home.rows(SAID))
    press(page, "n2")
    said = pages.home.rows(SAID)[before:]
    assert [row["verdict"] for row in said] == ["different"] * meant
    press(page, "z")
    assert [row["verdict"] for row in pages.home.rows(SAID)[before + meant :]] == ["undone"] * meant


def test_z_shows_the_case_again_and_all_is_as_before(pages: Pages, opened: Callable[..., Page]) -> None:
    before = pages.home.rows(STANDS)
    page = opened()
    keys = [key_of(page)]
    for typed in ("d1", "s2", "u1"):
        press(page, typed)
        keys.append(key_of(page))
    for key in reversed(keys[:-1]):
        press(page, "z")
        assert key_of(page) == key
    assert pages.home.rows(STANDS) == before
    press(page, "z")
    expect(page.locator(".notice")).to_contain_text("没有可撤回的决定")


def test_alike_cases_are_shown_and_then_decided_each_for_itself(pages: Pages, opened: Callable[..., Page]) -> None:
    before = pages.home.rows(STANDS)
    page = opened()
    press(page, "a")
    boxes = page.locator("[name=pair]")
    number = boxes.count()
    assert number > 3
    assert pages.home.rows(SAID) == []
    boxes.first.uncheck()
    left_out = json.loads(boxes.first.get_attribute("value"))[1]
    alike = [json.loads(box.get_attribute("value")) for box in boxes.all()]
    press(page, "d1")
    said = pages.home.rows(SAID)
    assert len(said) == number - 1
    assert left_out not in {row["source_key"] for row in said}
    assert {(row["resource"], row["source_key"]) for row in said} < {(resource, key) for resource, key, _, _ in alike}
    assert {row["resource"] for row in said} == {alike[0][0]}
    press(page, "z")
    assert pages.home.rows(STANDS) == before


def test_who_looks_is_known_before_anything_is_shown(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened()
    meant = [json.loads(value.get_attribute("value"))[3] for value in page.locator("[name=meant]").all()]
    looks = pages.home.rows("select who, through, cadre_no from core.look order by look_no")
    assert looks == [{"who": "li", "through": "page review", "cadre_no": cadre_no} for cadre_no in meant]
    pages.home.run("revoke insert on core.look from cadre_web")
    try:
        answer = pages.get(pages.browser("li"), "/review")
        assert (answer.status_code, any(cadre_no in answer.text for cadre_no in meant)) == (404, False)
    finally:
        pages.home.run("grant insert (who, why, through, cadre_no, delivery_id, row_no) on core.look to cadre_web")


def test_nobody_is_asked_about_themself_or_a_colleague(pages: Pages) -> None:
    browser = pages.browser("wu")
    near = pages.home.rows("select cadre_no from core.too_near('wu')")
    assert len(near) > 5
    shown = pages.get(browser, "/review").text
    waiting = pages.home.one(
        "select count(distinct source_key) from core.link l where verdict = 'undecided' and known_to is null and not exists ("
        "select from core.link o where o.source_key = l.source_key and o.cadre_no = any(%s) and o.known_to is null)",
        [[row["cadre_no"] for row in near]],
    )
    assert f"待核对 {waiting} 件" in shown
    assert f"另有 {CASES - waiting} 件由其他人员核对" in shown
    assert 0 < waiting < CASES


def test_an_empty_queue_says_so(pages: Pages) -> None:
    assert "没有待您核对的事项" in pages.get(pages.browser("zhou"), "/review").text


@pytest.mark.parametrize("user", ["reader", "nobody"])
@pytest.mark.parametrize("path", ["/review", "/review?again=true"])
def test_nobody_else_has_the_page(pages: Pages, user: str, path: str) -> None:
    assert pages.get(pages.browser(user), path).status_code == 404


def opened_form(pages: Pages, user: str) -> tuple[requests.Session, dict[str, str]]:
    session = pages.browser(user)
    shown = pages.get(session, "/review").text
    found = {name: re.search(f'name="{name}" value="([^"]+)"', shown)[1] for name in ("token", "pair")}
    return session, {name: unescape(value) for name, value in found.items()}


@pytest.mark.parametrize("path", ["decisions", "undo", "alike"])
@pytest.mark.parametrize("change", [{"token": ""}, {"token": "0" * 64}, {"origin": "https://elsewhere.example"}])
def test_a_forged_form_does_nothing(pages: Pages, path: str, change: dict[str, str]) -> None:
    session, form = opened_form(pages, "li")
    if "origin" in change:
        session.headers["Origin"] = change["origin"]
    asked = {"verdict": "same", "why": "so", **form, **{name: value for name, value in change.items() if name == "token"}}
    assert pages.post(session, f"/review/{path}", **asked).status_code == 403
    assert pages.home.rows(SAID) == []


@pytest.mark.parametrize(
    "pair", ["", "{}", "[]", '["court", "K", "1", "C001"]', '["court", "K", 1, "C001"]', "nonsense", "[" * 2000]
)
def test_what_no_form_of_ours_says_is_refused(pages: Pages, pair: str) -> None:
    session, form = opened_form(pages, "li")
    session.headers["HX-Request"] = "true"
    for path in ("decisions", "alike"):
        answer = pages.post(session, f"/review/{path}", verdict="same", why="so", **{**form, "pair": pair})
        assert answer.status_code in (200, 400, 422)
    assert pages.home.rows(SAID) == []


def test_another_region_s_pair_is_refused_though_the_form_says_it(pages: Pages) -> None:
    _, form = opened_form(pages, "li")
    session = pages.browser("zhou")
    session.headers["HX-Request"] = "true"
    pages.get(session, "/review")
    token = re.search('name="token" value="([^"]+)"', pages.get(session, "/review").text)[1]
    answer = pages.post(session, "/review/decisions", verdict="same", why="so", token=token, pair=form["pair"])
    assert "您不是该干部所属地区的核对人员" in answer.text
    assert pages.home.rows(SAID) == []


def test_while_a_resource_is_loaded_it_is_said(pages: Pages) -> None:
    session, form = opened_form(pages, "li")
    session.headers["HX-Request"] = "true"
    with psycopg.connect(pages.home.owner) as loading:
        loading.execute("select pg_advisory_xact_lock(hashtext('cadre load'), hashtext('court'))")
        answer = pages.post(session, "/review/decisions", verdict="same", why="so", **form)
    assert "正在入库" in answer.text
    assert pages.home.rows(SAID) == []


@pytest.mark.parametrize("width", [1500, 400])
def test_it_fits_and_can_be_read_in_english(opened: Callable[..., Page], monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("CADRE_LANGUAGES", "en")
    page = opened(viewport={"width": width, "height": 900})
    expect(page.get_by_role("heading", name="Review")).to_be_visible()
    expect(page.locator(".sentence").first).to_contain_text("Agree: name")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_it_works_without_scripts(pages: Pages, opened: Callable[..., Page]) -> None:
    page = opened(java_script_enabled=False)
    page.locator("[name=verdict][value=same]").check()
    page.locator(".reasons[data-verdict=same] button").first.click()
    (said,) = pages.home.rows(SAID)
    assert (said["verdict"], said["who"]) == ("same", "li")
    expect(page.locator(".count")).to_have_text(f"待核对 {CASES - 1} 件")


def test_nothing_but_our_own_files_is_loaded(pages: Pages) -> None:
    answer = pages.get(pages.browser("li"), "/review")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script>|<style|\sstyle=|\son\w+=|https?://", answer.text)
