"""What somebody typed while their session ended stands in the form again once they have signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.browsing import PHONE, opened
from tests.faults.installation import PASSWORD, Installation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Installation]:
    """Give an installation with two administrators."""
    made = Installation(tmp_path)
    made.migrate()
    for login in ("quantri", "khac"):
        made.lantoa("admin", "create", "--login", login, "--password-stdin", told=f"{PASSWORD}\n")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def phone(home: Installation, browser: Browser) -> Iterator[Page]:
    """Give a phone's browser before anybody signs in."""
    window = opened(browser, PHONE, base_url=f"http://127.0.0.1:{home.port}")
    yield window.new_page()
    window.close()


@pytest.fixture
def page(phone: Page) -> Page:
    """Give a browser whose session ended while a directive was typed in, and which was sent to sign in."""
    phone.goto("/sign-in?next=/directives")
    _sign_in(phone, "quantri")
    phone.fill("#f-code", "12-KH/CB")
    phone.fill("#f-issued_on", "2026-02-05")
    phone.fill("#f-abstract", "Nội dung đã gõ lâu")
    phone.context.clear_cookies()
    phone.click("form[method=post][action='/directives'] button")
    phone.wait_for_selector("#f-login")
    return phone


def _sign_in(page: Page, login: str) -> None:
    page.fill("#f-login", login)
    page.fill("#f-password", PASSWORD)
    page.click("main button")
    page.wait_for_selector(".menu .who")


def test_the_form_is_filled_in_again_for_the_same_person_and_sent(page: Page) -> None:
    _sign_in(page, "quantri")
    assert page.input_value("#f-abstract") == "Nội dung đã gõ lâu"
    assert page.input_value("#f-issued_on") == "2026-02-05"
    assert page.locator("[data-kept]").is_visible()
    page.click("form[method=post][action='/directives'] button")
    page.wait_for_selector("text=12-KH/CB")
    page.goto(page.url)
    assert page.input_value("#f-abstract") == ""


def test_nobody_else_is_shown_it(page: Page) -> None:
    _sign_in(page, "khac")
    assert page.input_value("#f-abstract") == ""
    assert page.locator("[data-kept]").is_hidden()
    assert page.evaluate("sessionStorage.length") == 0


def test_of_two_forms_of_one_act_the_one_typed_into_is_filled_in(home: Installation, phone: Page) -> None:
    claim = f"/claims/{home.declare_a_share('quantri')}"
    phone.goto(f"/sign-in?next={claim}")
    _sign_in(phone, "quantri")
    phone.fill("#f-reason", "Xin bổ sung ảnh chụp")
    phone.context.clear_cookies()
    phone.click("button[value=return]")
    phone.wait_for_selector("#f-login")
    _sign_in(phone, "quantri")
    assert phone.input_value("#f-reason") == "Xin bổ sung ảnh chụp"
    assert phone.locator("[data-kept] + form #f-reason").count() == 1
    phone.click("button[value=return]")
    phone.wait_for_selector("text=Xin bổ sung ảnh chụp")
