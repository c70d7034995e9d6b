"""A member's pages: sharing, declaring, completing, appealing, consents, one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.browser import Browser, path_of
from tracker.domain.types import Channel
from web.sharing import dialog_url, find_address

if TYPE_CHECKING:
    from tests.web.browser import Shown
    from tests.web.conftest import Office

PASSWORD = "một mật khẩu dài"
POST = "https://www.facebook.com/an.nguyen/posts/pfbid02abcDEF123"
FUTURE = {"kind": "share", "happened_on": "2030-01-01", "url": "https://a.vn/b-c"}


def _share(browser: Browser, office: Office, channel: str = "zalo") -> Shown:
    action = f"/articles/{office.article}/share"
    return browser.submit(browser.get(f"/articles/{office.article}"), action, press=f"channel={channel}")


def _declare(browser: Browser, office: Office) -> Shown:
    return browser.submit(_share(browser, office), "/claims")


def test_a_share_is_three_presses_and_its_link_is_the_same_each_time(office: Office) -> None:
    browser = office.browser("member")
    first, second = _share(browser, office), _share(browser, office)
    assert first.url == second.url
    link = first.soup.select_one("#my-link")
    assert link is not None
    assert "/s/" in link.get_text()
    assert first.soup.select_one("#original-link") is not None
    declared = browser.submit(first, "/claims")
    assert "Đã gửi, chờ duyệt" in declared.words
    assert "Zalo" in declared.words


@pytest.mark.parametrize("channel", list(Channel))
def test_a_share_dialog_is_handed_the_link_and_not_a_word_of_ours(channel: Channel) -> None:
    dialog = dialog_url(channel, "https://lantoa.vn/s/abcdefgh?a=1&b=2")
    if dialog is not None:
        assert dialog.count("=") == 1
        assert dialog.endswith("https%3A%2F%2Flantoa.vn%2Fs%2Fabcdefgh%3Fa%3D1%26b%3D2")


def test_another_members_link_is_not_shown(office: Office) -> None:
    shown = _share(office.browser("member"), office)
    assert office.browser("admin").get(path_of(shown.url)).status == 403
    other = office.browser("member").get(path_of(shown.url).replace("/share/", "/share/a"))
    assert other.status == 404


def test_the_same_share_again_leads_to_the_first_one_and_says_so(office: Office) -> None:
    browser = office.browser("member")
    first, second = _declare(browser, office), _declare(browser, office)
    assert first.url == second.url
    assert "Đồng chí đã khai báo mục này trong tháng" in second.words


def test_where_a_member_stands_is_the_first_thing_they_see(office: Office) -> None:
    office.browser("officer")
    programme = office.browser("officer")
    made = programme.submit(programme.get("/programmes"), "/programmes", name="Mô hình", unit_id=str(office.unit))
    goal = {"who": "each_member", "what": "share", "per": "month", "minimum": "1", "aim": "2"}
    programme.submit(made, path_of(made.url) + "/targets", **goal)
    browser = office.browser("member")
    assert "Tháng 11/2026: 0/2" in browser.get("/").words
    claim = path_of(_declare(browser, office).url)
    officer = office.browser("officer")
    officer.submit(officer.get(claim), f"{claim}/review", press="verdict=accept")
    shown = browser.get("/")
    assert "Tháng 11/2026: 1/2" in shown.words
    assert "Đạt" in shown.words


@pytest.mark.parametrize(
    ("language", "fields", "words"),
    [
        ("vi", {"kind": "share", "url": "https://www.facebook.com/nguyen.an"}, "liên kết trang cá nhân, không phải"),
        ("en", {"kind": "share", "url": "https://www.facebook.com/nguyen.an"}, "the address of a profile, not of"),
        (
            "vi",
            FUTURE,
            "Ngày không được sau hôm nay",
        ),
        ("en", FUTURE, "in the future"),
        ("vi", {"kind": "presentation", "title": "Sách hay"}, "Bài học rút ra: Cần nhập mục này"),
        ("en", {"kind": "presentation", "title": "A book"}, "Lesson drawn: Fill this in"),
        ("vi", {"kind": "share", "happened_on": "32/13/2026"}, "Hãy ghi ngày, ví dụ 05/02/2026"),
        ("vi", {"kind": "share", "reach": "nhiều"}, "Hãy ghi một số nguyên"),
    ],
)
def test_what_is_wrong_with_a_declaration_is_told_beside_the_form_that_stays_filled_in(
    office: Office, language: str, fields: dict[str, str], words: str
) -> None:
    browser = office.browser("member", language)
    shown = browser.post("/claims", fields)
    assert shown.status == 422
    assert words in shown.words
    typed = [v for k, v in fields.items() if k != "kind" and "32" not in v]
    assert all(value in shown.text for value in typed)


def test_an_address_shared_into_the_application_stands_in_the_form(office: Office) -> None:
    browser = office.browser("member")
    shown = browser.get("/claims/new?text=Xem%20n%C3%A0y%20https%3A%2F%2Fnhandan.vn%2Fbai-post123456.html")
    field = shown.form("/claims").select_one("#f-article_url")
    assert field is not None
    assert field["value"] == "https://nhandan.vn/bai-post123456.html"
    post = browser.get("/claims/new?url=https%3A%2F%2Fwww.facebook.com%2Fa%2Fposts%2F12345")
    field = post.form("/claims").select_one("#f-url")
    assert field is not None
    assert field["value"] == "https://www.facebook.com/a/posts/12345"


@pytest.mark.parametrize("text", ["javascript:alert(1)", "không có gì", "", "ftp://a.b/c"])
def test_what_holds_no_address_gives_none(text: str) -> None:
    assert find_address(text) == ""


def test_without_consent_the_notices_come_first_and_then_the_way_goes_on(office: Office) -> None:
    browser = office.browser("member")
    shown = browser.get("/consents")
    assert not [box for box in shown.soup.select("input[type=checkbox]") if box.has_attr("checked")]
    browser.submit(shown, "/consents/conduct/withdraw")
    refused = _declare(browser, office)
    assert path_of(refused.url) == "/consents"
    assert "Cần đồng ý với các thông báo trước" in refused.words
    unticked = browser.submit(refused, "/consents")
    assert unticked.status == 403
    agreed = browser.submit(unticked, "/consents", agree="1")
    assert "Đã ghi nhận sự đồng ý" in agreed.words
    assert "/share/" in agreed.url
    assert "Đã gửi, chờ duyệt" in browser.submit(agreed, "/claims").words


def test_a_returned_declaration_shows_the_officers_words_and_is_completed(office: Office) -> None:
    browser, officer = office.browser("member"), office.browser("officer")
    claim = path_of(_declare(browser, office).url)
    returned = {"reason": "Cần liên kết của bài"}
    officer.submit(officer.get(claim), f"{claim}/review", press="verdict=return", **returned)
    assert "1 mục bị trả lại để bổ sung" in browser.get("/").words
    assert "Ý kiến của cán bộ: Cần liên kết của bài" in browser.get("/claims").words
    form = browser.get(f"{claim}/edit")
    done = browser.submit(form, f"{claim}/edit", url=POST, reach="1.200")
    assert "Chờ duyệt" in done.words, done.words
    assert "1.200" in done.words
    stale = browser.submit(form, f"{claim}/edit", note="muộn")
    assert stale.status == 412
    assert "Đã có người khác sửa mục này" in stale.words


def test_a_rejected_declaration_is_appealed_once_with_a_reason(office: Office) -> None:
    browser, officer = office.browser("member"), office.browser("officer")
    claim = path_of(_declare(browser, office).url)
    officer.submit(officer.get(claim), f"{claim}/review", press="verdict=reject", reason="Không thấy bài")
    shown = browser.get(claim)
    empty = browser.submit(shown, f"{claim}/appeal", reason=" ")
    assert empty.status == 422
    assert "Cần nhập mục này" in empty.words
    assert "Đã gửi đề nghị xem xét lại" in browser.submit(shown, f"{claim}/appeal", reason="Bài vẫn còn").words
    assert f"{claim}/review" not in officer.get(claim).text
    assert "đề nghị xem xét lại quyết định của đồng chí do cán bộ khác" in officer.get("/review").words


def test_a_declaration_is_withdrawn_with_one_button(office: Office) -> None:
    browser = office.browser("member")
    claim = path_of(_declare(browser, office).url)
    done = browser.submit(browser.get(claim), f"{claim}/withdraw")
    assert "Đã rút" in done.words
    assert f"{claim}/withdraw" not in done.text


def test_the_password_is_changed_with_the_present_one_and_other_devices_are_signed_out(office: Office) -> None:
    site = office.site
    account, known = f"/accounts/{office.viewers['member'].account_id}", {"password": PASSWORD}
    site.as_viewer(office.viewers["admin"]).patch(account, json=known, headers={"If-Match": "*"})
    phone, desk = Browser(site), Browser(site)
    for browser in (phone, desk):
        browser.submit(browser.get("/sign-in"), "/sign-in", login="an", password=PASSWORD)
    me = phone.get("/me")
    wrong = phone.submit(me, "/me/password", current="x", new="một mật khẩu khác", again="một mật khẩu khác")
    assert "Đây không phải mật khẩu hiện tại" in wrong.words
    done = phone.submit(me, "/me/password", current=PASSWORD, new="một mật khẩu khác", again="một mật khẩu khác")
    assert "Đã đổi mật khẩu" in done.words
    assert path_of(desk.get("/me").url) == "/sign-in"
    assert phone.get("/me").status == 200


def test_erasure_is_asked_with_a_tick_and_recorded(office: Office) -> None:
    browser = office.browser("member")
    shown = browser.get("/me")
    unsure = browser.submit(shown, "/me/erasure")
    assert "Hãy đánh dấu vào ô để xác nhận" in unsure.words
    assert "Đã ghi nhận yêu cầu xóa dữ liệu" in browser.submit(shown, "/me/erasure", sure="1").words
