"""Setting up, signing in and out, the language, and where `next` may lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.application import BASE_URL
from tests.web.browser import FORM, Browser, path_of
from tracker.services import accounts
from web.addresses import safe_next

if TYPE_CHECKING:
    from tests.application import Api
    from tests.web.browser import Shown
    from tests.web.conftest import Office

PASSWORD = "một mật khẩu dài"


def _set_up(site: Api) -> Browser:
    token = accounts.make_setup_link(site.db, now=site.clock())
    browser = Browser(site)
    shown = browser.get(f"/setup/{token}")
    done = browser.submit(shown, f"/setup/{token}", login="quantri", password=PASSWORD, again=PASSWORD)
    assert done.status == 200, done.words
    assert path_of(done.url) == "/"
    return browser


def test_the_one_time_link_makes_the_first_administrator_who_is_signed_in_and_sees_what_to_do(site: Api) -> None:
    browser = _set_up(site)
    shown = browser.get("/")
    assert "Các bước thiết lập" in shown.words
    assert "Nhập các tổ chức đảng" in shown.words


def test_a_used_or_wrong_set_up_link_says_so_in_words(site: Api) -> None:
    wrong = Browser(site).get("/setup/abc")
    assert (wrong.status, "Liên kết thiết lập không hợp lệ" in wrong.words) == (404, True)
    _set_up(site)
    used = Browser(site).get("/setup/abc")
    assert (used.status, "Hệ thống đã được thiết lập" in used.words) == (410, True)


def test_the_set_up_form_stays_filled_in_and_tells_what_is_wrong(site: Api) -> None:
    token = accounts.make_setup_link(site.db, now=site.clock())
    browser = Browser(site)
    shown = browser.get(f"/setup/{token}")
    again = browser.submit(shown, f"/setup/{token}", login="quantri", password="12345678", again="12345679")
    assert again.status == 422
    assert "Hai mật khẩu không giống nhau" in again.words
    weak = browser.submit(again, f"/setup/{token}", login="quantri", password="12345678", again="12345678")
    assert "Mật khẩu quá ngắn hoặc quá phổ biến" in weak.words
    assert 'value="quantri"' in weak.text
    assert "12345678" not in weak.text


def test_a_new_installation_says_how_it_is_set_up(site: Api) -> None:
    shown = Browser(site).get("/")
    assert path_of(shown.url) == "/sign-in"
    assert "Hệ thống chưa được thiết lập" in shown.words


def _sent_after_the_session_ended(office: Office, shown_at: str) -> Shown:
    """Send a form of a page, shown at an address, once the session has ended."""
    browser = office.browser("officer")
    csrf = str(browser.get("/directives").form("/directives").select("input[name=csrf]")[0]["value"])
    browser.cookies.pop("lantoa_session")
    headers = {"Content-Type": FORM, "Referer": f"{BASE_URL}{shown_at}"}
    return browser.request("POST", "/directives", content=f"csrf={csrf}&code=1".encode(), headers=headers)


def test_who_sends_a_form_after_the_session_ended_comes_back_to_it(office: Office) -> None:
    said = _sent_after_the_session_ended(office, "/directives")
    assert said.url.endswith("/sign-in?next=%2Fdirectives")
    assert said.soup.select_one(".said.bad")
    assert "Phiên làm việc đã hết hạn" in said.words


def test_who_sends_a_refused_form_after_the_session_ended_is_not_led_to_where_nothing_can_be_asked(
    office: Office,
) -> None:
    said = _sent_after_the_session_ended(office, f"/members/{office.member}/absences")
    assert said.url.endswith("/sign-in")


def test_who_signs_in_comes_to_the_page_they_wanted(site: Api) -> None:
    _set_up(site)
    browser = Browser(site)
    asked = browser.get("/articles?q=đất")
    assert path_of(asked.url) == "/sign-in"
    shown = browser.submit(asked, "/sign-in", login="quantri", password=PASSWORD)
    assert path_of(shown.url) == "/articles"
    assert 'value="đất"' in shown.text


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Tên đăng nhập hoặc mật khẩu không đúng"), ("en", "Wrong user name or password")]
)
def test_a_wrong_password_is_told_in_the_readers_language(site: Api, language: str, words: str) -> None:
    _set_up(site)
    browser = Browser(site, language)
    refused = browser.submit(browser.get("/sign-in"), "/sign-in", login="quantri", password="x")
    assert refused.status == 401
    assert words in refused.words


def test_signing_out_ends_the_session_at_once_and_the_cookie_is_worth_nothing(site: Api) -> None:
    browser = _set_up(site)
    kept = dict(browser.cookies)
    shown = browser.submit(browser.get("/"), "/sign-out")
    assert "Đồng chí đã đăng xuất" in shown.words
    replayed = Browser(site, cookies=kept)
    assert path_of(replayed.get("/").url) == "/sign-in"


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(site: Api) -> None:
    _set_up(site)
    fields = {"login": "quantri", "password": PASSWORD, "next": "/"}
    answer = Browser(site).post("/sign-in", fields, follow=False)
    cookie = answer.headers["set-cookie"].lower()
    assert answer.status == 303
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/"))


@pytest.mark.parametrize(
    "wanted",
    [
        *("//evil.example", "/\\evil.example", "https:evil.example", "https://evil.example/", "\t//evil.example"),
        *("/%09//evil".replace("%09", "\t"), "javascript:alert(1)", "/\x00//evil", "evil", "", "/sign-out"),
        *("/lang/en?next=//evil", "///evil", "/" + "a" * 3000),
    ],
)
def test_next_leads_to_our_own_pages_only(wanted: str) -> None:
    assert safe_next(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/articles?q=%C4%91%E1%BA%A5t&topic=a+b", "/claims/new?url=https%3A%2F%2Fx.vn%2Fa"])
def test_next_keeps_a_page_of_ours_with_its_query(wanted: str) -> None:
    assert safe_next(wanted) == wanted


def test_the_language_is_chosen_with_a_link_and_kept(office: Office) -> None:
    browser = office.browser("member")
    assert 'lang="vi"' in browser.get("/articles").text
    switched = browser.get("/lang/en?next=/articles")
    assert path_of(switched.url) == "/articles"
    assert "Latest news" in browser.get("/").words
    assert browser.get("/lang/de").status == 404
    assert path_of(browser.get("/lang/vi?next=//evil.example").url) == "/"
