"""All posts of units' pages and groups on one page, and a spreadsheet of them taken in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.web.browser import Browser, Shown
    from tests.web.conftest import Office

HEAD = "Ngày đăng,Trang/nhóm (*),Trang nhóm,Mạng xã hội,Mã đơn vị,Link bài đăng,Tiêu đề\n"
GOOD = "05/01/2026,,Nhóm Thanh niên,Facebook,CB1,https://www.facebook.com/groups/tn/posts/12,Tin một\n"
BAD = "06/01/2026,,Nhóm khác,Facebook,CB9,https://www.facebook.com/groups/tn/posts/13,Tin hai\n"


@pytest.fixture
def officer(office: Office) -> Browser:
    return office.browser("officer")


def send(browser: Browser, text: str, act: str, page: Shown | None = None) -> Shown:
    page = page or browser.get("/channel-posts")
    hidden = page.form("/channel-posts").select("input[type=hidden]") if page.status != 403 else []
    fields = {str(field["name"]): str(field["value"]) for field in hidden} | {"act": act}
    files = {"file": ("bai.csv", text.encode()) if text else ("", b"")}
    return browser.request("POST", "/channel-posts", data=fields, files=files)


def test_a_sheet_is_looked_at_first_above_the_list_and_then_taken_in(officer: Browser) -> None:
    looked = send(officer, HEAD + GOOD, "look")
    assert looked.status == 200
    assert "1 trang, nhóm được thêm vào sổ cùng tệp này: Nhóm Thanh niên" in looked.words
    assert looked.words.index("Kết quả nếu áp dụng tệp") < looked.words.index("0 bài đăng")
    done = send(officer, "", "apply", looked)
    assert "Đã nhập: 1 mới, 0 thay đổi, 0 giữ nguyên" in done.words
    assert "trên 1 trang, nhóm" in done.words
    assert "Nhóm Thanh niên" in officer.get("/channels?only=group").words
    assert "Đã nhập: 0 mới, 0 thay đổi, 1 giữ nguyên" in send(officer, HEAD + GOOD, "apply").words


def test_a_sheet_with_a_wrong_row_is_left_unless_the_sound_rows_are_wanted(officer: Browser) -> None:
    refused = send(officer, HEAD + GOOD + BAD, "apply")
    assert refused.status == 422
    assert "Mã chi bộ: không tìm thấy “CB9”" in refused.words
    assert "Chưa áp dụng gì" in refused.words
    assert "Tin một" not in officer.get("/channel-posts").words


def test_a_file_that_is_no_sheet_of_posts_names_what_is_missing(officer: Browser) -> None:
    assert "Trang, nhóm" in send(officer, "a,b\n1,2\n", "look").words
    assert send(officer, "", "look").status == 422


def test_the_blank_file_is_one_that_is_understood(officer: Browser) -> None:
    blank = officer.get("/channel-posts/blank.csv").text.lstrip("\ufeff")
    assert send(officer, blank, "look").status == 200


def test_the_list_is_narrowed_by_period_and_kept_from_members(officer: Browser, office: Office) -> None:
    send(officer, HEAD + GOOD, "apply")
    assert "Tin một" in officer.get("/channel-posts?period=1/2026").words
    assert "Tin một" not in officer.get("/channel-posts?period=2/2026").words
    assert "Tin một" in office.browser("auditor").get("/channel-posts").words
    assert not office.browser("auditor").get("/channel-posts").soup.select("form[method=post][action='/channel-posts']")
    assert office.browser("member").get("/channel-posts").status == 403


def test_an_import_that_changed_nothing_offers_no_way_back(officer: Browser, office: Office) -> None:
    for _ in range(2):
        send(officer, HEAD + GOOD, "apply")
    admin = office.browser("admin")
    assert admin.get("/imports/1").soup.select("form[action='/imports/1/undo']")
    assert not admin.get("/imports/2").soup.select("form[action='/imports/2/undo']")
    assert "Đã hoàn tác lần nhập" in admin.submit(admin.get("/imports/1"), "/imports/1/undo").words
    assert "Tin một" not in officer.get("/channel-posts").words


def test_an_officer_opens_their_own_last_imports_below_the_list_and_takes_one_back(
    officer: Browser, office: Office
) -> None:
    assert "Lần nhập gần đây của tôi" not in officer.get("/channel-posts").words
    send(officer, HEAD + GOOD, "apply")
    page = officer.get("/channel-posts")
    assert "Lần nhập gần đây của tôi" in page.words
    assert page.soup.select("a[href='/imports/1']")
    shown = officer.get("/imports/1")
    assert not shown.soup.select("a[href='/imports']")  # that list is the administrator's
    assert "Đã hoàn tác lần nhập" in officer.submit(shown, "/imports/1/undo").words
    assert "Tin một" not in officer.get("/channel-posts").words
    assert "đã hoàn tác" in officer.get("/channel-posts").words
    assert officer.get("/imports").status == 403
    assert not office.browser("auditor").get("/channel-posts").soup.select("a[href='/imports/1']")
    assert office.browser("auditor").get("/imports/1").status == 403
