"""Only our own pages change anything: by what a browser says of itself, or by the form's token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.application import BASE_URL
from tests.web.browser import FORM

if TYPE_CHECKING:
    from tests.web.conftest import Office


def _rename(office: Office, headers: dict[str, str], content: bytes, kind: str = FORM) -> int:
    browser = office.browser("admin")
    browser.says_origin = False
    more = {"content": content, "headers": {"Content-Type": kind, **headers}}
    return browser.request("POST", f"/feeds/{office.feed}/fetch", follow=False, **more).status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {},
    ],
)
@pytest.mark.parametrize("kind", [FORM, "text/plain", "multipart/form-data; boundary=x"])
def test_a_change_from_elsewhere_is_refused_with_a_page(office: Office, headers: dict[str, str], kind: str) -> None:
    assert _rename(office, headers, b"", kind) == 403


def test_the_refusal_says_in_words_what_to_do(office: Office) -> None:
    browser = office.browser("admin")
    headers = {"Origin": "https://evil.example", "Content-Type": FORM}
    shown = browser.request("POST", "/units", content=b"", headers=headers | {"Sec-Fetch-Site": "cross-site"})
    assert shown.status == 403
    assert "Yêu cầu đến từ trang khác nên bị từ chối" in shown.words


def test_an_old_browser_that_tells_no_origin_uses_the_forms_token(office: Office) -> None:
    browser = office.browser("admin")
    browser.says_origin = False
    shown = browser.submit(browser.get("/units"), "/units", name="Chi bộ 2", code="CB2")
    assert shown.status == 200, shown.words
    assert "Chi bộ 2" in shown.words


def test_the_token_of_another_session_is_worth_nothing(office: Office) -> None:
    browser, other = office.browser("admin"), office.browser("admin")
    browser.says_origin = False
    stolen = other.get("/units").form("/units").select_one("input[name=csrf]")
    assert stolen is not None
    fields = {"name": "Chi bộ 2", "code": "CB2", "csrf": str(stolen["value"])}
    assert browser.post("/units", fields).status == 403


def test_a_form_without_token_or_too_long_to_be_ours_is_refused(office: Office) -> None:
    assert _rename(office, {}, b"csrf=") == 403
    assert _rename(office, {}, b"csrf=" + b"x" * (1 << 20)) == 403


@pytest.mark.thorough
def test_every_form_that_changes_something_carries_the_token(office: Office) -> None:
    browser = office.browser("admin")
    for path in ("/", "/units", "/members", "/feeds", "/accounts", "/imports", "/programmes", "/me"):
        for form in browser.get(path).soup.select("form[method=post]"):
            field = form.select_one("input[name=csrf]")
            assert field is not None
            assert len(str(field["value"])) == 64
