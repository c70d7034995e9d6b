"""Sign-in slips in a real browser, on an office network without https: printed at a desk, opened on a phone.

Over plain http a browser says of a form only its `Origin`, and not even that where a page forbids all referrers.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.browsing import launched
from tests.e2e.outside import PASSWORD, Outside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

HOST = "van-phong.test"  # not loopback, which browsers trust as they do https
PEOPLE = 17  # eight slips fit on a sheet


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser that finds the office's name in its network."""
    with launched(f"--host-resolver-rules=MAP {HOST} 127.0.0.1") as started:
        yield started


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Outside]:
    """Give an installation that is known by a name of the network, with a unit whose members cannot sign in."""
    home = Outside(tmp_path)
    home.base = f"http://{HOST}:{home.port}"
    home.lantoa("migrate").ok()
    home.lantoa("admin", "create", "--login", "quantri", "--password-stdin", told=f"{PASSWORD}\n").ok()
    home.start()
    home.admin = home.sign_in("quantri")
    unit = home.unit()
    for number in range(PEOPLE):
        home.member(unit, full_name=f"Nguyễn Thị Hoa {number}")
    yield home
    said = home.stop()
    home.site.close()
    assert "Traceback" not in said
    assert "/start/" not in said


def _print_slips(page: Page, base: str) -> list[str]:
    """Make the slips of the only unit; give the addresses on them."""
    page.goto(f"{base}/sign-in")
    page.fill("#f-login", "quantri")
    page.fill("#f-password", PASSWORD)
    page.click("button.main")
    page.goto(f"{base}/slips")
    page.select_option("#f-unit", index=1)
    page.click("form[method=get] button")
    page.click("form[method=post][action='/slips'] button")
    return [slip.inner_text() for slip in page.query_selector_all(".slip-link")]


def test_slips_are_printed_whole_and_one_opens_once_on_a_phone_without_script(
    browser: Browser, office: Outside
) -> None:
    desk = browser.new_page(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    addresses = _print_slips(desk, office.base)
    assert len(addresses) == PEOPLE
    sheets = re.findall(rb"/Type\s*/Page\b", desk.pdf(format="A4", prefer_css_page_size=True))
    assert len(sheets) == 3
    desk.emulate_media(media="print")
    breaks = desk.eval_on_selector_all(".slip", "all => all.map(one => getComputedStyle(one).breakInside)")
    assert set(breaks) == {"avoid"}
    assert not desk.locator(".unprinted, .top, .bar, .menu").locator("visible=true").count()

    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN", java_script_enabled=False)
    phone, referrers = context.new_page(), list[str]()
    phone.on("request", lambda request: referrers.append(request.headers.get("referer", "")))
    phone.goto(addresses[3])
    phone.fill("#f-password", "gió đưa cành trúc")
    phone.fill("#f-again", "gió đưa cành trúc")
    phone.click("button.main")
    assert phone.url == f"{office.base}/consents"
    assert [told for told in referrers if "/start/" in told] == []
    used = phone.goto(addresses[3])
    assert used is not None
    assert used.status == 410
    context.close()
    desk.close()
