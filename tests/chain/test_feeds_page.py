"""The Feeds page as a data engineer has it in the morning: in a real browser, inside Airflow and by itself."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.places import CLONE

from .browser import browser as a_browser
from .chain import Chain
from .test_pages import signed_in

HELD = "select delivery_id from ledger.delivery where resource = %s and state = 'held' and day = %s"
PICTURES = CLONE / "var" / "screenshots"
SOON = 60_000.0  # ms, for what Airflow has to do meanwhile
Open = Callable[..., Page]


@pytest.fixture(scope="module", autouse=True)
def evening(chain: Chain) -> Iterator[None]:
    """The evening of the last day, on which the court sent a third of its rows and the units' table has a column renamed."""
    chain.go_to(chain.days[-1])
    with chain.disturbed():
        yield


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        yield browser


@pytest.fixture
def opened(chain: Chain, browser: Browser) -> Iterator[Open]:
    """Open a page as somebody, and have nothing amiss with it in the end, nor anything loaded from elsewhere."""
    amiss: list[str] = []
    contexts: list[Any] = []

    def note(request: Any) -> None:
        if not request.url.startswith((chain.stack.api.address, "data:", "blob:")):
            amiss.append(request.url)

    def open_page(path: str, user: str = "admin", **options: Any) -> Page:
        context = browser.new_context(locale="zh-CN", **options)
        contexts.append(context)
        token = signed_in(chain, user).cookies["_token"]
        context.add_cookies([{"name": "_token", "value": token, "url": chain.stack.api.address}])
        page = context.new_page()
        page.on("request", note)
        page.on("pageerror", lambda error: amiss.append(str(error)))
        page.on("console", lambda said: amiss.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto(f"{chain.stack.api.address}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert amiss == []


def picture(page: Page, name: str) -> None:
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    assert path.stat().st_size > 10_000  # something is on it


def held(chain: Chain, resource: str) -> str:
    return chain.rows(HELD, [resource, chain.days[-1]])[0]["delivery_id"]


def test_it_stands_in_airflow_s_navigation(opened: Open) -> None:
    page = opened("/", viewport={"width": 1600, "height": 900})
    page.get_by_role("link", name="Feeds").click(timeout=SOON)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="数据接入")).to_be_visible(timeout=SOON)
    expect(frame.locator("tbody tr").first).to_contain_text("暂停入库")
    picture(page, "airflow")


def test_another_day_and_a_resource_come_without_a_reload(chain: Chain, opened: Open) -> None:
    page = opened("/cadre/feeds")
    expect(page.locator("tr.act")).to_have_count(2)
    page.evaluate("window.same = true")
    page.get_by_title("前一天").click()
    expect(page.locator(".summary")).to_contain_text(chain.days[-2])
    assert page.url.endswith(f"?day={chain.days[-2]}")
    page.get_by_label("业务日").last.fill(chain.days[-1])
    page.get_by_role("button", name="查看").click()
    expect(page.locator(".summary")).to_contain_text(chain.days[-1])
    picture(page, "feeds")
    page.get_by_role("link", name="court").click()
    expect(page.locator(".chart canvas")).to_be_visible()
    shades = page.locator(".chart canvas").evaluate(
        "it => new Set(it.getContext('2d').getImageData(0, 0, it.width, it.height).data).size"
    )
    assert shades > 20
    assert page.evaluate("window.same")
    picture(page, "resource")
    page.go_back()
    expect(page.locator("tr.act")).to_have_count(2)


def test_it_can_be_read_on_a_telephone(opened: Open) -> None:
    page = opened("/cadre/feeds", viewport={"width": 390, "height": 800})
    expect(page.locator("tr.act").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, "narrow")


def test_a_renamed_column_is_named_with_its_partner(chain: Chain, opened: Open) -> None:
    page = opened(f"/cadre/deliveries/{held(chain, 'unit')}")
    expect(page.locator(".drift")).to_contain_text("列改名")
    expect(page.get_by_role("button", name="本次采用")).to_have_count(0)  # what cannot be read is not accepted
    picture(page, "drift")


def test_a_held_delivery_is_accepted(chain: Chain, opened: Open) -> None:
    delivery_id = held(chain, "court")
    looked_on = opened(f"/cadre/deliveries/{delivery_id}", "supervisor")
    expect(looked_on.get_by_role("button")).to_have_count(0)
    page = opened(f"/cadre/deliveries/{delivery_id}")
    expect(page.locator("tr.act")).to_contain_text("行数")
    picture(page, "delivery")
    accept = page.locator("form", has=page.get_by_role("button", name="本次采用"))
    accept.get_by_label("理由").fill("法院来函说明已归档")
    accept.get_by_role("button").click()
    expect(page.locator(".decide")).to_contain_text("等待执行")
    expect(page.locator(".decide")).to_contain_text("已执行", timeout=2 * SOON)
    expect(page.locator(".summary")).to_contain_text("已入库")
    expect(page.locator(".balance")).to_contain_text("账目平衡")
    picture(page, "accepted")
    acts = chain.rows("select who, why, kind from ledger.act where delivery_id = %s", [delivery_id])
    assert [tuple(act.values()) for act in acts] == [("admin", "法院来函说明已归档", "accepted")]
