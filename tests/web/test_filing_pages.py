"""Declaring on pages: co-authors by name, kinds of content, refused addresses in words, a sheet for many members."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests import make
from tests.web.browser import path_of, sign_in
from tracker.domain.types import Role

if TYPE_CHECKING:
    from tests.web.conftest import Office
    from tracker.domain.types import MemberId

POST = "https://www.facebook.com/binh.tran/posts/pfbid02abcDEF999"


def _colleague(office: Office, name: str = "Trần Thị Bình", *, code: str = "002", consents: bool = True) -> MemberId:
    with office.site.db.write() as tx:
        member = make.member(tx, office.branch, code, name)
        if consents:
            make.consents(tx, member)
    return member


def test_co_authors_are_found_by_name_without_marks_and_ticked(office: Office) -> None:
    other = _colleague(office)
    browser = office.browser("member")
    form = browser.get("/claims/new?kind=authored")
    found = browser.submit(form, "/claims", press="act=find", find="binh", title="Bài của tôi")
    assert found.status == 200
    assert "Bài của tôi" in found.text
    assert "Trần Thị Bình" in found.words
    filed = browser.submit(found, "/claims", **{f"coauthor_{other}": "1"})
    assert "Trần Thị Bình" in filed.words
    edit = browser.get(f"{path_of(filed.url)}/edit")
    box = edit.soup.select_one(f"input[name=coauthor_{other}]")
    assert box is not None
    assert box.has_attr("checked")
    gone = browser.post(
        f"{path_of(filed.url)}/edit",
        [
            (str(i["name"]), str(i.get("value", "")))
            for i in edit.form(f"{path_of(filed.url)}/edit").select("input[type=hidden]")
        ]
        + [("title", "Bài của tôi")],
    )
    assert "Trần Thị Bình" not in gone.words


def test_somebody_of_another_unit_is_not_found(office: Office) -> None:
    with office.site.db.write() as tx:
        make.member(tx, office.unit, "009", "Lê Thị Chi")
    browser = office.browser("member")
    shown = browser.submit(browser.get("/claims/new?kind=authored"), "/claims", press="act=find", find="chi")
    assert "Lê Thị Chi" not in shown.words
    assert "Không có ai tên này trong chi bộ" in shown.words


def test_namesakes_are_told_apart_by_their_codes(office: Office) -> None:
    _colleague(office), _colleague(office, code="003")
    browser = office.browser("member")
    shown = browser.submit(browser.get("/claims/new?kind=authored"), "/claims", press="act=find", find="bình")
    assert "Trần Thị Bình (002)" in shown.words
    assert "Trần Thị Bình (003)" in shown.words


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://www.facebook.com/nguyen.an", "liên kết trang cá nhân"),
        ("https://www.facebook.com/groups/123456", "liên kết của nhóm"),
        ("https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fa.vn", "liên kết mở hộp chia sẻ"),
        ("bài của tôi", "không phải liên kết trang web"),
    ],
)
def test_an_address_that_is_no_post_is_refused_by_what_it_is(office: Office, url: str, words: str) -> None:
    shown = office.browser("member").post("/claims", {"kind": "share", "url": url, "channel": "facebook"})
    assert shown.status == 422
    assert words in shown.words


def test_five_kinds_of_content_are_offered_and_shown_to_the_officer(office: Office) -> None:
    """Requirement 004-45: five kinds selectable."""
    browser = office.browser("member")
    form = browser.get(f"/claims/new?article={office.article}")
    options = [str(o["value"]) for o in form.soup.select("#f-content_kind option") if o["value"]]
    assert options == ["directive", "article", "model", "practice", "good_example"]
    browser.submit(form, "/claims", channel="zalo", content_kind="good_example")
    assert "Gương người tốt, việc tốt" in office.browser("officer").get("/review").words


def test_a_sheet_files_for_each_member_alone_and_says_how_each_line_came_out(office: Office) -> None:
    other, unasked = _colleague(office), _colleague(office, "Lê Thị Chi", code="003", consents=False)
    officer = office.browser("officer")
    form = officer.get(f"/claims/sheet?unit={office.branch}&article={office.article}")
    sent = [
        ("unit", str(office.branch)),
        ("article_id", str(office.article)),
        ("channel", "zalo"),
        ("happened_on", "2026-11-20"),
        ("witness", "Biên bản họp"),
        *(("member", str(m)) for m in (office.member, other, unasked)),
        (f"url_{other}", POST),
    ]
    token = form.form("/claims/sheet").select_one("input[name=csrf]")
    assert token is not None
    sent.append(("csrf", str(token["value"])))
    done = officer.post("/claims/sheet", sent)
    assert "Đã ghi 2 mục, 1 mục chưa ghi được" in done.words
    assert "Lê Thị Chi : chưa ghi Cần đồng ý với các thông báo trước" in done.words
    again = officer.post("/claims/sheet", sent)
    assert "Đã ghi 0 mục, 3 mục chưa ghi được" in again.words
    assert "facebook.com" in officer.get("/review").text


def test_a_sheet_without_anybody_ticked_is_refused_and_stays_filled_in(office: Office) -> None:
    officer = office.browser("officer")
    form = officer.get(f"/claims/sheet?unit={office.branch}")
    shown = officer.submit(form, "/claims/sheet", article_url="https://nhandan.vn/a-post1.html", channel="zalo")
    assert shown.status == 422
    assert "https://nhandan.vn/a-post1.html" in shown.text


def test_what_was_entered_for_a_member_stands_on_their_home_with_the_right_to_object(office: Office) -> None:
    officer = office.browser("officer")
    form = officer.get(f"/claims/new?member={office.member}&article={office.article}")
    claim = path_of(officer.submit(form, "/claims", channel="zalo").url)
    browser = office.browser("member")
    home = browser.get("/")
    assert "Cán bộ đã khai báo thay đồng chí" in home.words
    assert "đồng chí có quyền phản đối" in home.words
    browser.submit(browser.get(claim), f"{claim}/objection", objection="Tôi không chia sẻ")
    assert "Cán bộ đã khai báo thay đồng chí" not in browser.get("/").words


def test_members_do_not_open_the_sheet(office: Office) -> None:
    assert office.browser("member").get("/claims/sheet").status == 403


def test_an_article_pasted_as_the_post_is_told_apart_and_may_still_be_a_website(office: Office) -> None:
    browser, article = office.browser("member"), "https://nhandan.vn/mot-bai-bao-post123456.html"
    shown = browser.post("/claims", {"kind": "share", "url": article})
    assert shown.status == 422
    assert "Đây là liên kết của tin, bài" in shown.words
    filed = browser.post("/claims", {"kind": "share", "url": article, "channel": "web"})
    assert filed.status == 200
    assert "Đã gửi, chờ duyệt" in filed.words


@pytest.mark.parametrize("typed", [f"Đồng chí xem bài này nhé: {POST} .", POST.removeprefix("https://")])
def test_an_address_is_read_out_of_what_was_pasted(office: Office, typed: str) -> None:
    filed = office.browser("member").post("/claims", {"kind": "share", "url": typed})
    assert filed.status == 200
    assert POST in filed.text


def test_the_consent_is_asked_before_a_word_is_typed_and_leads_back(office: Office) -> None:
    member = _colleague(office, consents=False)
    with office.site.db.write() as tx:
        viewer = make.account(tx, "binh", Role.MEMBER, member_id=member)
    browser = sign_in(office.site, viewer, "vi")
    asked = browser.get("/claims/new?kind=authored")
    assert "Trước khi khai báo lần đầu" in asked.words
    assert not asked.soup.select("form[action='/claims']")
    back = "/claims/new?kind=authored"
    notices = browser.get(f"/consents?{urlencode({'next': back})}")
    for _ in range(2):
        form = notices.form("/consents")
        sent = [(str(i["name"]), str(i.get("value", ""))) for i in form.select("input[type=hidden]")]
        notices = browser.post("/consents", [*sent, ("agree", "1")])
    assert path_of(notices.url) == "/claims/new"
    assert notices.soup.select("form[action='/claims']")
